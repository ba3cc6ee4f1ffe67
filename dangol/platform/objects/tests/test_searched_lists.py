"""A list that is searched shows the same rows in the same order, whichever way the database finds them."""

from __future__ import annotations

from typing import Any

import pytest

from dangol.core.customers.people.services import create_person
from dangol.platform.objects import listing
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.registry import object_type
from dangol.platform.search import listed
from dangol.platform.search.queries import Matching, matching
from tests.cast import Cast

PEOPLE = object_type("person")


@pytest.fixture
def people(cast: Cast) -> list[str]:
    """Eighteen people; every third of the later ones is called Kim."""
    names = [f"A{n:02} {'Kim' if n > 5 and n % 3 == 0 else 'Lee'}" for n in range(18)]
    for name in names:
        create_person(actor=cast.actor("owner"), values={"name": name})
    create_person(actor=cast.actor("stranger"), values={"name": "A99 Kim"})
    return [name for name in names if "Kim" in name]


def walked(cast: Cast, sort: str, limit: int = 2) -> list[str]:
    found, after = [], ""
    while True:
        query = ListQuery(search="kim", sort=sort, limit=limit, after=after, columns=["name"])
        page = listing.page(PEOPLE, cast.actor("owner"), query)
        found += [str(row.record.name) for row in page.rows]
        after = page.next
        if not after:
            return found


@pytest.mark.parametrize("sort", ["name", "-value_12m", "-created_at"])
def test_pages_of_a_common_text_are_those_of_a_rare_one(
    cast: Cast, people: list[str], monkeypatch: pytest.MonkeyPatch, sort: str
) -> None:
    rare = walked(cast, sort)
    assert sorted(rare) == people

    def common(name: str, text: str, **more: Any) -> Matching:
        known = matching(name, text, **more)
        return Matching(known.ids, known.gathered, False)

    monkeypatch.setattr(listing, "matching", common)
    for are_few in (False, True):
        monkeypatch.setattr(listed, "are_few", lambda rows, most, few=are_few: few)
        for near in (1, 7, 1000):
            monkeypatch.setattr(listed, "NEAR", near)
            assert walked(cast, sort) == rare
