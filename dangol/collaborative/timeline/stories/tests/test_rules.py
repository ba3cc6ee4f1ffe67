"""Many sources, one order: nothing lost, nothing twice, whatever shares a moment; and what folds."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.collaborative.timeline.stories.rules.asking import Asked, AskedWrong, asked
from dangol.collaborative.timeline.stories.rules.folding import folded, joined
from dangol.collaborative.timeline.stories.rules.merging import Mark, merged, place

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Item:
    at: datetime
    key: str
    group: str = "changes"
    together: str = ""
    can_fold: bool = True
    who: str = ""
    parts: list[str] = field(default_factory=list)


def source(items: Sequence[Item], turn: int = 0) -> Callable[[datetime | None, int], list[Item]]:
    """One that keeps the promise of providers, and within a moment gives them in an order of its own."""
    ordered = sorted(items, key=lambda i: (i.at, hash((i.key, turn))), reverse=True)
    return lambda before, limit: [i for i in ordered if before is None or i.at < before][:limit]


MOMENTS = st.integers(0, 6)
SOURCES = st.lists(
    st.lists(st.tuples(MOMENTS, st.sampled_from(["orders", "changes"])), max_size=12), min_size=1, max_size=3
)


@given(SOURCES, st.integers(1, 9), st.sampled_from(["", "orders"]))
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_pages_of_many_sources_are_the_whole_in_order_once(drawn: list, limit: int, kind: str) -> None:
    sets = [
        [Item(NOON + timedelta(seconds=second), f"s{n}-{i}", group) for i, (second, group) in enumerate(items)]
        for n, items in enumerate(drawn)
    ]
    whole = [i for items in sets for i in items if kind in ("", i.group)]
    oracle = sorted(whole, key=lambda i: place(i.at, i.key), reverse=True)
    found: list[Item] = []
    mark: Mark | None = None
    for _ in range(2_000):
        page, mark = merged([source(s, n) for n, s in enumerate(sets)], mark, limit, lambda i: kind in ("", i.group))
        assert len(page) <= limit
        found += page
        if mark is None:
            break
    assert found == oracle


def test_a_source_is_not_read_further_than_a_page_needs() -> None:
    asked_for: list[int] = []
    items = [Item(NOON - timedelta(minutes=n), f"order-{n}") for n in range(10_000)]
    plain = source(items)

    def counting(before: datetime | None, limit: int) -> list[Item]:
        asked_for.append(limit)
        return plain(before, limit)

    page, mark = merged([counting], None, 30)
    assert len(page) == 30
    assert mark is not None
    assert asked_for == [31]


def test_of_two_at_one_moment_the_later_number_comes_first() -> None:
    page, _mark = merged([source([Item(NOON, f"order-{n}") for n in (9, 10, 8)])], None, 9)
    assert [i.key for i in page] == ["order-10", "order-9", "order-8"]


def fold(items: list[Item], least: int = 3) -> list[list[str]]:
    lines = folded(items, lambda i: (i.group, i.who), lambda kind: least if kind == "changes" else 0)
    return [[i.key for i in line.items] for line in lines]


def run(*said: tuple[str, str]) -> list[Item]:
    return [Item(NOON, str(n), group, who=who) for n, (group, who) in enumerate(said)]


def test_a_run_of_like_entries_folds_from_its_kinds_number_on() -> None:
    minji = ("changes", "Minji")
    assert fold(run(minji, minji)) == [["0"], ["1"]]
    assert fold(run(minji, minji, minji)) == [["0", "1", "2"]]
    assert fold(run(minji, minji, ("changes", "Jun"), minji)) == [["0"], ["1"], ["2"], ["3"]]
    assert fold(run(*[("orders", "")] * 4)) == [["0"], ["1"], ["2"], ["3"]]
    alone = [*run(minji, minji, minji)]
    alone[1] = replace(alone[1], can_fold=False)
    assert fold(alone) == [["0"], ["1"], ["2"]]


@given(st.lists(st.tuples(st.sampled_from(["changes", "orders"]), st.sampled_from(["a", "b"])), max_size=30))
def test_folding_loses_and_moves_nothing(said: list[tuple[str, str]]) -> None:
    assert [key for line in fold(run(*said)) for key in line] == [str(n) for n in range(len(said))]


def test_a_fold_keeps_its_name_while_newer_ones_join() -> None:
    items = run(*[("changes", "Minji")] * 5)
    (longer,) = folded(items, lambda i: i.who, lambda _kind: 3)
    (shorter,) = folded(items[1:], lambda i: i.who, lambda _kind: 3)
    assert longer.key == shorter.key


def test_what_happened_at_once_is_one_entry_and_a_pause_parts_it() -> None:
    def at(seconds: int, together: str = "files of 1") -> Item:
        return Item(NOON - timedelta(seconds=seconds), f"file-{seconds}", together=together, parts=[str(seconds)])

    items = [at(0), at(100), at(200), at(400), at(410, "files of 2"), at(420, "files of 2"), at(430, ""), at(431, "")]
    found = joined(items, lambda a, b: replace(a, parts=[*a.parts, *b.parts]))
    assert [i.parts for i in found] == [["0", "100", "200"], ["400"], ["410", "420"], ["430"], ["431"]]


def test_what_is_asked_reads_back_from_its_address() -> None:
    from urllib.parse import parse_qsl

    wish = Asked("orders", date(2026, 3, 1), Mark(NOON, "order-5"), True)
    assert asked(dict(parse_qsl(wish.address()))) == wish
    assert asked({}) == Asked()
    assert Asked().address() == ""


@pytest.mark.parametrize(
    ("field_name", "text"),
    [("on", "yesterday"), ("on", "0001-01-01"), ("after", "x~order-5"), ("after", "2026-03-01T12:00:00~order-5"),
     ("after", "9999-12-31T23:59:59.999999Z~"), ("after", "2026-03-01T12:00:00Z~" + "x" * 300)],
)  # fmt: skip
def test_an_address_that_cannot_be_read_is_told(field_name: str, text: str) -> None:
    with pytest.raises(AskedWrong, match=field_name):
        asked({field_name: text})
