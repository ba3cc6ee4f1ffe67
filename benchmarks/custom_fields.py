"""Custom fields at a million people: indexes built by the job, then list, filter and board by them, as pages."""

import time
from typing import Any
from urllib.parse import urlencode

from benchmarks import maker
from benchmarks.house import house
from benchmarks.lists import DEEP, p95_of
from benchmarks.measured import Measured

GRADES = ("bronze", "silver", "gold", "platinum", "none_yet")


def measure() -> dict[str, Measured]:
    """Fill a database with a million people and their custom values, build the indexes, then ask."""
    with house() as owner:
        user = maker.administrator()
        with owner.cursor() as cursor:
            maker.companies(cursor)
            maker.people(cursor)
            _values(cursor)
        fields = _fields()
        with owner.cursor() as cursor:
            maker.settle(cursor)
        began = time.perf_counter()
        for field in fields:
            _build(field)
        built = time.perf_counter() - began
        return {**_ask(user), "custom_indexes": Measured(built, f"{len(fields)} fields")}


def _values(cursor: Any) -> None:
    """Nine people in ten have points and a day, eight a grade, seven tastes."""
    cursor.execute(
        "UPDATE customers_person SET custom = jsonb_strip_nulls(jsonb_build_object("
        "'c_points', CASE WHEN id % 10 <> 0 THEN ((id * 7919) % 100000 / 10.0)::text END,"
        "'c_since', CASE WHEN id % 10 <> 1 THEN ('2016-01-01'::date + (id * 104729 % 3650)::int)::text END,"
        "'c_grade', CASE WHEN id % 10 < 8 THEN (ARRAY['bronze','bronze','bronze','silver','silver','gold',"
        "'platinum'])[1 + id % 7] END,"
        "'c_tastes', CASE WHEN id % 10 < 7 THEN to_jsonb(ARRAY['t' || id % 50, 't' || (id * 31) % 50]) END,"
        "'c_note', 'note ' || id))"
    )


def _fields() -> list[Any]:
    from dangol.platform.access.actor import Actor
    from dangol.platform.objects.custom_fields.services import add_field

    grades = [{"value": g, "en": g.title()} for g in GRADES]
    tastes = [{"value": f"t{n}", "en": f"Taste {n}"} for n in range(50)]
    asked: list[dict[str, Any]] = [
        {"kind": "number", "label_en": "Points", "places": 1}, {"kind": "date", "label_en": "Since"},
        {"kind": "choice", "label_en": "Grade", "choices": grades},
        {"kind": "choices", "label_en": "Tastes", "choices": tastes}, {"kind": "text", "label_en": "Note"},
        {"kind": "formula", "label_en": "Double", "formula": "c_points * 2", "places": 1},
    ]  # fmt: skip
    system = Actor.system("benchmark")
    return [add_field(actor=system, object_name="person", values={**v, "is_fast": True}) for v in asked]


def _build(field: Any) -> None:
    from dangol.platform.objects.custom_fields.indexing import build_all

    build_all(field.pk)
    field.refresh_from_db()
    assert field.index_state == "ready", field.index_note


def _ask(user: Any) -> dict[str, Measured]:
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(user)
    found = {}
    for row, pages in (("custom_list", _lists(user)), ("custom_board", _boards())):
        worst, most, notes = 0.0, 0, []
        for name, asked in pages.items():
            p95, queries = p95_of(lambda asked=asked: client.get("/people?" + urlencode(asked)))
            notes.append(f"{name} {p95:.0f} ms/{queries} q")
            worst, most = max(worst, p95), max(most, queries)
        found[row] = Measured(worst, "; ".join(notes))
    return found


def _lists(user: Any) -> dict[str, dict[str, str]]:
    columns = "name,c_points,c_since,c_grade,c_tastes,c_double"
    found: dict[str, dict[str, str]] = {}
    for sort in ("c_points", "-c_since", "-c_double"):
        found[f"{sort} first"] = {"sort": sort, "columns": columns}
        found[f"{sort} deep"] = {"sort": sort, "columns": columns, "after": _after(user, sort)}
    for name, condition in {
        "grade is platinum": '{"field": "c_grade", "op": "is", "value": "platinum"}',
        "tastes have t7": '{"field": "c_tastes", "op": "is", "value": "t7"}',
        "points 100 to 101": '{"field": "c_points", "op": "between", "value": [100, 101]}',
        "note is one": '{"field": "c_note", "op": "is", "value": "note 77777"}',
        "double over 19990": '{"field": "c_double", "op": "gt", "value": 19990}',
    }.items():
        found[name] = {"filter": condition, "columns": columns}
    return found


def _after(user: Any, sort: str) -> str:
    from dangol.platform.accounts.queries import actor_for
    from dangol.platform.objects.listing import ListQuery, page
    from dangol.platform.objects.registry import object_type

    people, actor, after = object_type("person"), actor_for(user), ""
    for _ in range(DEEP // 50_000):
        after = page(people, actor, ListQuery(sort=sort, after=after, limit=50_000, columns=["name"])).next
    return after


def _boards() -> dict[str, dict[str, str]]:
    board = {"layout": "board", "by": "c_grade"}
    gold = '{"field": "c_grade", "op": "in", "value": ["gold", "platinum"]}'
    return {"all": board, "gold and platinum": {**board, "filter": gold}}
