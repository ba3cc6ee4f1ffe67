from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dangol.platform.search import ranked, walking
from dangol.platform.search.conditions import BEGINNING, EXACT, FIRST, OF_OBJECT, PART, WORD, Search
from dangol.platform.search.models import SearchEntry
from dangol.platform.search.results import Hit, Hits
from dangol.platform.search.rules import Asked, asked

__all__ = ["BEGINNING", "EXACT", "FIRST", "PART", "WORD", "Among", "Hit", "Hits", "find", "find_each", "ids_holding",
           "knows_any", "matching_ids"]  # fmt: skip

JUDGED_AT_ONCE = 200
"""Records that are judged by their ids; beyond, by a subquery."""


@dataclass(frozen=True)
class Among:
    """An object that is searched: which of its records are judged for whoever asks, and what is hidden from them.

    `rows` gives the records that may be found; it is asked only where something was found. `reach` gives the same with
    those in the trash, which are fewer words for the database; left out, it is `rows`. Values of `hidden` fields are
    not searched.
    """

    object_name: str
    rows: Callable[[], Any]
    hidden: Collection[str] = ()
    reach: Callable[[], Any] | None = None


def knows_any(object_name: str) -> bool:
    """Whether any record of an object can be found."""
    return SearchEntry.objects.filter(object_name=object_name).exists()


def matching_ids(object_name: str, text: str, *, hidden: Collection[str] = ()) -> Any:
    """The ids of records of an object that contain all words of `text`, as a subquery; the caller judges the records.

    Values of `hidden` fields are not searched.
    """
    search = Search(object_name, asked(text), hidden)
    found = SearchEntry.objects.filter(object_name=object_name)
    if not search.asked.words:
        return found.none().values("record_id")
    sql, values = search.condition("", is_rare=search.is_rare())
    return found.extra(where=[sql], params=values).values("record_id")  # noqa: S610 - values are parameters


@dataclass(frozen=True)
class Matching:
    """The records of an object that contain all words of a text, to be joined with others.

    `ids` is asked row by row where many match; `gathered` reads all that match by the index of pieces first, however
    many these are. `is_rare`: so few can match that both are the same.
    """

    ids: Any
    gathered: Any
    is_rare: bool


def matching(object_name: str, text: str, *, hidden: Collection[str] = ()) -> Matching:
    """As `matching_ids`, with what one needs to know to choose the cheaper way."""
    search = Search(object_name, asked(text), hidden)
    found = SearchEntry.objects.filter(object_name=object_name)
    if not search.asked.words:
        nothing = found.none().values("record_id")
        return Matching(nothing, nothing, True)
    is_rare = search.is_rare()
    by_index, values = search.condition("", is_rare=True)
    gathered = SearchEntry.objects.extra(  # noqa: S610 - values are parameters
        where=[f"{OF_OBJECT} AND {by_index}"], params=[object_name, *values]
    ).values("record_id")
    if is_rare:
        return Matching(gathered, gathered, True)
    plain, values = search.condition("", is_rare=False)
    ids = found.extra(where=[plain], params=values).values("record_id")  # noqa: S610 - values are parameters
    return Matching(ids, gathered, False)


def ids_holding(object_name: str, text: str) -> Any:
    """What `matching_ids` gives, as a list where these are few: an empty one tells that nobody need be judged."""
    found = matching_ids(object_name, text)
    few = list(found.values_list("record_id", flat=True)[: JUDGED_AT_ONCE + 1])
    return few if len(few) <= JUDGED_AT_ONCE else found


def find_each(what: Asked, among: Sequence[Among], *, limit: int = 5) -> list[Hits]:
    """The best records of each object that contain all words of a search, and the records themselves."""
    if not what.words:
        return [Hits([]) for _one in among]
    searches = [Search(one.object_name, what, one.hidden) for one in among]
    rare = [number for number, search in enumerate(searches) if search.is_rare()]
    found = dict(zip(rare, ranked.first_pages([(searches[n], among[n].rows) for n in rare], limit), strict=True))
    return [
        found[number] if number in found else _walked(searches[number], one, limit, None)
        for number, one in enumerate(among)
    ]


def find(what: Asked, one: Among, *, limit: int = 5, after: tuple[Any, ...] | None = None) -> Hits:
    """The records of one object that contain all words of a search, best first, and the records themselves.

    `after` is the `next` of the page before. Where very many match, those whose title begins with it come first, then
    the newest; else all are ranked: exact, beginning, word, part, and by title.
    """
    if after is None or not what.words:
        return find_each(what, [one], limit=limit)[0]
    search = Search(one.object_name, what, one.hidden)
    if after[0] == "rank":
        return ranked.page(search, one.rows(), limit, after)
    return _walked(search, one, limit, after)


def _walked(search: Search, one: Among, limit: int, after: tuple[Any, ...] | None) -> Hits:
    found = walking.page(search, one.rows(), (one.reach or one.rows)(), limit, after)
    if not found.hits:
        return found
    records = {record.pk: record for record in one.rows().filter(pk__in=[hit.id for hit in found.hits])}
    return replace(found, hits=[replace(hit, record=records[hit.id]) for hit in found.hits if hit.id in records])
