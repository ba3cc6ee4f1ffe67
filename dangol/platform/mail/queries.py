from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.models import User
from dangol.platform.accounts.queries import workspace
from dangol.platform.jobs.models import Progress
from dangol.platform.mail.domain.findings import Finding
from dangol.platform.mail.domain.lookup import Question
from dangol.platform.mail.models import CaughtMail, MailWay, OwnAddress
from dangol.platform.ui.glances import glance, register_glance
from dangol.platform.ui.viewer import Viewer

KIND_LOOKUP = "mail.domain"
TO_CUSTOMERS = ("service", "advertising")
PAGE = 50


def mail_way() -> MailWay:
    """How mail leaves the house; the local catcher when nobody has set it up yet (not kept then)."""
    return MailWay.objects.filter(pk=1).first() or MailWay(pk=1)


def sender_address(way: MailWay) -> str:
    """The address that letters of the house itself come from: the way's, else the company's, else this machine's."""
    return way.from_email or workspace().email or "dangol@localhost"


def is_own_address_shown(user: User) -> bool:
    """Whether a member of staff has shown that the address they sign in with is theirs."""
    return OwnAddress.objects.filter(user=user, email=user.email.lower()).exists()


def may_see_caught(actor: Actor) -> bool:
    """Whether some caught mail may be seen."""
    return actor.may("change", "workspace") or _may_see_customers_mail(actor)


def _may_see_customers_mail(actor: Actor) -> bool:
    """A caught message is under no one customer: only who may see all of them, with their addresses, sees it."""
    is_all = actor.scope("see", "message") == actor.scope("see", "person") == "all"
    return is_all and actor.field_right("person", "email") != "hidden"


def caught_for(actor: Actor) -> QuerySet[CaughtMail]:
    """Caught mail that `actor` may see: all, or, without the right to change the house, what goes to customers.

    Mail of the system (invitations, links to a new password) is for administrators only. Raises Forbidden.
    """
    if actor.may("change", "workspace"):
        return CaughtMail.objects.all()
    if _may_see_customers_mail(actor):
        return CaughtMail.objects.filter(message_class__in=TO_CUSTOMERS)
    raise Forbidden("see", "message")


@dataclass(frozen=True)
class CatcherState:
    """Whether mail is only caught, whether some was, and whether the house holds the demo company."""

    is_on: bool
    has_mail: bool
    is_demo: bool


register_glance("mail_is_caught", "SELECT NOT EXISTS (SELECT FROM mail_way WHERE mode = 'smtp')")
register_glance("has_caught_mail", "SELECT EXISTS (SELECT FROM mail_caught)")
register_glance("is_demo", "SELECT EXISTS (SELECT FROM accounts_user WHERE is_demo)")


def catcher_state(viewer: Viewer) -> CatcherState:
    """What the frame of every page needs to know of the catcher."""
    return CatcherState(*(glance(viewer, name) for name in ("mail_is_caught", "has_caught_mail", "is_demo")))


@dataclass(frozen=True)
class CaughtPage:
    """One page of caught mail; `next` is the cursor of the following one, "" on the last."""

    rows: list[CaughtMail]
    next: str


def caught_page(actor: Actor, *, search: str = "", after: str = "") -> CaughtPage:
    """Caught mail, newest first. `search` is part of a receiver or subject, `after` the cursor. Raises Forbidden."""
    found = caught_for(actor).defer("raw").order_by("-caught_at", "-id")
    if search.strip():
        found = found.filter(Q(envelope_to__icontains=search.strip()) | Q(subject__icontains=search.strip()))
    place = _place(after)
    if place:
        moment, number = place
        found = found.filter(Q(caught_at__lt=moment) | Q(caught_at=moment, id__lt=number))
    rows = list(found[: PAGE + 1])
    is_more = len(rows) > PAGE
    rows = rows[:PAGE]
    return CaughtPage(rows, f"{rows[-1].caught_at.isoformat()}~{rows[-1].pk}" if is_more else "")


def _place(after: str) -> tuple[datetime, int] | None:
    """Where a page begins; None, which is the beginning, for a cursor that is none."""
    moment_text, _mark, number = after.partition("~")
    try:
        moment = parse_datetime(moment_text)
    except ValueError:
        moment = None
    if moment is None or timezone.is_naive(moment) or not number.isdigit() or len(number) > 18:
        return None
    return moment, int(number)


def question(way: MailWay) -> Question | None:
    """What to ask the DNS, or None while no sender's address is set."""
    domain = way.from_email.rpartition("@")[2].lower()
    if not domain:
        return None
    host = way.host if way.mode == MailWay.Mode.SMTP else ""
    return Question(domain, way.bounce_domain or domain, way.dkim_selector, host)


@dataclass(frozen=True)
class LookedUp:
    """The last look into the DNS: when, and what was found."""

    at: datetime
    findings: list[Finding]


def last_lookup(way: MailWay) -> LookedUp | None:
    """The last look-up, if there was one for the settings as they are now."""
    asked = question(way)
    run = Progress.objects.filter(kind=KIND_LOOKUP, state=Progress.State.DONE).order_by("-created_at").first()
    if run is None or asked is None or run.result.get("asked") != vars(asked):
        return None
    return LookedUp(run.finished_at or run.created_at, [_finding(one) for one in run.result.get("findings", [])])


def _finding(kept: dict[str, Any]) -> Finding:
    return Finding(**{**kept, "records": tuple(kept["records"])})
