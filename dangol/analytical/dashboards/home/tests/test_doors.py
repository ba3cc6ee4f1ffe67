"""Every number on the page says how long the list behind it is."""

from __future__ import annotations

import html
import json
import re
from dataclasses import replace
from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db.models import Sum
from django.test import Client
from django.utils import timezone

from dangol.analytical.dashboards.figures.rules import PERIOD_KEYS
from dangol.analytical.dashboards.home.queries import PICTURES, overview, picture
from dangol.analytical.dashboards.home.tests.conftest import PASSWORD, Shop
from dangol.analytical.dashboards.pictures.rules import Cell, Table
from dangol.core.customers.people.models import Person
from dangol.platform.access.actor import Actor, Scope
from dangol.platform.objects.listing import ListQuery, count, rows_for
from dangol.platform.objects.registry import object_type_at

FIGURE = r'<a [^>]*class="fig[^"]*"[^>]*href="([^"]+)"[^>]*>([^<]*)</a>'
CELL = r'<td data-h[^>]*title="([^"]*)"><a href="([^"]+)"'
DOOR = re.compile(f"{FIGURE}|{CELL}")


def asked(address: str) -> tuple[str, ListQuery]:
    parts = urlsplit(html.unescape(address))
    query = parse_qs(parts.query)
    tree = json.loads(query["filter"][0]) if "filter" in query else {}
    return parts.path.strip("/"), ListQuery(filter=tree, sort=query.get("sort", [""])[0])


def length(actor: Actor, address: str) -> int:
    slug, query = asked(address)
    with timezone.override(actor.time_zone):
        return count(object_type_at(slug), actor, query).number


def money(actor: Actor, address: str) -> Decimal:
    slug, query = asked(address)
    with timezone.override(actor.time_zone):
        found: Decimal | None = rows_for(object_type_at(slug), actor, query).aggregate(sum=Sum("value"))["sum"]
    return found or Decimal(0)


def doors(table: Table) -> list[tuple[str, Cell]]:
    """Cells that count people, by the label of their column."""
    return [
        (str(column.label), cell)
        for row in table.rows
        for column, cell in zip(table.columns, row, strict=True)
        if cell.door and (cell.count is not None or column.kind == "number")
    ]


@pytest.mark.parametrize("viewer", ["admin", "abroad"])
@pytest.mark.parametrize("name", sorted(PICTURES))
def test_every_number_of_a_picture_is_as_long_as_its_list(shop: Shop, name: str, viewer: str) -> None:
    actor = shop.actor(viewer)
    found = doors(picture(actor, name).table)
    assert found
    for label, cell in found:
        expected = cell.value if cell.count is None else cell.count
        assert length(actor, cell.door) == expected, f"{name}: {label} {cell}"


@pytest.mark.parametrize("viewer", ["admin", "abroad"])
def test_a_month_s_revenue_is_the_sum_of_its_orders(shop: Shop, viewer: str) -> None:
    actor = shop.actor(viewer)
    table = picture(actor, "months").table
    assert len(table.rows) == 16
    for row in table.rows:
        assert money(actor, row[1].door) == row[1].value, row[0].value


@pytest.mark.parametrize("viewer", ["admin", "abroad"])
@pytest.mark.parametrize("period", PERIOD_KEYS)
def test_the_key_figures_are_those_of_their_lists(shop: Shop, period: str, viewer: str) -> None:
    actor = shop.actor(viewer)
    tiles = {t.metric.name: t for t in overview(actor, period=period).tiles}
    assert money(actor, tiles["revenue"].door) == tiles["revenue"].value
    assert length(actor, tiles["active"].door) == tiles["active"].value
    for name in ("regulars", "active", "at_risk"):
        assert length(actor, tiles[name].note_door) == tiles[name].note_count, name
    assert tiles["at_risk"].note_count


@pytest.mark.parametrize("since", ["2025-01", "2025-09", "2026-01"])
def test_people_who_moved_up_or_down_are_those_of_the_list(shop: Shop, since: str) -> None:
    actor = shop.actor("admin")
    facts = picture(actor, "moves", since=since).facts
    assert f"{facts['month']:%Y-%m}" == since
    for way in ("up", "down"):
        assert (length(actor, facts[f"{way}_door"]) if facts[way] else 0) == facts[way]


@pytest.mark.parametrize("viewer", ["admin", "abroad"])
def test_every_whole_number_written_on_the_page_is_as_long_as_its_list(shop: Shop, viewer: str) -> None:
    client, actor = Client(), shop.actor(viewer)
    client.login(email=f"{viewer}@firm.test", password=PASSWORD)
    page = client.get("/?period=365d").content.decode()
    seen = 0
    for address, text, title, cell in DOOR.findall(page):
        word = html.unescape(text or title).replace(",", "").strip()
        if word.isdecimal() and "people" in (address or cell):
            assert length(actor, address or cell) == int(word), (word, address or cell)
            seen += 1
    assert seen > 60


def test_a_slipping_customer_leads_to_the_record(shop: Shop) -> None:
    client = Client()
    client.login(email="admin@firm.test", password=PASSWORD)
    found = overview(shop.actor("admin")).slipping
    assert found is not None
    assert found.first
    assert client.get(found.first[0].url).status_code == 200


def test_figures_of_one_s_own_customers_are_those_of_one_s_own_lists(shop: Shop) -> None:
    actor = shop.actor("own")
    tiles = {t.metric.name: t for t in overview(actor, period="365d").tiles}
    assert money(actor, tiles["revenue"].door) == tiles["revenue"].value
    assert length(actor, tiles["active"].door) == tiles["active"].value
    assert length(actor, tiles["at_risk"].note_door) == tiles["at_risk"].note_count


@pytest.mark.parametrize("scope", ["team", "subordinates", "shared", "own"])
def test_figures_reach_as_far_as_the_lists_by_whatever_rule(shop: Shop, scope: str) -> None:
    """A mate and the manager see what the owner sees, a colleague what was shared, a stranger nothing."""
    owner = shop.actor("own")
    some = Person.objects.visible_to(owner).order_by("pk").values_list("pk", flat=True)[:7]
    rights: dict[str, dict[str, Scope]] = {"insight": {"see": "all"}, "person": {"see": scope}, "order": {"see": scope}}
    reader = replace(
        shop.actor("admin"), grants=rights, roles=frozenset(), team_mate_ids=frozenset({owner.user_id}),
        subordinate_ids=frozenset({owner.user_id}), shared={"person": tuple(some)} if scope == "shared" else {},
    )  # fmt: skip
    tiles = {t.metric.name: t for t in overview(reader, period="365d").tiles}
    assert money(reader, tiles["revenue"].door) == tiles["revenue"].value
    assert length(reader, tiles["active"].door) == tiles["active"].value
    assert length(reader, tiles["at_risk"].note_door) == tiles["at_risk"].note_count
    whole = {t.metric.name: t for t in overview(owner, period="365d").tiles}["revenue"].value
    assert whole
    assert tiles["revenue"].value == (0 if scope == "own" else whole) or scope == "shared"
