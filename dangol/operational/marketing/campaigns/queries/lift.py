"""The lift of one campaign for its page: picture, table, sentence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dangol.analytical.dashboards.pictures.rules import Cell, Column, Table
from dangol.analytical.experiments.lift.queries import sentence
from dangol.analytical.experiments.lift.rules import Result
from dangol.operational.marketing.campaigns.models import Campaign
from dangol.operational.marketing.campaigns.queries.people import door
from dangol.operational.marketing.campaigns.queries.results import result_of
from dangol.operational.marketing.campaigns.queries.verdicts import Row, rows_of
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.ui import format


@dataclass(frozen=True)
class Lift:
    """What a campaign brought, as the last analysis worked it out."""

    campaign_id: int
    result: Result
    as_of: date
    measured_at: datetime
    rows: list[Row]
    sentence: str
    currency: str
    name: str = "lift"

    @property
    def whole(self) -> Row:
        """All recipients together."""
        return self.rows[0]

    @property
    def tiers(self) -> list[Row]:
        """By tier."""
        return self.rows[1:]

    @cached_property
    def table(self) -> Table:
        """Everything as a table, for the page without pictures and for the file."""
        return Table(_("What the campaign brought"), _columns(), tuple(_cells(self.campaign_id, r) for r in self.rows))


def lift_of(actor: Actor, campaign: Campaign) -> Lift | None:
    """What a campaign brought; None before the first analysis, or without the right to see the business' figures."""
    found = result_of(actor, campaign)
    if found is None:
        return None
    row, result = found
    currency, language = workspace().currency, (get_language() or "en")[:2]
    until = format.day(result.until_on, language) if result.until_on else ""
    told = sentence(result.whole, currency, until)
    rows = rows_of(result.whole, result.tiers, _("All customers"))
    return Lift(campaign.pk, result, row.as_of, row.measured_at, rows, told, currency)


def _columns() -> tuple[Column, ...]:
    return (
        Column("who", _("Customers"), "text"), Column("treated", _("Written to")),
        Column("control", _("Control group")),
        Column("value", _("Spent each"), "money"), Column("control_value", _("Control spent each"), "money"),
        Column("difference", _("Difference each"), "money"), Column("low", _("At least"), "money"),
        Column("high", _("At most"), "money"), Column("total", _("Brought in all"), "money"),
        Column("orders", _("Orders each")), Column("control_orders", _("Control's orders each")),
        Column("verdict", _("What can be said"), "text"),
    )  # fmt: skip


def _cells(campaign_id: int, row: Row) -> tuple[Cell, ...]:
    tier = "" if row.key == "all" else row.key
    money, orders = row.money, row.orders
    return (
        Cell(row.label), Cell(row.group.treated, door(campaign_id, "treated", tier=tier)),
        Cell(row.group.control, door(campaign_id, "control", tier=tier)), *(
            Cell(None if value is None else round(value, 2))
            for value in (money.treated, money.control, money.difference, money.low, money.high, money.total)
        ), *(Cell(None if value is None else round(value, 3)) for value in (orders.treated, orders.control)),
        Cell(row.verdict.label),
    )  # fmt: skip
