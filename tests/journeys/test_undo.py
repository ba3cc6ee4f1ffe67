"""Undo in a real browser: a bulk edit of all that match with preview and undo; two people on one record."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

import pytest

from dangol.core.customers.people.models import Person
from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener, Window

PEOPLE = 70
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def shop(cast: Cast, open_house: str) -> str:
    """A running server with the cast (all with one password) and more people than one page shows."""
    from dangol.core.customers.people.services import create_person

    for n in range(PEOPLE):
        create_person(actor=cast.actor("admin"), values={"name": f"Person {n:02}", "city": "Seoul" if n else "Busan"})
    return open_house


def living_in(w: Window, city: str) -> int:
    """How many people the list counts in a city."""
    asked = quote(json.dumps({"field": "city", "op": "is", "value": city}))
    answer = w.page.request.get(f"{w.address}/people/count?filter={asked}")
    return int("".join(c for c in answer.text() if c.isdigit()) or 0)


def facts(page: Any, url: str) -> tuple[str, str]:
    """City and role as the form of a person holds them."""
    page.goto(f"{url}/edit")
    return page.input_value("#f-city"), page.input_value("#f-job_title")


def test_all_that_match_are_changed_and_taken_back(shop: str, browser_window: Opener) -> None:
    with browser_window(shop) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/people?sort=name")
        w.page.locator("thead .pick input").check()
        w.page.locator("[data-whole]").wait_for()
        w.page.locator("[data-whole] input").check()
        w.follow(w.page.locator(".bulk button[name=step]"))
        w.page.get_by_label("City").check()
        w.follow(w.page.get_by_role("button", name="Continue"))
        w.page.fill("#f-city", "Busan")
        w.follow(w.page.get_by_role("button", name="Preview"))
        assert w.page.locator("#preview .big").all_inner_texts() == [str(PEOPLE - 1), "1", "0"]
        w.follow(w.page.get_by_role("button", name=f"Change {PEOPLE - 1} records"))
        assert (living_in(w, "Busan"), living_in(w, "Seoul")) == (PEOPLE, 0)
        told = w.page.locator(".toast-note", has_text=f"{PEOPLE - 1} records changed.")
        w.follow(told.get_by_role("button", name="Undo"))
        assert (living_in(w, "Busan"), living_in(w, "Seoul")) == (1, PEOPLE - 1)
        assert w.troubles == []


def test_the_second_of_two_editors_chooses(shop: str, browser_window: Opener) -> None:
    person = Person.objects.for_system("test").get(name="Person 05")
    url = f"{shop}/people/{person.pk}"
    with browser_window(shop) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open(f"/people/{person.pk}/edit")
        second = w.page.context.new_page()
        second.goto(f"{shop}/people/{person.pk}/edit")
        w.page.fill("#f-city", "Busan")
        w.follow(w.page.get_by_role("button", name="Save"))
        second.fill("#f-city", "Jeju")
        second.fill("#f-job_title", "Buyer")
        second.get_by_role("button", name="Save").click()
        second.locator(".clash").wait_for()
        assert "Busan" in second.locator(".clash").inner_text()
        second.get_by_label("Save mine").check()
        second.get_by_role("button", name="Save").click()
        second.wait_for_url(f"**/people/{person.pk}")
        assert facts(second, url) == ("Jeju", "Buyer")
        second.goto(f"{shop}/people/{person.pk}/history")
        second.locator(".undo-this a").first.click()
        second.get_by_role("button", name="Undo").click()
        second.wait_for_url(f"**/people/{person.pk}")
        assert facts(second, url) == ("Busan", "")
        assert w.troubles == []
