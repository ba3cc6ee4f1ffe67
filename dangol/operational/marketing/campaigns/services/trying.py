"""A test of a campaign: one mail to the member of staff who asked, as a chosen customer would get it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.collaborative.channels.writing.queries import Preview, preview
from dangol.operational.marketing.campaigns.events import CampaignTested
from dangol.operational.marketing.campaigns.models import Campaign
from dangol.operational.marketing.campaigns.queries.campaigns import content_of, texts_of
from dangol.operational.marketing.campaigns.services.records import CAMPAIGNS
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import User
from dangol.platform.accounts.queries import workspace
from dangol.platform.events.stream import emit
from dangol.platform.mail.headers import CannotCompose, Mailbox
from dangol.platform.mail.letters import verification_letter
from dangol.platform.mail.mime import compose, new_message_id
from dangol.platform.mail.models import MailWay
from dangol.platform.mail.permits import MayNotLeave, MessageClass
from dangol.platform.mail.queries import is_own_address_shown, mail_way, sender_address
from dangol.platform.mail.transport import CannotReach, Outgoing, open_transport

MARK = "[test]"


def send_test(*, actor: Actor, campaign_id: int, language: str, person_id: int | None = None) -> str:
    """Send the text of one language to the actor's own address, marked [test]; returns the address.

    `person_id` is the customer whose name and facts it carries (None, or unseen: an invented one). Links and the way
    out are samples. Raises NotFound, Forbidden, ValidationError with what to do: the address is not confirmed (then the
    letter that confirms it is sent), nothing is written yet, the server cannot be reached.
    """
    campaign = Campaign.objects.visible_to(actor).filter(pk=campaign_id).first() or CAMPAIGNS.locked(
        actor, campaign_id, "see"
    )
    text = texts_of(campaign).get(language)
    user = User.objects.filter(pk=actor.user_id or 0, is_active=True).first()
    if user is None:
        raise ValidationError(_("A test goes to a member of staff, who must be signed in."))
    if text is None:
        raise ValidationError(_("Write the message first."))
    message_class = campaign.message_class or Campaign.MessageClass.ADVERTISING
    made = preview(content_of(text, language), person_id, actor, message_class=message_class)
    if made.is_broken:
        raise ValidationError(_("The message cannot be read as it stands. Mend what is marked beside it."))
    way = mail_way()
    if not is_own_address_shown(user):
        _let_out(verification_letter(way, user))
        sentence = _("Confirm that %(email)s is yours: we sent you a link. Then send the test again.")
        raise ValidationError(sentence % {"email": user.email})
    _let_out(_test(way, user, campaign, made))
    emit(CampaignTested(subject_id=campaign.pk, language=language, person_id=made.person_id), actor=actor)
    return str(user.email)


def _test(way: MailWay, user: User, campaign: Campaign, made: Preview) -> Outgoing:
    sender = sender_address(way)
    message_id = new_message_id(sender.rpartition("@")[2])
    content = compose(
        sender=Mailbox(campaign.from_name or way.from_name or str(workspace()), sender),
        recipient=Mailbox(user.name, user.email),
        subject=f"{MARK} {made.subject}",
        text=made.text,
        html=made.html,
        message_id=message_id,
        sent_at=timezone.now(),
        reply_to=campaign.reply_to,
        is_automatic=True,
    )
    return Outgoing(MessageClass.TEST, sender, user.email, content, message_id)


def _let_out(letter: Outgoing) -> None:
    try:
        with open_transport() as transport:
            receipt = transport.send(letter)
    except (MayNotLeave, CannotCompose, CannotReach) as error:
        raise ValidationError(str(error)) from error
    if not receipt.fate.is_sent:
        raise ValidationError(_("The mail server did not take it: %(said)s") % {"said": receipt.fate.text})
