"""Four campaigns of the past, each with a truth of its own planted in the orders: one helped, one did nothing, one did
harm, and one was sent to too few to tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from numpy.random import Generator

from dangol.analytical.experiments.assignment.rules import (
    DEFAULT_GLOBAL_PERCENT,
    GLOBAL_PROGRAMME,
    campaign_programme,
    is_control,
)
from dangol.config.demo.generator.answers import Answer, draw_answers
from dangol.config.demo.generator.catalogue import ARTICLES, FEES
from dangol.config.demo.generator.chance import stream
from dangol.config.demo.generator.consents import OFFERS, Consents
from dangol.config.demo.generator.orders import SEOUL, SPAN_DAYS, Draft
from dangol.config.demo.generator.people import Customer

HORIZON_DAYS = 30
BEGINS_AT_HOUR = 10
_PRICES = [a.price for a in (*ARTICLES, *FEES)]


@dataclass(frozen=True)
class Plan:
    """What is planted: who was in the segment (days of orders and customer -> yes), and what the message did.

    `effect` 0.4: two more orders where five would have come; -0.3: three of ten stay away.
    """

    key: str
    days_ago: int
    control_percent: Decimal
    effect: float
    is_member: Callable[[Customer, Sequence[int]], bool]
    purpose: str = OFFERS
    least_that_matters: int | None = None


def _bought(days: Sequence[int], within: int, times: int = 1) -> bool:
    return sum(1 for ago in days if ago <= within) >= times


PLANS = (
    Plan("news", 300, Decimal(50), 0.0, lambda c, days: not c.is_buyer and _bought(days, 365), "news", 10_000),
    Plan("daily", 210, Decimal(30), -0.35, lambda c, days: not c.is_buyer and _bought(days, 90, 2)),
    Plan("workshop", 140, Decimal(10), 0.1, lambda c, days: c.is_buyer and _bought(days, 60)),
    Plan("season", 75, Decimal(20), 0.5, lambda c, days: not c.is_buyer and _bought(days, 180, 2)),
)


@dataclass(frozen=True)
class Decision:
    """What was decided for one member (a place among the customers); `group` treated, control or left_out."""

    person: int
    group: str
    reason: str
    tier: str | None


@dataclass
class PastCampaign:
    """A campaign as it was sent."""

    plan: Plan
    programme: str
    begun_at: datetime
    decisions: list[Decision] = field(default_factory=list)
    answers: list[Answer] = field(default_factory=list)

    @property
    def treated(self) -> list[int]:
        """The places of those who were written to."""
        return [d.person for d in self.decisions if d.group == "treated"]


def hold_campaigns(
    who: list[Customer], ids: Sequence[int], drafts: list[Draft], consents: Consents, today: date, seed: int
) -> tuple[list[PastCampaign], list[Draft]]:
    """Hold the campaigns one after the other; returns them, and the orders as they came because of them.

    `ids` are the keys under which the customers are stored, by which the hash splits them.
    """
    chance, answers = stream(seed, "campaigns"), stream(seed, "answers")
    held: list[PastCampaign] = []
    for plan in PLANS:
        day = today - timedelta(days=plan.days_ago)
        begun = datetime(day.year, day.month, day.day, BEGINS_AT_HOUR, tzinfo=SEOUL)
        campaign = PastCampaign(plan, campaign_programme(f"demo-{plan.key}"), begun)
        gone = {a.person for past in held for a in past.answers if a.kind == "bounce"}
        campaign.decisions = _decide(campaign, who, ids, drafts, consents, gone)
        came_back = draw_answers(plan.key, plan.purpose, campaign.treated, begun, consents, answers)
        campaign.answers = came_back
        drafts = _answer(campaign, drafts, chance)
        held.append(campaign)
    drafts.sort(key=lambda d: (d.ordered_at, d.person is None, d.person or 0))
    return held, drafts


def _decide(
    campaign: PastCampaign,
    who: list[Customer],
    ids: Sequence[int],
    drafts: list[Draft],
    consents: Consents,
    gone: set[int],
) -> list[Decision]:
    days: dict[int, list[int]] = defaultdict(list)
    for draft in drafts:
        if draft.person is not None and draft.ordered_at < campaign.begun_at:
            days[draft.person].append((campaign.begun_at - draft.ordered_at).days)
    tiers = _tiers(drafts, campaign.begun_at)
    found = []
    for place, customer in enumerate(who):
        if campaign.plan.is_member(customer, days[place]):
            said = consents.state(place, campaign.plan.purpose, campaign.begun_at)
            reason = _reason(customer, ids[place], tiers.get(place), said, place in gone)
            group = "left_out" if reason else _group(campaign, ids[place])
            found.append(Decision(place, group, reason, tiers.get(place)))
    return found


def _reason(customer: Customer, key: int, tier: str | None, said: str, is_gone: bool) -> str:
    """Why one was left out, empty when not: the gate's reasons in the gate's order."""
    answers = {
        "no_address": not customer.email,
        "suppressed": is_gone,
        "no_consent": said == "",
        "refused": said == "refused",
        "withdrawn": said == "withdrawn",
        "global_control": is_control(GLOBAL_PROGRAMME, key, DEFAULT_GLOBAL_PERCENT),
        "bottom_tier": tier == "bottom",
    }
    return next((reason for reason, applies in answers.items() if applies), "")


def _group(campaign: PastCampaign, key: int) -> str:
    return "control" if is_control(campaign.programme, key, campaign.plan.control_percent) else "treated"


def _tiers(drafts: list[Draft], at: datetime) -> dict[int, str]:
    """The tiers as they stood: the best fifth by what they had brought, the last three tenths."""
    worth: dict[int, int] = defaultdict(int)
    for draft in drafts:
        if draft.person is not None and draft.ordered_at < at:
            worth[draft.person] += sum(_PRICES[i.article] * i.quantity for i in draft.items)
    ranked = sorted(worth, key=lambda place: (-worth[place], place))
    top, bottom = round(len(ranked) * 0.2), len(ranked) - round(len(ranked) * 0.3)
    return {place: "top" if i < top else "bottom" if i >= bottom else "middle" for i, place in enumerate(ranked)}


def _answer(campaign: PastCampaign, drafts: list[Draft], chance: Generator) -> list[Draft]:
    """What the treated ordered because of it, or did not order any more, within the horizon."""
    treated = set(campaign.treated)
    end = campaign.begun_at + timedelta(days=HORIZON_DAYS)
    effect, kept, more = campaign.plan.effect, [], []
    for draft in drafts:
        if draft.person not in treated or not campaign.begun_at < draft.ordered_at < end:
            kept.append(draft)
            continue
        u, when = chance.random(2)
        if effect < 0 and u < -effect:
            continue
        kept.append(draft)
        if effect > 0 and u < effect:
            more.append(draft._replace(ordered_at=_moment(campaign.begun_at, float(when))))
    return kept + more


def _moment(begun_at: datetime, u: float) -> datetime:
    """A moment within the horizon, sooner rather than later, in waking hours."""
    day = begun_at + timedelta(days=1 + int(u * u * (HORIZON_DAYS - 2)))
    return day.replace(hour=9 + int(u * 97) % 13, minute=int(u * 5939) % 60, second=int(u * 9973) % 60)


assert all(HORIZON_DAYS < plan.days_ago < SPAN_DAYS for plan in PLANS)
