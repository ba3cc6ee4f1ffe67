"""However a search is made, it finds what a reading of every entry by hand would find, in the same order."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.platform.search.conditions import PART, Search
from dangol.platform.search.models import SearchEntry
from dangol.platform.search.queries import Among, find
from dangol.platform.search.rules import Asked, asked, holds_all, mark, normal, stored
from dangol.platform.search.services import remember_many
from dangol.platform.search.statistics import Statistics
from dangol.platform.search.tests.test_search import Rows

NAMES = st.sampled_from(
    ["김지우", "김지유", "박서준", "Kim Jiwoo", "Kim", "Lee Kim", "Akim Woo", "김 Kim", "Ji Kimberley"]
)
PHONES = st.sampled_from(["+821000004127", "+821041270000", "010-4127", "", "4127"])
MAILS = st.sampled_from(["kim@narae.test", "jiwoo@narae.test", "woo4127@x.test", ""])
TEXTS = st.sampled_from(
    ["kim", "김", "김지", "지우", "ㄱㅈㅇ", "4127", "010-0000-4127", "010", "ki", "@", "narae", "kim 4127", "woo narae",
     "kim jiwoo", "a", "41 na", "jiwoo@narae.test", "박 4127"]
)  # fmt: skip
PEOPLE = st.lists(st.tuples(NAMES, MAILS, PHONES), min_size=1, max_size=12)


@pytest.mark.django_db
@settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
@given(people=PEOPLE, text=TEXTS, seen=st.sets(st.integers(1, 12), min_size=1), data=st.data())
def test_a_search_finds_what_reading_every_entry_finds(people: Any, text: str, seen: set[int], data: Any) -> None:
    SearchEntry.objects.all().delete()
    hidden = data.draw(st.sampled_from([(), ("phone",), ("name", "email")]))
    records = [(pk, {"name": n, "email": e, "phone": p}) for pk, (n, e, p) in enumerate(people, 1)]
    remember_many("person", [(pk, texts["name"], texts) for pk, texts in records])
    expected = _by_hand(records, asked(text), seen, hidden)
    with pytest.MonkeyPatch.context() as patch:
        _be_made_in_some_way(patch, data)
        found, place = [], None
        while True:
            page = find(asked(text), Among("person", lambda: Rows(*seen), hidden), limit=2, after=place)
            found += [(hit.rank, hit.id) for hit in page.hits]
            place = page.next
            if place is None:
                break
            assert len(page.hits) <= 2
        is_ranked = Search("person", asked(text), hidden).is_rare()
    if is_ranked:
        assert found == [(rank, pk) for rank, _title, pk in expected]
    assert sorted(pk for _rank, pk in found) == sorted(pk for _rank, _title, pk in expected)


def _be_made_in_some_way(patch: pytest.MonkeyPatch, data: Any) -> None:
    """By rank, or by a walk; with pieces that are common, rare or unknown; with bounds that are met at once."""
    room = "dangol.platform.search"
    is_rare, is_own = data.draw(st.booleans()), data.draw(st.booleans())
    shares = _Shares(data.draw(st.integers(1, 1000)))
    patch.setattr(f"{room}.conditions.Search.is_rare", lambda self: is_rare)
    patch.setattr(f"{room}.walking.are_few", lambda rows, most: is_own)
    patch.setattr(f"{room}.conditions.statistics", lambda: Statistics(12, shares, 0.01, {"person": 0.9}))
    for name in ("ranked.AHEAD", "walking.WALK", "walking.WALK_OWN"):
        patch.setattr(f"{room}.{name}", data.draw(st.integers(1, 5)))


class _Shares(dict[int, float]):
    """Some share for every piece."""

    def __init__(self, seed: int) -> None:
        super().__init__({0: 1.0})
        self.seed = seed

    def get(self, code: int, default: Any = None) -> Any:
        return (abs(code) * self.seed % 997 + 1) / 998


def _by_hand(records: list[Any], what: Asked, seen: set[int], hidden: tuple[str, ...]) -> list[tuple[int, str, int]]:
    found = []
    for pk, texts in records:
        text = stored((field, value) for field, value in texts.items() if field not in hidden)
        if pk in seen and holds_all(text, what):
            found.append((_rank(text, what), "" if hidden else normal(texts["name"]), pk))
    return sorted(found)


def _rank(text: str, what: Asked) -> int:
    for rank, (begin, end) in enumerate((("\t ", "\n"), ("\t ", " "), ("\t ", ""), (" ", ""))):
        if any(f"{begin}{whole}{end}" in text for whole in what.wholes):
            return rank
    return PART


def test_the_mark_of_a_field_is_no_character_that_a_search_can_hold() -> None:
    assert not normal(mark("name"))
