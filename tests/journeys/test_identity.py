"""One customer, one record: a duplicate caught as it is added, and two records merged and parted, in a real browser."""

from __future__ import annotations

import pytest

from dangol.core.customers.people.models import Person
from dangol.core.customers.people.services import create_person
from dangol.core.identity.matching.models import Pair
from dangol.core.identity.merging.tests.rows import order
from dangol.core.purchases.orders.models import Order
from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener, asked

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def people() -> int:
    return int(Person.objects.for_system("test").filter(deleted_at=None).count())


def test_a_duplicate_is_caught_as_it_is_added(open_house: str, cast: Cast, browser_window: Opener) -> None:
    values = {"name": "김지우", "email": "jiwoo@example.com", "born_on": "1990-04-02"}
    jiwoo = create_person(actor=cast.actor("admin"), values=values)
    with browser_window(open_house) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/people/new")
        w.page.fill("[name=name]", "Kim Jiwoo")
        w.page.fill("[name=email]", "JIWOO@example.com")
        w.page.locator("#alike", has_text="same e-mail").wait_for()
        assert w.page.locator("#alike a").first.get_attribute("href") == f"/people/{jiwoo.pk}"
        w.follow(w.page.get_by_role("button", name="Add", exact=True))
        assert asked(people) == 1
        w.follow(w.page.get_by_role("button", name="It is somebody else: add anyway"))
        assert asked(people) == 2
        assert [t for t in w.troubles if "422" not in t] == []


@pytest.mark.parametrize(("script", "width"), [(True, 1440), (False, 390)])
def test_two_are_merged_and_parted(
    open_house: str, cast: Cast, browser_window: Opener, script: bool, width: int
) -> None:
    admin = cast.actor("admin")
    first = create_person(actor=admin, values={"name": "Kim Jiwoo", "city": "Seoul"})
    second = create_person(actor=admin, values={"name": "김지우", "city": "Busan", "phone": "010-1234-5678"})
    order(second.pk, "1")
    Pair.objects.create(object_name="person", first_id=first.pk, second_id=second.pk, probability=0.97)

    def whose() -> int | None:
        return Order.objects.for_system("test").get().person_id

    with browser_window(open_house, script=script, width=width, height=844) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/identity/duplicates")
        assert "97" in w.page.locator(".pair").inner_text()
        w.follow(w.page.locator(".pair").get_by_role("link", name="Merge"))
        w.page.check("[name=take_city][value=loser]")
        w.follow(w.page.locator("form").get_by_role("button", name="Merge", exact=True))
        assert asked(whose) == first.pk
        assert w.page.locator(".pair").count() == 0
        w.open(f"/people/{second.pk}")
        assert w.page.url.endswith(f"/people/{first.pk}")
        assert "Busan" in w.page.locator("#facts").inner_text()
        w.follow(w.page.get_by_role("button", name="Part them again"))
        assert w.page.url.endswith(f"/people/{second.pk}")
        assert asked(whose) == second.pk
        assert w.troubles == []
