"""A company makes an object of its own: with a relation and a board, filled by hand, restricted to a role, read by a
program; and a rule in its own words."""

from __future__ import annotations

import json
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from dangol.core.customers.people.models import Person
from dangol.platform.accounts.models import Role
from dangol.platform.accounts.services import create_api_key
from dangol.platform.objects.custom_objects.building import build_all, drop_table
from dangol.platform.objects.custom_objects.models import CustomObject
from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener, Window, asked

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(cast: Cast, open_house: str) -> Any:
    Person.plain.create(name="Kim Minsu", city="Seoul", owner=cast.owner)
    yield open_house
    drop_table("x_pet")


def read(house: str, secret: str) -> Any:
    """The names that a program reads, or the status with which it is refused."""
    try:
        with urlopen(Request(f"{house}/api/v1/pets", headers={"X-API-Key": secret})) as answer:
            return [row["name"] for row in json.load(answer)["rows"]]
    except HTTPError as error:
        return error.code


def test_an_object_is_made_filled_restricted_and_read(browser_window: Opener, cast: Cast, house: str) -> None:
    with browser_window(house) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/setup/objects/new")
        w.follow(w.page.locator(".choice", has_text="Pets"))
        w.follow(w.page.locator("button", has_text="Make it"))
        assert "being made" in w.page.locator(".sheet").inner_text()
        asked(lambda: build_all(CustomObject.objects.get().pk))
        w.page.locator("a", has_text="Open the list").wait_for()
        w.follow(w.page.locator("a", has_text="Open the list"))
        for name, kind in (("Choco", "dog"), ("Nabi", "cat")):
            w.open("/pets/new")
            w.page.fill("#f-name", name)
            w.page.select_option("#f-c_kind", kind)
            w.page.select_option("#f-c_keeper", label="Kim Minsu")
            w.follow(w.page.locator("button[type=submit]", has_text="Add"))
        assert "Kim Minsu" in w.page.locator("main").inner_text()
        w.open("/pets")
        w.follow(w.page.locator(".tabs a, [role=tablist] a, nav a", has_text="Board").last)
        assert "Choco" in w.page.locator(".board, main").first.inner_text()
        w.picture("own-object-board")
        _rule(w)
        assert w.troubles == []
    keys = {who: asked(lambda who=who: create_api_key(actor=cast.actor("admin"), user=cast.users[who], name="t")[1])
            for who in ("owner", "admin")}  # fmt: skip
    assert (read(house, keys["owner"]), read(house, keys["admin"])) == (403, ["Choco", "Nabi"])
    with browser_window(house, width=390, language="ko") as w:
        w.sign_in("admin@firm.test", PASSWORD)
        role = asked(lambda: Role.objects.get(name="scope-own").pk)
        w.open(f"/setup/staff/roles/{role}")
        w.page.locator("[name='grant.x_pet.see']").first.select_option("all")
        w.follow(w.page.locator("main button[type=submit]").last)
    assert read(house, keys["owner"]) == ["Choco", "Nabi"]


def _rule(w: Window) -> None:
    """A field shows and is needed once it is a dog; the form follows what is chosen."""
    for kind, message in (("show", ""), ("require", "Which breed of dog?")):
        w.open(f"/setup/rules/pets/new?kind={kind}")
        w.page.fill("#id-formula", 'c_kind = "dog"')
        w.page.check("input[name=fields][value=c_breed]")
        w.page.fill("#id-message_en", message)
        w.follow(w.page.locator("button[type=submit]", has_text="Add"))
    w.open("/pets/new")
    assert w.page.locator("#f-c_breed").count() == 0
    w.page.fill("#f-name", "Bori")
    w.page.select_option("#f-c_kind", "dog")
    w.page.locator("#f-c_breed").wait_for()
    assert w.page.input_value("#f-name") == "Bori"
    with w.page.expect_response(lambda r: r.request.method == "POST" and r.status == 422):
        w.page.locator("button[type=submit]", has_text="Add").click()
    w.page.locator(".error-note", has_text="Which breed of dog?").wait_for()
    w.said.clear()  # the browser notes the 422 itself
