"""Everything that the Overview page shows, read in a handful of queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import Subquery
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy

from dangol.analytical.dashboards.figures.queries import METRICS, Tile, chosen_period, own_tiles, tiles
from dangol.analytical.dashboards.figures.rules import PERIOD_KEYS, Period, period_of
from dangol.analytical.dashboards.loyalty.queries import cohorts, repeats
from dangol.analytical.dashboards.pictures.queries import Counted, Reach, Scene, counted, reach
from dangol.analytical.dashboards.pictures.rules import Ground, Picture
from dangol.analytical.dashboards.revenue.queries import Expected, expected, months
from dangol.analytical.dashboards.value.queries import Slipping, moves, pareto, slipping, tiers
from dangol.analytical.predictions.lifetime_value.queries import latest_run
from dangol.analytical.warehouse.analysis.queries import KIND
from dangol.analytical.warehouse.marts.queries import as_of
from dangol.analytical.warehouse.steps import step_label
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.jobs.models import Progress

LONG_AGO = date(1900, 1, 1)
"""Before any order: whoever sees only some of them is not told when the first one was."""
RUNS_LOOKED_AT = 10
SILENT_AFTER = timedelta(minutes=20)
"""A worker that was killed is replaced long before; after this nobody works on the run any more."""
STEPS = {
    "extract": gettext_lazy("loading what changed"),
    "marts": gettext_lazy("adding up orders"),
    "tiers": gettext_lazy("ranking customers"),
    "lifetime_value": gettext_lazy("learning the forecast"),
    "span_details": gettext_lazy("counting key figures"),
    "expected_totals": gettext_lazy("adding up the forecast"),
    "write": gettext_lazy("writing everything down"),
}
State = Literal["ready", "uncounted", "empty"]
Draw = Callable[[Counted, Scene], Picture]
PICTURES: dict[str, Callable[..., Picture]] = {
    "pareto": pareto, "tiers": tiers, "moves": moves, "cohorts": cohorts, "repeats": repeats, "months": months,
}  # fmt: skip


class NoSuchPicture(LookupError):
    """There is no picture of that name."""


@dataclass(frozen=True)
class Overview:
    """The page. `state` is `empty` (no orders), `uncounted` (orders, but no analysis yet) or `ready`."""

    state: State
    reach: Reach
    counted: Counted
    period: Period
    periods: tuple[str, ...] = PERIOD_KEYS
    tiles: list[Tile] = field(default_factory=list)
    pictures: dict[str, Picture] = field(default_factory=dict)
    slipping: Slipping | None = None
    expected: Expected | None = None

    @property
    def currency(self) -> str:
        """The money in which the figures were counted; empty where that is the company's of today."""
        return self.counted.ground.currency if self.counted.ground else ""


def scene_of(actor: Actor, ground: Ground | None = None) -> Scene:
    """The money, days and language in which `actor` reads figures: those under which they were counted."""
    firm = ground or workspace()
    return Scene(actor, firm.currency, ZoneInfo(firm.time_zone), (get_language() or "en")[:2])


def overview(actor: Actor, *, period: str = "", since: str = "") -> Overview:
    """The Overview page as `actor` may see it; `period` is a key of PERIOD_KEYS, `since` a month for the moves.

    Figures of all customers with the right to all of the business, else those of the actor's own customers. Whoever
    may see neither must be sent away before: everything here would come out empty.
    """
    if reach(actor) != "all":
        return _own(scene_of(actor), period)
    found = counted(actor)
    if found.as_of is None:
        return Overview(_without_figures(), "all", found, _today(period))
    scene = scene_of(actor, found.ground)
    span = chosen_period(period, found)
    risk = slipping(actor, found.as_of)
    drawn = {name: draw(found, scene) for name, draw in _drawers(since).items()}
    shown = [*tiles(found, scene, span), _risk_tile(risk)]
    return Overview(
        "ready",
        "all",
        found,
        span,
        tiles=shown,
        pictures=drawn,
        slipping=risk,
        expected=expected(found, latest_run()),
    )


def picture(actor: Actor, name: str, *, since: str = "") -> Picture:
    """One picture of the whole business. Raises NoSuchPicture; Forbidden without the right to all of it."""
    if name not in PICTURES:
        raise NoSuchPicture(name)
    found = counted(actor)
    return _drawers(since)[name](found, scene_of(actor, found.ground))


def _drawers(since: str) -> dict[str, Draw]:
    return {**PICTURES, "moves": partial(moves, since=since)}


def _own(scene: Scene, period: str) -> Overview:
    day = as_of()
    if day is None:
        return Overview(_without_figures(), "own", Counted(), _today(period))
    span = period_of(period, as_of=day, first_on=LONG_AGO)
    risk = slipping(scene.actor, day)
    shown = [*own_tiles(scene, span), _risk_tile(risk)]
    return Overview("ready", "own", Counted(as_of=day), span, PERIOD_KEYS[:4], shown, slipping=risk)


def _risk_tile(risk: Slipping) -> Tile:
    door = risk.door
    return Tile(METRICS["at_risk"], risk.value_12m, door, note_door=door, note_count=risk.people, now=risk.by_month)


def _without_figures() -> State:
    has_orders = Order.objects.for_system("whether there is anything to count").exists()
    return "uncounted" if has_orders else "empty"


def _today(period: str) -> Period:
    today = timezone.localdate()
    return period_of(period, as_of=today, first_on=today)


@dataclass(frozen=True)
class Runs:
    """How the figures came to be. `last` is the analysis asked for last, `state` that of its progress, or `silent` when
    nothing was heard of it for long; `made_at` is when one succeeded last, `is_stale` that orders changed since.
    """

    last: Progress | None = None
    state: str = ""
    made_at: datetime | None = None
    is_stale: bool = False

    @property
    def step(self) -> str:
        """What is being done, in words."""
        name = self.last.step if self.last else ""
        return str(STEPS[name]) if name in STEPS else step_label(name)

    @property
    def is_going(self) -> bool:
        """Whether one should wait for it."""
        return self.state in ("queued", "running")


def runs() -> Runs:
    """The last analysis, and the last one that succeeded. One query."""
    orders = Order.objects.for_system("whether anything changed since the figures were counted")
    newest = Subquery(orders.order_by("-changed_at").values("changed_at")[:1])
    rows = Progress.objects.filter(kind=KIND).defer("result").annotate(newest_change=newest)
    found = list(rows.order_by("-created_at")[:RUNS_LOOKED_AT])
    if not found:
        return Runs()
    good = next((r for r in found if r.state == Progress.State.DONE), None)
    changed = found[0].newest_change
    stale = good is not None and None not in (changed, good.started_at) and changed > good.started_at
    return Runs(found[0], _state(found[0]), good.finished_at if good else None, stale)


def _state(run: Progress) -> str:
    heard = run.beat_at or run.started_at or run.created_at
    is_silent = run.state == Progress.State.RUNNING and timezone.now() - heard > SILENT_AFTER
    return "silent" if is_silent else run.state


def may_refresh(actor: Actor) -> bool:
    """Whether `actor` may ask for a new analysis."""
    return actor.may("change", "insight")
