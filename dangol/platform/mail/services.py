from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.models import User
from dangol.platform.db.secrets import encrypt
from dangol.platform.events.stream import emit
from dangol.platform.jobs.models import Progress
from dangol.platform.mail import events
from dangol.platform.mail.checking import check_whole, checked
from dangol.platform.mail.domain.findings import Finding
from dangol.platform.mail.domain.lookup import look_up
from dangol.platform.mail.letters import trial_letter, verification_letter
from dangol.platform.mail.models import CaughtMail, MailWay, OwnAddress
from dangol.platform.mail.queries import KIND_LOOKUP, is_own_address_shown, mail_way, question
from dangol.platform.mail.transport import check_outgoing, open_transport, server_of
from dangol.platform.mail.trial import Trial, try_out

KEPT_DAYS = 30


class NoSender(ValueError):
    """There is no sender's address, so there is no domain to look up."""


@transaction.atomic
def change_mail_way(
    *, actor: Actor, values: Mapping[str, Any], password: str = "", is_password_removed: bool = False
) -> MailWay:
    """Change how mail leaves the house.

    Args:
        values: fields of `MailWay`, without the secret.
        password: a new password; "" keeps the old one.
        is_password_removed: forget the old one.

    Raises:
        ValidationError: by field. Another server or user name wants its password anew, so that nobody can have the
            kept one sent to a server of theirs.
        Forbidden: the actor may not change the workspace.
    """
    require(actor, "change", "workspace")
    way = MailWay.objects.select_for_update().filter(pk=1).first() or MailWay(pk=1)
    kept = checked(values)
    changes = {name: [getattr(way, name), value] for name, value in kept.items() if getattr(way, name) != value}
    is_kept = bool(way.secret) and not password and not is_password_removed
    for name, (_old, new) in changes.items():
        setattr(way, name, new)
    check_whole(way, has_password=bool(password) or is_kept, is_password_due=is_kept and bool(changes.keys() & _REACH))
    if not changes and not password and not (is_password_removed and way.secret):
        return way
    if not is_kept:
        way.secret = encrypt(password)
    way.tested_at, way.test_error = None, ""
    way.save()
    is_other = bool(password) or is_password_removed
    emit(events.MailWayChanged(subject_id=1, changes=changes, is_password_changed=is_other), actor=actor)
    return way


_REACH = {"host", "port", "username", "security"}


def try_mail_way(*, actor: Actor, user: User) -> Trial:
    """Try the way out with a letter to the own address of `user`, and note how it went.

    Whose address was not shown to be theirs yet gets the letter that shows it. Where mail is only caught, the letter is
    caught. Talks to the server outside of any transaction. Raises Forbidden.
    """
    require(actor, "change", "workspace")
    if actor.user_id != user.pk:
        raise Forbidden("change", "user")
    way = mail_way()
    letter = trial_letter(way, user) if is_own_address_shown(user) else verification_letter(way, user)
    if way.mode == MailWay.Mode.CATCHER:
        trial = Trial()
        with open_transport() as transport:
            receipt = transport.send(letter)
        trial.worked(
            "content", _("The letter to %(address)s was caught here.") % {"address": user.email}, receipt.fate.text
        )
    else:
        check_outgoing(letter)
        trial = try_out(server_of(way), sender=letter.sender, recipient=letter.recipient, content=letter.content)
    _note_trial(actor, way, trial)
    return trial


@transaction.atomic
def _note_trial(actor: Actor, way: MailWay, trial: Trial) -> None:
    failed = trial.failed
    said = " ".join(part for part in (failed.sentence, failed.said) if part) if failed else ""
    now = {"tested_at": timezone.now() if trial.is_good else way.tested_at, "test_error": said[:500]}
    MailWay.objects.filter(pk=1).update(**now)
    emit(events.MailWayTested(subject_id=1, failed_at=failed.name if failed else ""), actor=actor)


@transaction.atomic
def verify_own_address(*, actor: Actor, user: User, email: str) -> None:
    """Keep that `email` is `user`'s own, who followed the link sent to it. Raises Forbidden for somebody else."""
    if actor.user_id != user.pk or email.lower() != user.email.lower():
        raise Forbidden("change", "user", _("This link is for another member of staff, or for an older address."))
    values = {"email": email.lower(), "verified_at": timezone.now()}
    OwnAddress.objects.update_or_create(user=user, defaults=values)
    emit(events.OwnAddressVerified(subject_id=user.pk), actor=actor)


@transaction.atomic
def clear_caught(*, actor: Actor) -> int:
    """Delete all caught mail for good; returns how many. Raises Forbidden."""
    require(actor, "change", "workspace")
    return _delete_caught(actor, {})


@transaction.atomic
def forget_old_caught(*, actor: Actor) -> int:
    """Delete caught mail that is older than thirty days; returns how many."""
    require(actor, "change", "workspace")
    return _delete_caught(actor, {"caught_at__lt": timezone.now() - timedelta(days=KEPT_DAYS)})


def _delete_caught(actor: Actor, which: dict[str, Any]) -> int:
    count, _by_table = CaughtMail.objects.filter(**which).delete()
    if count:
        emit(events.CaughtMailCleared(count=count), actor=actor)
    return count


def look_domain_up(*, actor: Actor) -> list[Finding]:
    """Ask the DNS what receivers find about our domain, and keep it until the next time. At most some seconds.

    Raises Forbidden; NoSender while there is no sender's address.
    """
    require(actor, "change", "workspace")
    asked = question(mail_way())
    if asked is None:
        raise NoSender(_("Set the sender's address first."))
    findings = look_up(asked)
    result = {"asked": vars(asked), "findings": [asdict(finding) for finding in findings]}
    now = timezone.now()
    Progress.objects.filter(kind=KIND_LOOKUP).delete()
    Progress.objects.create(
        kind=KIND_LOOKUP, state=Progress.State.DONE, result=result, user_id=actor.user_id, finished_at=now
    )
    return findings
