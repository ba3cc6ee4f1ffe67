"""Carries the letters that accounts write to staff: invitations, links to a new password, notices."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.accounts.courier import CannotDeliver, StaffLetter, register_courier
from dangol.platform.accounts.queries import workspace
from dangol.platform.db.secrets import CannotDecrypt
from dangol.platform.mail.headers import Mailbox
from dangol.platform.mail.links import absolute
from dangol.platform.mail.mime import compose, new_message_id
from dangol.platform.mail.permits import MessageClass
from dangol.platform.mail.queries import mail_way, sender_address
from dangol.platform.mail.transport import CannotReach, Outgoing, open_transport


def carry(letter: StaffLetter) -> None:
    """Send a letter of the house to a member of staff.

    Raises:
        CannotDeliver: the server cannot be reached, said to try later, or refused it.
        NotStaff: it goes neither to a member of staff nor to somebody who was invited.
    """
    outgoing = _outgoing(letter)
    try:
        with open_transport() as transport:
            fate = transport.send(outgoing).fate
    except (CannotReach, CannotDecrypt) as error:
        raise CannotDeliver(str(error)) from error
    if not fate.is_sent:
        raise CannotDeliver(_("The mail server did not take the letter: %(said)s") % {"said": fate.text})


def _outgoing(letter: StaffLetter) -> Outgoing:
    way = mail_way()
    sender = sender_address(way)
    message_id = new_message_id(sender.rpartition("@")[2])
    content = compose(
        sender=Mailbox(way.from_name or str(workspace()), sender),
        recipient=Mailbox(letter.name, letter.to),
        subject=letter.subject,
        text="\n\n".join(part for part in (letter.before, letter.path and absolute(letter.path), letter.after) if part),
        message_id=message_id,
        sent_at=timezone.now(),
        is_automatic=True,
    )
    return Outgoing(MessageClass.SYSTEM, sender, letter.to, content, message_id)


register_courier(carry, absolute)
