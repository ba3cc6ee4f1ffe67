"""Every way by which a field could be told to, or written by, whoever may not: for the contract of every object."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from dangol.platform.events.models import EventRecord
from dangol.platform.objects.undoing.services import undo
from tests.doors import Asker

REFUSED = (400, 403, 404)


def told_nowhere(who: Asker, field: str, value: Any) -> None:
    """Ask every door for a hidden field: the value stands nowhere, and the answer is a sentence or leaves it out.

    `who` may do everything but see the field; the record holds `value` in it.
    """
    event = EventRecord.objects.filter(subject=who.declared.name, subject_id=who.record.pk).latest("occurred_at", "id")
    asked = json.dumps({"not": {"field": field, "op": "is_empty"}})
    left_out = [
        who.page("", columns=field),
        who.page("", layout="board"),
        who.page("", sums=field),
        who.page("/sums", sums=field),
        who.page("/export", columns=field),
        who.page("/filter"),
        who.page(who.place),
        who.page(f"{who.place}/panel"),
        who.page(f"{who.place}/history"),
        who.page(f"{who.place}/history", at="2026-01-01"),
        who.page(f"{who.place}/history", at="2999-01-01"),
        who.page(f"{who.place}/access"),
        who.client.get(f"/undo/{event.pk}"),
        who.client.get("/audit", {"text": str(value)}),
        who.client.get("/audit", {"subject": who.declared.name}),
        who.client.get(f"/audit/{event.pk}"),
        who.client.get("/search", {"q": who.title}),
        who.rest(),
        who.rest(who.place),
    ]
    for answer in left_out:
        _silent(answer, (200,), value)
    refused = [
        who.page("", sort=field),
        who.page("", sort=f"-{field}"),
        who.page("", filter=asked),
        who.page("", by=field),
        who.page("", layout="board", by=field),
        who.page("/count", filter=asked),
        who.page("/values", field=field),
        who.page(f"{who.place}/edit", field=field),
        who.page(f"{who.place}/move", by=field),
        who.rest("", fields=field),
        who.rest("", sort=field),
        who.rest("", filter=asked),
        who.rest("/count", filter=asked),
        who.rest("/export", fields=field),
        who.rest("/export", sort=field),
        who.rest(who.place, fields=field),
    ]
    for answer in refused:
        _silent(answer, REFUSED, value)
    bulk = {"id": [who.record.pk], "field": [field], field: "x", "step": "preview"}
    for answer in (who.client.post(f"/{who.declared.slug}/bulk", bulk), who.page("/new"), who.page("/quick")):
        _silent(answer, (200, 403, 404), value)
        assert f'name="{field}"' not in answer.content.decode()
    _files_are_silent(who, field, value)
    _searches_are_silent(who, value)


def _silent(answer: Any, statuses: tuple[int, ...], value: Any) -> None:
    where = answer.request["PATH_INFO"] + "?" + answer.request.get("QUERY_STRING", "")
    assert answer.status_code in statuses, f"{answer.status_code} {where}"
    said = answer.content.decode()
    for asked in (str(value), quote(str(value))):  # what was asked for is said again beside it
        said = said.replace(f'value="{asked}"', "").replace(f"text={asked}", "")
    assert str(value) not in said, where


def _files_are_silent(who: Asker, field: str, value: Any) -> None:
    page, log = f"/{who.declared.slug}/export", {"subject": who.declared.name}
    for take in (
        lambda: who.rest("/export"),
        lambda: who.client.post(page, {"columns": field}),
        lambda: who.client.post(page, {"which": "all", "format": "jsonl"}),
        lambda: who.client.post("/audit/export", log),
    ):
        answer: Any = take()
        assert answer.status_code == 200, answer.request["PATH_INFO"]
        assert str(value).encode() not in b"".join(answer.streaming_content), answer.request["PATH_INFO"]


def _searches_are_silent(who: Asker, value: Any) -> None:
    """Asked for the value itself, no search finds the record."""
    if str(value).casefold() in who.title.casefold():
        return
    found = who.rest("", search=str(value)).json()["rows"]
    assert who.record.pk not in {row["id"] for row in found}
    assert (
        f'href="/{who.declared.slug}{who.place}"' not in who.client.get("/search", {"q": str(value)}).content.decode()
    )


def written_nowhere(who: Asker, field: str, told: EventRecord) -> None:
    """Try every way to write a field that `who` may only read. `told` is the event that wrote it: not undone either."""
    slug, pk = who.declared.slug, who.record.pk
    place, values = f"/{slug}/{pk}", {field: ""}
    tries = [
        who.client.post(f"{place}/edit?field={field}", {field: ""}),
        who.client.post(f"/{slug}/bulk", {"id": [pk], "field": [field], "step": "apply", field: ""}),
        who.client.post(f"{place}/move", {"by": field, "to": ""}),
        who.client.patch(f"/api/v1{place}", json.dumps(values), "application/json"),
    ]
    for answer in tries:
        assert answer.status_code in (*REFUSED, 200, 302, 422), answer.status_code
    batch = {"items": [{"do": "change", "id": pk, "values": values}, {"do": "change", "id": pk, "values": values}]}
    answer = who.client.post(f"/api/v1/{slug}/batch", json.dumps(batch), "application/json").json()
    assert {result["status"] for result in answer["results"]} <= {403, 422}
    assert undo(who.actor, told.pk).changed == 0 if _may_try(who, told) else True


def _may_try(who: Asker, told: EventRecord) -> bool:
    from dangol.platform.objects.undoing.planning import can_undo

    return can_undo(who.actor, told)
