"""Letters of the house itself to its staff: the test of the way out, and the one that shows an address to be theirs."""

from __future__ import annotations

import hashlib
import time

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from dangol.platform.accounts.models import User
from dangol.platform.accounts.queries import workspace
from dangol.platform.mail.headers import Mailbox
from dangol.platform.mail.links import BadLink, absolute, read, sign
from dangol.platform.mail.mime import compose, new_message_id
from dangol.platform.mail.models import MailWay
from dangol.platform.mail.permits import MessageClass
from dangol.platform.mail.queries import sender_address
from dangol.platform.mail.transport import Outgoing

LINK_KIND = "own-address"
LINK_SECONDS = 3 * 24 * 3600


def trial_letter(way: MailWay, user: User) -> Outgoing:
    """A letter that says that mail arrives."""
    with override(user.language):
        house = str(workspace())
        subject = _("Test from %(house)s: mail arrives") % {"house": house}
        text = _("This letter was sent to see whether mail leaves Dangol. It arrived, so it does.")
        return _letter(way, user, MessageClass.TEST, subject, text)


def verification_letter(way: MailWay, user: User) -> Outgoing:
    """A letter with the link by which its reader shows that the address is theirs."""
    with override(user.language):
        subject = _("Please confirm your address")
        text = _("Open this link and confirm, and tests will come to this address from now on:")
        after = _("The link is good for three days. If you do not know what this is about, do nothing.")
        return _letter(way, user, MessageClass.SYSTEM, subject, f"{text}\n\n{link_for(user)}\n\n{after}")


def link_for(user: User) -> str:
    """The full address of the page that confirms the own address of `user`."""
    token = sign(LINK_KIND, user.pk, _mark(user.email), int(time.time()) + LINK_SECONDS)
    return absolute(reverse("mail:own_address", args=[token]))


def user_of(token: str) -> User:
    """The member of staff for whom a link was made. Raises BadLink: changed, run out, or for an older address."""
    numbers = read(LINK_KIND, token)
    if len(numbers) != 3 or numbers[2] < time.time():
        raise BadLink
    user = User.objects.filter(pk=numbers[0], is_active=True).first()
    if user is None or _mark(user.email) != numbers[1]:
        raise BadLink
    return user


def _mark(email: str) -> int:
    return int.from_bytes(hashlib.sha256(email.lower().encode()).digest()[:6])


def _letter(way: MailWay, user: User, message_class: MessageClass, subject: str, text: str) -> Outgoing:
    sender = sender_address(way)
    message_id = new_message_id(sender.rpartition("@")[2])
    content = compose(
        sender=Mailbox(way.from_name or str(workspace()), sender),
        recipient=Mailbox(user.name, user.email),
        subject=subject,
        text=text,
        message_id=message_id,
        sent_at=timezone.now(),
        is_automatic=True,
    )
    return Outgoing(message_class, sender, user.email, content, message_id)
