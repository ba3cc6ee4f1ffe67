"""The story of a record as its readers see it: whole, sifted, from a day, with or without rights."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.collaborative.activities.notes.services import add_note
from dangol.collaborative.timeline.stories.queries import tell
from dangol.collaborative.timeline.stories.rules.asking import Asked
from dangol.core.customers.companies.services import create_company
from dangol.core.customers.people.services import change_person, create_person, trash_person
from dangol.core.purchases.orders.models import Order
from dangol.platform.objects.registry import object_type
from tests.cast import Cast

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def kim(cast: Cast) -> Any:
    return create_person(actor=cast.actor("owner"), values={"name": "Kim"})


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def many_orders(person: Any, moments: list[datetime], begin: int = 0) -> None:
    Order.objects.bulk_create(
        Order(source="test", number=f"T{begin + n}", person=person, ordered_at=at, currency="KRW", amount=1, value=1)
        for n, at in enumerate(moments)
    )


def walk(cast: Cast, record: Any, who: str = "admin", name: str = "person", **wish: Any) -> list[str]:
    """The keys of all entries, page by page."""
    found, asked = [], Asked(**wish)
    for _ in range(200):
        told = tell(object_type(name), cast.actor(who), record, asked, limit=7)
        found += [item.key for item in told.items]
        if told.after is None:
            return found
        asked = Asked(**{**wish, "after": told.after})
    raise AssertionError("the story does not end")


def keys_in(answer: Any) -> list[str]:
    return re.findall(r'data-(?:key|part)="([^"]+)"', answer.content.decode())


def test_every_entry_comes_once_though_dozens_share_a_moment(cast: Cast, kim: Any) -> None:
    many_orders(kim, [NOON] * 40 + [NOON + timedelta(days=n // 3) for n in range(30)])
    for n in range(12):
        add_note(actor=cast.actor("admin"), object_name="person", record_id=kim.pk, body=f"Note {n}", is_pinned=n < 2)
    found = walk(cast, kim)
    assert len(found) == len(set(found)) == 40 + 30 + 12 + 1
    assert sorted(walk(cast, kim, kind="orders")) == sorted(key for key in found if key.startswith("order-"))
    assert len(walk(cast, kim, kind="notes")) == 12
    assert len(walk(cast, kim, kind="changes")) == 1
    assert walk(cast, kim, kind="nonsense") == []


def test_an_old_pinned_note_stands_in_its_place(cast: Cast, kim: Any) -> None:
    for n in range(60):
        add_note(actor=cast.actor("admin"), object_name="person", record_id=kim.pk, body=f"Note {n}", is_pinned=n == 0)
    told = tell(object_type("person"), cast.actor("admin"), kim, Asked(kind="notes"))
    assert len({item.key for item in told.items}) == len(told.items)
    assert all(not item.data["one"].note.is_pinned for item in told.items[:30])
    assert len(walk(cast, kim, kind="notes")) == 60


def test_the_page_shows_chips_and_the_address_keeps_the_choice(cast: Cast, kim: Any) -> None:
    many_orders(kim, [NOON])
    page = client_of(cast.owner).get(f"/people/{kim.pk}")
    text = page.content.decode()
    assert f'href="/people/{kim.pk}?kind=orders#story"' in text
    assert f'data-live="person:{kim.pk}"' in text
    sifted = client_of(cast.owner).get(f"/people/{kim.pk}?kind=orders")
    assert [key.split("-")[0] for key in keys_in(sifted)] == ["order"]
    nothing = client_of(cast.owner).get(f"/people/{kim.pk}?kind=messages").content.decode()
    assert "Nothing of this kind" in nothing
    assert f'href="/people/{kim.pk}#story"' in nothing


def test_what_one_may_not_see_neither_shows_nor_has_a_chip(cast: Cast, kim: Any) -> None:
    many_orders(kim, [NOON])
    role = cast.owner.roles.get()
    role.grants = {name: grant for name, grant in role.grants.items() if name != "order"}
    role.save()
    text = client_of(cast.owner).get(f"/people/{kim.pk}").content.decode()
    assert "kind=orders" not in text
    assert "order-" not in text
    assert keys_in(client_of(cast.owner).get(f"/people/{kim.pk}?kind=orders")) == []
    for path in (f"/people/{kim.pk}/story", f"/people/{kim.pk}?kind=orders"):
        assert client_of(cast.stranger).get(path).status_code == 404


def test_one_goes_back_to_a_day_in_ones_own_zone(cast: Cast, kim: Any) -> None:
    late = datetime(2026, 3, 1, 14, 59, tzinfo=UTC)  # 23:59 in Seoul
    many_orders(kim, [late, late + timedelta(minutes=1), late - timedelta(days=9)])
    wish = Asked(kind="orders", on=date(2026, 3, 1))
    told = tell(object_type("person"), cast.actor("owner"), kim, wish, zone="Asia/Seoul")
    assert [item.at for item in told.items] == [late, late - timedelta(days=9)]
    text = client_of(cast.owner).get(f"/people/{kim.pk}?on=2026-03-01").content.decode()
    assert "Back to the newest" in text
    assert "data-newest" not in text


@pytest.mark.parametrize("query", ["on=yesterday", "after=nonsense", "after=2026-03-01T00:00:00~x", "on=0001-01-01"])
def test_an_address_that_cannot_be_read_is_told_in_a_sentence(cast: Cast, kim: Any, query: str) -> None:
    for path in (f"/people/{kim.pk}", f"/people/{kim.pk}/story"):
        answer = client_of(cast.owner).get(f"{path}?{query}")
        assert answer.status_code == 400
        assert "Traceback" not in answer.content.decode()


def test_earlier_entries_come_as_a_fragment_and_without_script_as_a_page(cast: Cast, kim: Any) -> None:
    many_orders(kim, [NOON - timedelta(hours=n) for n in range(70)])
    client = client_of(cast.owner)
    first = client.get(f"/people/{kim.pk}")
    more = re.search(r'hx-get="([^"]+)"[^>]*intersect', first.content.decode()).group(1).replace("&amp;", "&")  # type: ignore[union-attr]
    second = client.get(more, headers={"HX-Request": "true"})
    assert "<html" not in second.content.decode()
    assert not set(keys_in(first)) & set(keys_in(second))
    assert len(keys_in(second)) == 30
    plain = client.get(more)
    assert plain.status_code == 302
    assert plain.headers["Location"].startswith(f"/people/{kim.pk}?after=")
    assert keys_in(client.get(plain.headers["Location"])) == keys_in(second)


def test_a_run_of_changes_by_one_person_folds_and_opens(cast: Cast, kim: Any) -> None:
    for n in range(5):
        change_person(actor=cast.actor("owner"), record_id=kim.pk, values={"city": f"City {n}"})
    text = client_of(cast.owner).get(f"/people/{kim.pk}").content.decode()
    assert "5 changes" in text
    assert "by Owner" in text
    assert f"/people/{kim.pk}/history?at=" in text, "each entry opens its source"
    assert len(keys_in(client_of(cast.owner).get(f"/people/{kim.pk}"))) == 1 + 5 + 1


def test_a_company_tells_of_its_people_if_one_wishes_and_only_of_those_one_sees(cast: Cast) -> None:
    admin = cast.actor("admin")
    firm = create_company(actor=admin, values={"name": "Firm"})
    mine = create_person(actor=cast.actor("owner"), values={"name": "Mine"})
    theirs = create_person(actor=cast.actor("stranger"), values={"name": "Theirs"})
    gone = create_person(actor=admin, values={"name": "Gone", "company": firm.pk})
    trash_person(actor=admin, record_id=gone.pk)
    for person in (mine, theirs):
        change_person(actor=admin, record_id=person.pk, values={"company": firm.pk})
        many_orders(person, [NOON + timedelta(minutes=person.pk)], begin=person.pk)
    alone = walk(cast, firm, "admin", "company")
    with_people = walk(cast, firm, "admin", "company", has_people=True)
    assert not any(key.startswith("order-") for key in alone)
    assert set(alone) < set(with_people)
    assert sum(key.startswith("order-") for key in with_people) == 2
    page = client_of(cast.admin).get(f"/companies/{firm.pk}?with=people").content.decode()
    assert "Mine" in page
    assert "Theirs" in page
    assert "Gone" not in page
    assert 'aria-pressed="true"' in page


def test_a_story_costs_the_same_whatever_its_length(cast: Cast, kim: Any) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as caught:
            tell(
                object_type("person"),
                cast.actor("admin"),
                type(kim).objects.for_system("a test").get(pk=kim.pk),
                Asked(),
            )
        return len(caught)

    many_orders(kim, [NOON - timedelta(hours=n) for n in range(40)])
    add_note(actor=cast.actor("admin"), object_name="person", record_id=kim.pk, body="Hello")
    change_person(actor=cast.actor("admin"), record_id=kim.pk, values={"owner": cast.mate.pk})
    few = queries()
    many_orders(kim, [NOON - timedelta(hours=n) for n in range(40, 400)], begin=1000)
    for name in ("owner", "mate", "manager"):
        change_person(actor=cast.actor("admin"), record_id=kim.pk, values={"owner": cast.users[name].pk})
    assert queries() == few <= 14
