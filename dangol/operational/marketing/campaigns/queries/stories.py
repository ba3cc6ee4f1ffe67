"""What campaigns add to other pages: a customer's timeline, and a segment's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _

from dangol.core.purchases.orders.models import Order
from dangol.operational.marketing.campaigns.models import Campaign, Recipient
from dangol.platform.access.actor import Actor
from dangol.platform.objects.beside import has
from dangol.platform.objects.registry import StoryItem

SHOWN = 5
MOST = 200


def campaign_story(actor: Actor, person: Any, before: datetime | None, limit: int) -> Sequence[StoryItem]:
    """That a customer was in a control group (quiet), and her first order within the horizon after a campaign."""
    if not has(person, "campaigns"):
        return []
    rows = list(Recipient.objects.visible_to(actor).filter(person_id=person.pk).exclude(group="left_out")[:MOST])
    if not rows:
        return []
    seen = {c.pk: c for c in Campaign.objects.visible_to(actor).filter(pk__in=[r.campaign_id for r in rows])}
    known = [(row, seen[row.campaign_id]) for row in rows if row.campaign_id in seen]
    items = [_control(row, campaign) for row, campaign in known if row.group == "control"]
    items += _bought(actor, person.pk, [pair for pair in known if pair[0].group == "treated"])
    items = [item for item in items if before is None or item.at < before]
    return sorted(items, key=lambda item: item.at, reverse=True)[:limit]


def _control(row: Recipient, campaign: Campaign) -> StoryItem:
    return StoryItem(
        at=row.decided_at, key=f"control-{row.pk}", icon="user-off", group="campaigns", is_quiet=True,
        title=_("Was in the control group of %(name)s") % {"name": campaign.name}, url=f"/campaigns/{campaign.pk}",
    )  # fmt: skip


def _bought(actor: Actor, person_id: int, known: list[tuple[Recipient, Campaign]]) -> list[StoryItem]:
    if not known:
        return []
    since = min(row.decided_at for row, _campaign in known)
    orders = Order.objects.visible_to(actor).filter(
        person_id=person_id, kind=Order.Kind.ORDER, deleted_at=None, value__isnull=False, ordered_at__gt=since
    )
    moments = sorted(orders.values_list("ordered_at", flat=True)[:MOST])
    found = []
    for row, campaign in known:
        until = row.decided_at + timedelta(days=campaign.horizon_days)
        first = next((at for at in moments if row.decided_at < at <= until), None)
        if first is not None:
            found.append(_first(row, campaign, first))
    return found


def _first(row: Recipient, campaign: Campaign, at: datetime) -> StoryItem:
    days = (at - row.decided_at).days
    return StoryItem(
        at=at, key=f"bought-{row.pk}", icon="speakerphone", group="campaigns", is_quiet=True,
        title=_("Bought %(days)s days after %(name)s") % {"days": days, "name": campaign.name},
        url=f"/campaigns/{campaign.pk}",
    )  # fmt: skip


def segment_panel(actor: Actor, segment: Any) -> Mapping[str, Any] | None:
    """The newest campaigns to a segment, and the way to a new one; None without the right to see campaigns."""
    if not actor.may("see", "campaign"):
        return None
    rows = Campaign.objects.visible_to(actor).filter(segment_id=segment.pk, deleted_at=None)
    return {
        "campaigns": list(rows.order_by("-changed_at")[:SHOWN]),
        "segment": segment,
        "may_create": segment.deleted_at is None and actor.may("create", "campaign"),
    }
