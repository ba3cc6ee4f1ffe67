"""The pages of segments without any script: building by plain forms, reading, asking why, lists by hand."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from dangol.analytical.segments.definitions.models import Segment
from dangol.analytical.segments.definitions.services import create_segment
from dangol.analytical.segments.members.models import Membership
from dangol.analytical.segments.members.services import refresh
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
SEOUL: Any = {"field": "city", "op": "is", "value": "Seoul"}


@pytest.fixture
def browser(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.users["admin"])
    for n, city in enumerate(("Seoul", "Seoul", "Busan")):
        Person.plain.create(name=f"Kim {n}", city=city)
    return client


def fields(page: str) -> dict[str, Any]:
    """What a browser would send of the form of rules, buttons left out."""
    form = page[page.index('id="rules-form"') :]
    found: dict[str, Any] = {}
    for tag in re.findall(r"<input [^>]*>", form):
        kind, name = re.search(r'type="(\w+)"', tag), re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        if name and (not kind or kind[1] not in ("radio", "checkbox", "search") or "checked" in tag):
            found.setdefault(name[1], []).append(unescape(value[1]) if value else "on")
    for name, inside in re.findall(r'<select [^>]*name="([^"]+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', inside) or re.search(r'<option value="([^"]*)"', inside)
        found[name] = [unescape(chosen[1]) if chosen else ""]
    return {name: values for name, values in found.items() if name != "csrfmiddlewaretoken"}


def act(client: Client, page: str, act: str, **more: Any) -> str:
    answer = client.post("/segments/draft", {**fields(page), "act": act, **more})
    assert answer.status_code == 200, answer.content
    return answer.content.decode()


def test_a_segment_is_built_by_plain_forms(browser: Client) -> None:
    page = browser.get("/segments/new").content.decode()
    page = act(browser, page, "add:g:city", name="People of Seoul")
    page = act(browser, page, "", **{"g-0.op": "is"})
    page = act(browser, page, "group:g", **{"g-0.v.value": "Seoul"})
    page = act(browser, page, "add:g-1:purchases")
    assert 'data-count="2"' not in page
    page = act(browser, page, "", **{"g-1-0.op": "at_most", "g-1-0.v.times": "0", "g-1-0.v.days": "90"})
    assert 'data-count="2"' in page
    made = browser.post("/segments/new", fields(page))
    assert made.status_code == 302, made.content.decode()
    segment = Segment.plain.get(name="People of Seoul")
    bought = {"field": "purchases", "op": "at_most", "value": {"times": 0, "days": 90}}
    assert segment.filter == {"and": [SEOUL, {"or": [bought]}]}


def test_a_segment_may_ask_for_another(browser: Client) -> None:
    other = create_segment(actor=SYSTEM, values={"name": "The others"}, rules=SEOUL)
    refresh(actor=SYSTEM, segment_id=other.pk)
    page = act(browser, browser.get("/segments/new").content.decode(), "add:g:segment")
    assert "The others" in page
    page = act(browser, page, "", **{"g-0.op": "is_not", "g-0.v.segment": str(other.pk)})
    assert 'data-count="1"' in page
    assert "Kim 2" in page


def test_what_is_missing_is_said_beside_its_condition(browser: Client) -> None:
    page = act(browser, browser.get("/segments/new").content.decode(), "add:g:born_on")
    assert "rule-leaf wrong" not in page
    answer = browser.post("/segments/new", {**fields(page), "name": "Young"})
    assert answer.status_code == 422
    assert "rule-leaf wrong" in answer.content.decode()
    nameless = browser.post("/segments/new", {"g.join": ["all"]})
    assert nameless.status_code == 422
    assert "s-name-error" in nameless.content.decode()
    assert not Segment.plain.exists()


def test_rules_are_opened_changed_and_saved(browser: Client) -> None:
    other = {"field": "company", "op": "where", "value": {"field": "industry", "op": "contains", "value": "Café"}}
    move = {"field": "cohort", "op": "is", "value": "2026-03"}
    made = create_segment(actor=SYSTEM, values={"name": "S"}, rules={"or": [SEOUL, other, move, {"not": SEOUL}]})
    page = browser.get(f"/segments/{made.pk}/rules").content.decode()
    saved = browser.post(f"/segments/{made.pk}/rules", fields(page))
    assert saved.status_code == 302, saved.content.decode()
    made = Segment.plain.get(pk=made.pk)
    assert made.filter == {"or": [SEOUL, other, move, {"not": {"or": [SEOUL]}}]}
    page = act(browser, page, "remove:g-3")
    browser.post(f"/segments/{made.pk}/rules", fields(page))
    assert Segment.plain.get(pk=made.pk).filter == {"or": [SEOUL, other, move]}


def test_the_preview_counts_what_is_finished(browser: Client) -> None:
    sent = {"g.join": "all", "g-0.field": "city", "g-0.op": "is", "g-0.v.value": "Seoul", "g-1.field": "tier"}
    page = browser.post("/segments/preview", sent).content.decode()
    assert 'data-count="2"' in page
    assert "1 condition is not finished" in page
    assert "Kim 0" in page


@pytest.mark.parametrize(
    "sent",
    [{}, {"g-0.field": "nonsense"}, {"g-0.v.raw": "{"}, {"g-0.v.raw": '{"field":"x"}'}, {"g-0-0-0-0.field": "city"},
     {"g-0.field": "purchases", "g-0.op": "eat", "g-0.v.times": "many"}, {"g-0.field": "city", "act": "remove:g-7"},
     {"g-0.field": "company", "g-0.op": "is", "g-0.v.value": "9" * 30}, {"segment": "9" * 30}],
)  # fmt: skip
def test_forms_that_no_builder_sent_break_nothing(browser: Client, sent: dict[str, str]) -> None:
    for address in ("/segments/draft", "/segments/preview", "/segments/new"):
        assert browser.post(address, sent).status_code in (200, 302, 400, 404, 422)


def test_a_list_with_a_filter_becomes_a_segment(browser: Client) -> None:
    text = json.dumps(SEOUL)
    listed = browser.get(f"/people?filter={quote(text)}").content.decode()
    door = re.search(r'href="(/segments/new\?filter=[^"]+)"', listed)
    assert door
    assert "Save as segment" not in browser.get("/people").content.decode()
    page = browser.get(unescape(door[1])).content.decode()
    browser.post("/segments/new", {**fields(page), "name": "From the list", "kind": "static"})
    made = Segment.plain.get(name="From the list")
    assert (made.kind, made.member_count) == ("static", 2)


def test_the_record_page_shows_rules_members_and_why(browser: Client) -> None:
    made = create_segment(actor=SYSTEM, values={"name": "Seoul"}, rules={"and": [SEOUL, {"not": {"or": []}}]})
    waiting = browser.get(f"/segments/{made.pk}").content.decode()
    assert "being worked out" in waiting
    assert browser.post(f"/segments/{made.pk}/refresh").status_code == 302
    page = browser.get(f"/segments/{made.pk}").content.decode()
    assert "being worked out" not in page
    kim, busan = Person.plain.get(name="Kim 0"), Person.plain.get(name="Kim 2")
    assert f"/segments/{made.pk}/why/{kim.pk}" in page
    why = browser.get(f"/segments/{made.pk}/why/{kim.pk}").content.decode()
    assert "Kim 0 fulfils the rules" in why
    not_in = browser.get(f"/segments/{made.pk}/why/{busan.pk}").content.decode()
    assert "does not fulfil" in not_in
    assert "here: Busan" in not_in
    panel = browser.get(f"/people/{kim.pk}").content.decode()
    assert f"/segments/{made.pk}/why/{kim.pk}" in panel
    assert "Entered segment “Seoul”" in panel
    opened = browser.get(f"/people?filter={quote(json.dumps({'field': 'segment', 'op': 'is', 'value': made.pk}))}")
    assert "Kim 0" in opened.content.decode()
    assert "Kim 2" not in opened.content.decode()


def test_a_person_is_put_on_a_list_and_taken_off(browser: Client) -> None:
    made = create_segment(actor=SYSTEM, values={"name": "By hand", "kind": "static"})
    kim = Person.plain.get(name="Kim 0")
    assert "By hand" in browser.get(f"/people/{kim.pk}").content.decode()
    sent = {"segment": made.pk, "person": kim.pk, "back": "person"}
    assert browser.post("/segments/people", {**sent, "act": "add"})["Location"] == f"/people/{kim.pk}"
    assert Membership.plain.filter(left_at=None).count() == 1
    browser.post("/segments/people", {**sent, "act": "remove"})
    assert Membership.plain.filter(left_at=None).count() == 0
    assert browser.post("/segments/people", {"segment": "", "person": kim.pk}).status_code == 400


def test_rest_saves_rules_tries_them_out_and_lists_members(browser: Client) -> None:
    made = create_segment(actor=SYSTEM, values={"name": "S"}, rules={})
    kind = "application/json"
    body = json.dumps({"filter": SEOUL})
    assert browser.put(f"/api/v1/segments/{made.pk}/rules", body, kind).json() == {"filter": SEOUL}
    assert browser.post("/api/v1/segments/preview", body, kind).json()["count"] == 2
    assert browser.post(f"/api/v1/segments/{made.pk}/refresh").json() == {"entered": 2, "left": 0, "members": 2}
    first = browser.get(f"/api/v1/segments/{made.pk}/members?limit=1").json()
    second = browser.get(f"/api/v1/segments/{made.pk}/members?limit=1&after={first['next']}").json()
    assert [row["title"] for row in (*first["rows"], *second["rows"])] == ["Kim 0", "Kim 1"]
    wrong = json.dumps({"filter": {"field": "segment", "op": "is", "value": made.pk}})
    assert browser.put(f"/api/v1/segments/{made.pk}/rules", wrong, kind).status_code == 400
    assert browser.get("/api/v1/segments/999999/rules").status_code == 404


def test_strangers_see_no_pages(cast: Cast) -> None:
    made = create_segment(actor=cast.actor("owner"), values={"name": "S"}, rules={})
    refresh(actor=SYSTEM, segment_id=made.pk)
    kim = Person.plain.create(name="Kim", owner=cast.owner)
    client = Client()
    client.force_login(cast.users["stranger"])
    for address in (f"/segments/{made.pk}/rules", f"/segments/{made.pk}/state", f"/segments/{made.pk}/why/{kim.pk}"):
        assert client.get(address).status_code == 404
    assert client.post(f"/segments/{made.pk}/refresh").status_code == 404
    assert Client().get("/segments/new").status_code == 302
