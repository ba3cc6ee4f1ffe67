"""New drafts from a campaign that was sent: the same again, or to those whom it moved."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dangol.analytical.dashboards.pictures.rules import is_
from dangol.analytical.segments.definitions.models import Segment
from dangol.analytical.segments.definitions.services import create_segment
from dangol.analytical.segments.members.services import add_found
from dangol.operational.marketing.campaigns.models import Campaign
from dangol.operational.marketing.campaigns.queries.campaigns import texts_of
from dangol.operational.marketing.campaigns.queries.people import FIELD
from dangol.operational.marketing.campaigns.rules.groups import Behind
from dangol.operational.marketing.campaigns.services.records import PARTS, create_campaign, save_text
from dangol.platform.access.actor import Actor
from dangol.platform.objects.writing import NotFound

COPIED = (
    "message_class", "purpose_id", "language", "from_name", "reply_to", "control_percent", "horizon_days",
    "least_that_matters", "is_bottom_included",
)  # fmt: skip
NOT_COPIED = "is_bottom_included"


@transaction.atomic
def copy_campaign(*, actor: Actor, campaign_id: int, name: str = "", segment: Segment | None = None) -> Campaign:
    """A new draft with the same texts and choices, to the same segment or another. A rule that was set aside is not:
    that is decided anew each time. Raises NotFound, Forbidden.
    """
    origin = _seen(actor, campaign_id)
    values: dict[str, Any] = {c.removesuffix("_id"): getattr(origin, c) for c in COPIED if c != NOT_COPIED}
    values["name"] = name or _("%(name)s, copy") % {"name": origin.name}
    values["segment"] = segment.pk if segment else _segment_seen(actor, origin)
    made = create_campaign(actor=actor, values=values)
    for language, text in texts_of(origin).items():
        said = {part: getattr(text, part) for part in PARTS}
        save_text(actor=actor, campaign_id=made.pk, language=language, **said)
    return made


@transaction.atomic
def repeat_on_buyers(*, actor: Actor, campaign_id: int) -> Campaign:
    """A new draft for those who were written to and bought within the horizon: a list made now, and the texts.

    Raises NotFound, Forbidden, ValidationError when there is nobody.
    """
    return _repeat(actor, campaign_id, "bought", _("%(name)s: buyers"))


@transaction.atomic
def repeat_on_missed(*, actor: Actor, campaign_id: int) -> Campaign:
    """A new draft for those who opened or clicked but did not buy. Raises as `repeat_on_buyers`."""
    return _repeat(actor, campaign_id, "missed", _("%(name)s: interested, not bought"))


def _repeat(actor: Actor, campaign_id: int, kind: str, name: str) -> Campaign:
    origin = _seen(actor, campaign_id)
    if origin.set_up_at is None:
        raise ValidationError(_("This campaign was not sent yet."))
    title = name % {"name": origin.name}
    segment = create_segment(actor=actor, values={"name": title, "kind": Segment.Kind.STATIC})
    found = add_found(actor=actor, segment_id=segment.pk, tree=is_(FIELD, str(Behind(origin.pk, kind))))
    if not found.members:
        raise ValidationError(_("Nobody belongs to this group (yet)."))
    made = copy_campaign(actor=actor, campaign_id=campaign_id, name=title, segment=segment)
    Campaign.objects.for_system("where a draft came from").filter(pk=made.pk).update(repeat_of=origin)
    made.repeat_of_id = origin.pk
    return made


def _seen(actor: Actor, campaign_id: int) -> Campaign:
    found = Campaign.objects.visible_to(actor).filter(pk=campaign_id).first()
    if found is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    return found


def _segment_seen(actor: Actor, campaign: Campaign) -> int | None:
    if campaign.segment_id is None:
        return None
    rows = Segment.objects.visible_to(actor).filter(pk=campaign.segment_id, deleted_at=None)
    return rows.values_list("pk", flat=True).first()
