"""The queue of pairs, the runs, and how the company wants the matching."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from dangol.core.identity.duplicates.queries import FIELDS, traits_of
from dangol.core.identity.likeness.rules.comparing import likeness
from dangol.core.identity.matching.models import MatchRun, MatchSettings, Pair
from dangol.platform.access.actor import Actor
from dangol.platform.jobs.models import Progress
from dangol.platform.objects.registry import object_type

PAGE = 25


@dataclass(frozen=True)
class Shown:
    """A pair as the queue shows it: both records, and the reasons {field: same, alike or different}."""

    pair: Pair
    first: Any
    second: Any
    reasons: dict[str, str]

    @property
    def percent(self) -> float:
        """The probability in percent, never rounded up to certainty."""
        return min(int(self.pair.probability * 1000) / 10, 99.9)


@dataclass(frozen=True)
class Page:
    """Pairs of the queue; `next` asks for the following ones, "" at the end."""

    rows: list[Shown]
    next: str


def settings_of(object_name: str) -> MatchSettings:
    """What is in force; never automatic and not nightly until somebody says otherwise."""
    found = MatchSettings.objects.filter(object_name=object_name).order_by("-pk").first()
    return found or MatchSettings(object_name=object_name)


def last_run(object_name: str) -> MatchRun | None:
    """The newest run, finished or not."""
    return MatchRun.objects.filter(object_name=object_name).select_related("progress").order_by("-started_at").first()


def running(object_name: str) -> MatchRun | None:
    """The run that waits or works now."""
    found = last_run(object_name)
    open_ = (Progress.State.QUEUED, Progress.State.RUNNING)
    return found if found and found.progress and found.progress.state in open_ else None


def queue(actor: Actor, object_name: str, *, state: str = Pair.State.OPEN, after: str = "") -> Page:
    """Pairs of which `actor` sees both records, neither in the trash, likeliest first."""
    if not actor.may("see", object_name):
        return Page([], "")
    model: Any = object_type(object_name).model
    living = model.objects.visible_to(actor).filter(deleted_at=None)
    rows: Any = Pair.objects.visible_to(actor).filter(object_name=object_name, state=state)
    rows = rows.filter(first_id__in=living.values("pk"), second_id__in=living.values("pk"))
    probability, pk = _after(after)
    if pk:
        rows = rows.filter(probability__lte=probability).exclude(probability=probability, pk__lte=pk)
    found = list(rows.order_by("-probability", "pk")[: PAGE + 1])
    last = found[PAGE - 1] if len(found) > PAGE else None
    return Page(_shown(actor, object_name, found[:PAGE]), f"{last.probability!r}_{last.pk}" if last else "")


def pair_at(actor: Actor, object_name: str, first_id: int, second_id: int) -> Pair | None:
    """What the matching knows of two records, None for a pair that it never brought."""
    low, high = sorted((first_id, second_id))
    rows = Pair.objects.visible_to(actor).filter(object_name=object_name, first_id=low, second_id=high)
    return rows.first()


def _shown(actor: Actor, object_name: str, pairs: list[Pair]) -> list[Shown]:
    ids = {pk for pair in pairs for pk in (pair.first_id, pair.second_id)}
    records = {r.pk: r for r in object_type(object_name).model.objects.visible_to(actor).filter(pk__in=ids)}
    return [
        Shown(pair, a, b, reasons_of(actor, object_name, a, b))
        for pair in pairs
        if (a := records.get(pair.first_id)) is not None and (b := records.get(pair.second_id)) is not None
    ]


def reasons_of(actor: Actor, object_name: str, first: Any, second: Any) -> dict[str, str]:
    """What two records have in common as far as `actor` may see their fields, as they are now."""
    names = [n for n in FIELDS[object_name] if actor.field_right(object_name, n) != "hidden"]
    sides = [{n: getattr(record, type(record)._meta.get_field(n).attname) for n in names} for record in (first, second)]
    return likeness(*(traits_of(object_name, side) for side in sides)).reasons


def _after(text: str) -> tuple[float, int]:
    probability, _sign, pk = text.partition("_")
    try:
        return float(probability), int(pk)
    except ValueError:
        return 1.0, 0
