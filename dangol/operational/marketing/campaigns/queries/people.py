"""Who stands behind a campaign's numbers: the filter `campaign` on people, so that each number opens its list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from dangol.analytical.dashboards.pictures.rules import address, is_
from dangol.collaborative.channels.messages.models import PENDING_STATES, Message
from dangol.core.purchases.orders.models import Order
from dangol.operational.marketing.campaigns.models import Campaign, Recipient
from dangol.operational.marketing.campaigns.queries.campaigns import SOURCE
from dangol.operational.marketing.campaigns.rules.groups import DECIDED, MESSAGED, Behind, read
from dangol.platform.access.actor import Actor
from dangol.platform.objects.filters import FilterError

WHY = "people behind a campaign's numbers, within people already judged"
FIELD = "campaign"
_MARKED = {
    "opened": Q(opened_at__isnull=False),
    "clicked": Q(clicked_at__isnull=False),
    "bounced": Q(bounced_at__isnull=False),
    "complained": Q(complained_at__isnull=False),
    "unsubscribed": Q(unsubscribed_at__isnull=False),
    "machine_opened": Q(machine_open_count__gt=0),
    "machine_clicked": Q(machine_click_count__gt=0),
    "waiting": Q(state__in=PENDING_STATES),
}


def door(campaign_id: int, kind: str, reason: str = "", tier: str = "") -> str:
    """The address of the list of people behind a number."""
    return address("people", is_(FIELD, str(Behind(campaign_id, kind, reason, tier))))


def people_behind(actor: Actor, op: str, value: Any) -> Q:
    """The condition behind the filter `campaign`, such as 12:left_out:no_address. Raises FilterError."""
    try:
        asked = read(str(value))
    except ValueError as error:
        sentence = _("Recipients are written like 12:treated, 12:clicked or 12:left_out:no_address.")
        raise FilterError(FIELD, sentence) from error
    campaign = Campaign.objects.visible_to(actor).filter(pk=asked.campaign_id).first()
    return Q(pk__in=rows_behind(campaign, asked).values("person_id")) if campaign else Q(pk__in=[])


def rows_behind(campaign: Campaign, asked: Behind) -> QuerySet[Any]:
    """The rows (recipients or messages) behind a number; `person_id` is whom each is about, once each."""
    if asked.kind in MESSAGED and not asked.tier:
        return _messages(campaign, asked)
    rows: Any = Recipient.objects.for_system(WHY).filter(campaign=campaign)
    if asked.tier:
        rows = rows.filter(tier=None) if asked.tier == "none" else rows.filter(tier=asked.tier)
    if asked.kind in DECIDED:
        rows = rows if asked.kind == "members" else rows.filter(group=asked.kind)
        return rows.filter(reason=asked.reason) if asked.reason else rows  # type: ignore[no-any-return]
    if asked.kind in MESSAGED:
        return rows.filter(person_id__in=_messages(campaign, asked).values("person_id"))  # type: ignore[no-any-return]
    rows = rows.filter(group="control" if asked.kind == "control_bought" else "treated")
    if asked.kind != "missed":
        return rows.filter(_bought(campaign))  # type: ignore[no-any-return]
    responded = _messages(campaign, Behind(campaign.pk, "opened")) | _messages(campaign, Behind(campaign.pk, "clicked"))
    return rows.filter(~_bought(campaign), person_id__in=responded.values("person_id"))  # type: ignore[no-any-return]


def _messages(campaign: Campaign, asked: Behind) -> QuerySet[Any]:
    rows: Any = Message.objects.for_system(WHY).filter(source=SOURCE, source_id=campaign.pk)
    rows = rows.filter(_MARKED.get(asked.kind, Q(state=asked.kind)))
    return rows.filter(reason=asked.reason) if asked.reason else rows  # type: ignore[no-any-return]


def _bought(campaign: Campaign) -> Q:
    """Whether there was an order after the decision and within the horizon, as the measurement counts it."""
    orders = Order.objects.for_system(WHY).filter(
        person_id=OuterRef("person_id"), kind=Order.Kind.ORDER, deleted_at=None, value__isnull=False,
        ordered_at__gt=OuterRef("decided_at"),
    )  # fmt: skip
    until = campaign.set_up_at
    if until is None:
        return Q(pk__in=[])
    return Q(Exists(orders.filter(ordered_at__lte=until + timedelta(days=campaign.horizon_days))))
