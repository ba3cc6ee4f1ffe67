"""The API at a million people: lists by key, batches of 500, the feed in the midst of a long bulk write."""

import json
import time
from typing import Any
from urllib.parse import urlencode

from benchmarks import maker
from benchmarks.house import house
from benchmarks.lists import p95_of
from benchmarks.measured import Measured

BATCH, BATCHES = 500, 10
BULK_ROWS = 200_000


def measure() -> dict[str, Measured]:
    """Fill a house with a million people and their tiers, then call with an administrator's key."""
    with house() as owner:
        user = maker.everybody(owner, with_tiers=True)
        call = _caller(user)
        return {**_lists(call, user), **_changes(call, user), **_batches(call)}


def _caller(user: Any) -> Any:
    from django.conf import settings
    from django.test import Client

    from dangol.platform.access.actor import Actor
    from dangol.platform.accounts.services import create_api_key

    settings.ALLOWED_HOSTS = ["*"]
    settings.API_CALLS_PER_MINUTE = 10**9
    secret = create_api_key(actor=Actor.system("benchmark"), user=user, name="benchmark")[1]
    return Client(headers={"X-API-Key": secret})


def _lists(call: Any, user: Any) -> dict[str, Measured]:
    asked: dict[str, dict[str, Any]] = {
        "first": {}, "three fields": {"fields": "name,email,city", "limit": 200}, "by value": {"sort": "-value_12m"},
        "country is GB": {"filter": '{"field": "country", "op": "is", "value": "GB"}'},
        "search": {"search": "c77777"}, "deep": {"sort": "name", "after": _deep(user)},
    }  # fmt: skip
    worst, most, notes = 0.0, 0, []
    for name, query in asked.items():
        address = "/api/v1/people?" + urlencode(query)
        p95, queries = p95_of(lambda address=address: call.get(address))
        notes.append(f"{name} {p95:.0f} ms/{queries} q")
        worst, most = max(worst, p95), max(most, queries)
    return {"api_list": Measured(worst, "; ".join(notes)), "api_list_queries": Measured(most)}


def _deep(user: Any) -> str:
    """A place 250,000 rows down the list by name, as the page before it would name it."""
    from dangol.platform.accounts.queries import actor_for
    from dangol.platform.objects.listing import ListQuery, page
    from dangol.platform.objects.registry import object_type

    actor, after = actor_for(user), ""
    for _ in range(5):
        query = ListQuery(sort="name", after=after, limit=50_000, columns=["name"])
        after = page(object_type("person"), actor, query).next
    return after


def _batches(call: Any) -> dict[str, Measured]:
    taken, again = [], []
    for b in range(BATCHES):
        items = [_item(b * BATCH + n) for n in range(BATCH)]
        for found in (taken, again):
            start = time.perf_counter()
            answer = call.post("/api/v1/people/batch", json.dumps({"items": items}), content_type="application/json")
            found.append(time.perf_counter() - start)
            assert answer.json()["done"] == BATCH, answer.content[:500]
    note = f"the same upserts again, nothing to change: {BATCH * BATCHES / sum(again):,.0f} a second"
    return {"api_batch": Measured(BATCH * BATCHES / sum(taken), note)}


def _item(n: int) -> dict[str, Any]:
    values = {"name": f"New {n}", "email": f"new{n}@bench.test", "phone": f"010{n:08d}", "city": "Busan"}
    return {"do": "upsert", "system": "shop", "external_id": str(n), "values": values}


def _changes(call: Any, user: Any) -> dict[str, Measured]:
    """A page of 100 changes in the middle of a bulk write."""
    from dangol.core.customers.people.events import PersonChanged
    from dangol.platform.accounts.queries import actor_for
    from dangol.platform.events.event import RowChange
    from dangol.platform.events.stream import emit_bulk

    rows = (RowChange("person", pk, {"city": "Seoul"}, {"city": "Busan"}, pk) for pk in range(1, BULK_ROWS + 1))
    place = call.get("/api/v1/changes?after=latest").json()["next"]
    emit_bulk(PersonChanged(), actor=actor_for(user), rows=rows)
    for _ in range(BULK_ROWS // 1000):
        place = call.get(f"/api/v1/changes?limit=500&after={place}").json()["next"]
    p95, queries = p95_of(lambda: call.get(f"/api/v1/changes?after={place}"))
    return {"api_changes": Measured(p95, f"{queries} queries")}
