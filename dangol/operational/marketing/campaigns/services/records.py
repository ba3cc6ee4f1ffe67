"""Campaigns as records: written, copied, thrown away. Only a draft may be changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dangol.core.consent.ledger.queries import active_purposes
from dangol.operational.marketing.campaigns import events
from dangol.operational.marketing.campaigns.models import Campaign, Text
from dangol.operational.marketing.campaigns.rules.moves import DRAFT, SENDING, WrongMove
from dangol.operational.marketing.campaigns.services.sentences import refused
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.queries import workspace
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import RecordWriter

MOST_CHARACTERS = 500_000
PARTS = ("subject", "preheader", "html", "text")
ALWAYS_OPEN = {"owner"}


def _clean(values: dict[str, Any], campaign: Campaign) -> dict[str, Any]:
    if campaign.pk is not None and campaign.state != DRAFT and set(values) - ALWAYS_OPEN:
        raise refused(WrongMove("change", campaign.state))
    wrong = {}
    if "control_percent" in values and not _is_between(values["control_percent"], 0, 90):
        wrong["control_percent"] = _("Choose a share from 0 to 90 percent.")
    if "horizon_days" in values and not _is_between(values["horizon_days"], 1, 366):
        wrong["horizon_days"] = _("Choose a number of days from 1 to 366.")
    least = values.get("least_that_matters")
    if least not in (None, "") and not _is_between(least, 0.01, 1e12):
        wrong["least_that_matters"] = _("Give an amount above zero, or nothing.")
    if "language" in values and values["language"] not in workspace().languages:
        wrong["language"] = _("Choose one of the languages of your company profile.")
    if wrong:
        raise ValidationError(wrong)
    return values


def _is_between(value: Any, low: float, high: float) -> bool:
    try:
        return low <= float(value) <= high
    except (TypeError, ValueError):
        return False


def _check_trash(campaign: Campaign) -> None:
    if campaign.state == SENDING:
        raise Forbidden("delete", "campaign", _("Stop this campaign before you put it in the trash."))


CAMPAIGNS = RecordWriter(
    model=Campaign,
    writable=(
        "name", "segment", "message_class", "purpose", "language", "from_name", "reply_to", "control_percent",
        "horizon_days", "least_that_matters", "is_bottom_included", "owner",
    ),
    created=events.CampaignCreated,
    changed=events.CampaignChanged,
    trashed=events.CampaignTrashed,
    restored=events.CampaignRestored,
    clean=_clean,
    check_trash=_check_trash,
)  # fmt: skip


def create_campaign(*, actor: Actor, values: Mapping[str, Any]) -> Campaign:
    """Begin a draft. Whether it is advertising must be said by a person; a purpose is proposed where there is only one.

    Raises Forbidden, ValidationError by field.
    """
    known = active_purposes()
    proposed: dict[str, Any] = {"message_class": ""}
    if len(known) == 1:
        proposed["purpose"] = known[0].pk
    languages = workspace().languages
    proposed["language"] = workspace().language if workspace().language in languages else languages[0]
    return CAMPAIGNS.create(actor=actor, values={**proposed, **values})  # type: ignore[no-any-return]


def change_campaign(
    *, actor: Actor, record_id: int, values: Mapping[str, Any], expected: Mapping[str, Any] | None = None
) -> Campaign:
    """Change a draft. Raises NotFound, Forbidden, Conflict, ValidationError (not a draft; by field)."""
    return CAMPAIGNS.change(actor=actor, record_id=record_id, values=values, expected=expected)  # type: ignore[no-any-return]


def trash_campaign(*, actor: Actor, record_id: int) -> Campaign:
    """Put a campaign in the trash. Raises NotFound, Forbidden (also while it is being sent: stop it first)."""
    return CAMPAIGNS.trash(actor=actor, record_id=record_id)  # type: ignore[no-any-return]


def restore_campaign(*, actor: Actor, record_id: int) -> Campaign:
    """Take a campaign out of the trash. Raises NotFound, Forbidden."""
    return CAMPAIGNS.restore(actor=actor, record_id=record_id)  # type: ignore[no-any-return]


@transaction.atomic
def save_text(
    *, actor: Actor, campaign_id: int, language: str, subject: str, preheader: str = "", html: str = "", text: str = ""
) -> Text | None:
    """Save what a draft says in one language; everything empty takes the language out again (None).

    Tells nothing when nothing differs. Raises NotFound, Forbidden, ValidationError.
    """
    campaign = CAMPAIGNS.locked(actor, campaign_id, "change")
    if campaign.state != DRAFT:
        raise refused(WrongMove("change", campaign.state))
    given = {n: v.replace("\x00", "").strip() for n, v in zip(PARTS, (subject, preheader, html, text), strict=True)}
    if language not in workspace().languages:
        raise ValidationError({"language": _("Choose one of the languages of your company profile.")})
    if sum(map(len, given.values())) > MOST_CHARACTERS:
        raise ValidationError({"html": _("This message is too long: mail programs cut off what is over 100 KB.")})
    texts = Text.objects.for_system("texts of a campaign already judged").filter(campaign=campaign, language=language)
    known = texts.first()
    if not any(given.values()):
        if texts.delete()[0]:
            emit(events.CampaignWritten(subject_id=campaign.pk, language=language), actor=actor)
        return None
    if known is not None and {n: getattr(known, n) for n in PARTS} == given:
        return known
    found = known or Text(campaign=campaign, language=language)
    for name, value in given.items():
        setattr(found, name, value)
    found.save()
    emit(events.CampaignWritten(subject_id=campaign.pk, language=language), actor=actor)
    return found
