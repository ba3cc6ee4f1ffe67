"""Every way in to one record, asked alike: does somebody find it there? For the contract and the rights matrix."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.http import Http404
from django.test import Client

from dangol.analytical.dashboards.value.queries import slipping
from dangol.analytical.segments.definitions.queries import preview, sampled
from dangol.analytical.segments.tiers.models import CustomerTier
from dangol.backoffice.webhooks.deliveries.models import Message
from dangol.backoffice.webhooks.deliveries.services.telling import tell_endpoints
from dangol.backoffice.webhooks.endpoints.models import Endpoint
from dangol.collaborative.activities.attachments.models import Attachment
from dangol.collaborative.activities.attachments.queries import files_of, find_file
from dangol.collaborative.activities.notes.queries import find as find_notes
from dangol.collaborative.activities.notes.queries import find_note
from dangol.collaborative.activities.notes.services import add_note
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.services import create_api_key
from dangol.platform.api.feed import rendered
from dangol.platform.api.models import ExternalId
from dangol.platform.audit import queries as audit
from dangol.platform.audit.rules import Ask
from dangol.platform.events.models import EventRecord
from dangol.platform.exports.making import rows_of
from dangol.platform.objects import frame, grouping, listing, reading, sums
from dangol.platform.objects.explaining import explain
from dangol.platform.objects.exporting import Form, begin_export, plan_export
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.registry import object_types
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.undoing.planning import plan_undo
from dangol.platform.ui.viewer import Viewer
from tests.cast import Cast


@dataclass
class Asker:
    """One who asks for one record, through pages, programs and functions. Without a user: nobody."""

    declared: ObjectType
    record: Any
    actor: Actor
    user: Any = None
    key: str = ""
    title: str = field(init=False)

    def __post_init__(self) -> None:
        self.title = self.declared.title(self.record)

    @cached_property
    def client(self) -> Client:
        """A browser, signed in if there is a user."""
        client = Client()
        if self.user is not None:
            client.force_login(self.user)
        return client

    def page(self, path: str = "", **asked: str) -> Any:
        """A page of the object."""
        return self.client.get(f"/{self.declared.slug}{path}", asked)

    def rest(self, path: str = "", **asked: str) -> Any:
        """The object's REST, by key where there is one."""
        headers = {"X-API-Key": self.key} if self.key else {}
        return self.client.get(f"/api/v1/{self.declared.slug}{path}", asked, headers=headers)

    def with_right(self, *names: str) -> Actor:
        """The actor with the right to see what stands beside objects (the audit log, notes), and no object more."""
        more: Any = {name: {"see": "all"} for name in names} if self.actor.kind != "anonymous" else {}
        return replace(self.actor, grants={**self.actor.grants, **more})

    @cached_property
    def told(self) -> EventRecord:
        """The event that told of the record's beginning."""
        rows = EventRecord.objects.filter(subject=self.declared.name, subject_id=self.record.pk)
        return rows.order_by("occurred_at", "id")[0]

    @property
    def place(self) -> str:
        """The record's place after the object's."""
        return f"/{self.record.pk}"


def asker(cast: Cast, who: str, declared: ObjectType, record: Any) -> Asker:
    """`who` is a name of the cast, `anonymous`, or `<name>'s key` (read-only: `<name>'s reading key`)."""
    if who == "anonymous":
        return Asker(declared, record, Actor.anonymous())
    name, _mark, kind = who.partition("'s ")
    if not kind:
        return Asker(declared, record, cast.actor(name), cast.users[name])
    reads = kind == "reading key"
    _key, secret = create_api_key(actor=cast.actor("admin"), user=cast.users[name], name=who, is_read_only=reads)
    return Asker(declared, record, cast.actor(name), None, secret)


def _ids(rows: Any) -> set[int]:
    return {row.id for row in rows}


def _in_list(a: Asker) -> bool:
    return a.record.pk in _ids(listing.page(a.declared, a.actor, ListQuery()).rows)


def _counted(a: Asker) -> bool:
    return listing.count(a.declared, a.actor, ListQuery()).number > 0


def _in_groups(a: Asker) -> bool:
    by = next(iter(grouping.groupable(a.declared, a.actor).values()))
    groups = grouping.grouped(a.declared, a.actor, ListQuery(), by, first=50)
    found = any(a.record.pk in _ids(group.rows) for group in groups)
    assert found is (sum(group.count.number for group in groups) > 0)
    return found


def _summed(a: Asker) -> bool:
    """Sums over the list: told where any row is; by the first sum for which the record has a value."""
    for one in sums.summable(a.declared, a.actor):
        own = one.field in a.declared.fields and getattr(a.record, one.field.orm_path) is not None
        if own:
            return bool(sums.add_up(a.declared, a.actor, ListQuery(), [one])[0].parts)
    return _counted(a)


def _told_by_feed(a: Asker) -> bool:
    """What the change feed, webhooks and live updates say of the record's beginning."""
    return rendered(a.told, a.actor) is not None


def _told_by_webhook(a: Asker) -> bool:
    if a.actor.user_id is None:
        return False
    with transaction.atomic():
        endpoint = Endpoint(url="https://far.test/hook", owner_id=a.actor.user_id, secret="")
        endpoint.save(force_insert=True)
        tell_endpoints(actor=Actor.system("test"), record=a.told)
        told = Message.objects.for_system("test").filter(endpoint=endpoint)
        found = any(json.loads(m.body)["data"]["record_id"] == a.record.pk for m in told)
        transaction.set_rollback(True)
    return found


def _audited(a: Asker) -> bool:
    """The log, for somebody with the right to it: of the record, and in the log of everything."""
    actor, zone = a.with_right("audit"), ZoneInfo("UTC")
    asked = Ask(subject=a.declared.name, record=a.record.pk)
    found = any(e.event.subject_id == a.record.pk for e in audit.page(actor, asked, zone).entries)
    assert found is (a.told.pk in {e.event.pk for e in audit.page(actor, Ask(subject=asked.subject), zone).entries})
    assert found is (audit.entry(actor, a.told.pk) is not None)
    return found


def _undone(a: Asker) -> bool:
    """What an undo would do; of an event of the system's, since everybody knows of what they did themselves."""
    told = EventRecord.objects.create(
        name=a.told.name, subject=a.told.subject, subject_id=a.told.subject_id, actor_kind="system",
        changes=a.told.changes,
    )  # fmt: skip
    return plan_undo(a.actor, told.pk).record.pk == told.pk


def _noted(a: Asker) -> bool:
    """A note on the record: read there, and found by its words."""
    system, actor = Actor.system("test"), a.with_right("note")
    note = add_note(actor=system, object_name=a.declared.name, record_id=a.record.pk, body="Zugvogel")
    found = find_note(actor, a.declared.name, a.record.pk, note.pk) is not None
    assert found is bool(find_notes(actor, "Zugvogel"))
    note.delete()
    return found


def _filed(a: Asker) -> bool:
    """A file on the record."""
    actor, where = a.with_right("file"), {"object_name": a.declared.name, "record_id": a.record.pk}
    file = Attachment.plain.create(name="x.txt", sha256="0" * 64, size=1, media_type="text/plain", **where)
    found = find_file(actor, file_id=file.pk, **where) is not None
    assert found is bool(a.actor.kind != "anonymous" and files_of(actor, a.record))
    file.delete()
    return found


def _searched(a: Asker) -> bool:
    return a.record.pk in _ids(listing.page(a.declared, a.actor, ListQuery(search=a.title)).rows)


def _exported(a: Asker) -> bool:
    form, viewer = Form(kind="jsonl"), Viewer(actor=a.actor)
    found = begin_export(actor=a.actor, declared=a.declared, query=ListQuery(), form=form, viewer=viewer)
    return a.record.pk in {json.loads(line)["id"] for line in b"".join(found.pieces).splitlines()}


def _in_a_file(a: Asker) -> bool:
    """In a file made in the background: chosen for it, and still its asker's to export when it is written."""
    plan = plan_export(a.actor, a.declared, ListQuery())
    is_chosen = (a.record.pk,) in set(plan.in_order(a.actor, "pk"))
    assert is_chosen is bool(rows_of(plan, a.actor, [a.record.pk]))
    return is_chosen


def _named(a: Asker) -> bool:
    """Whether a relation to it says its name; true where nothing leads to such records."""
    f = next(
        (f for t in object_types() for f in t.fields if f.kind == "relation" and f.relation == a.declared.name), None
    )
    if f is None:
        return _in_list(a)
    found = listing.references(f, a.actor, {a.record.pk})[a.record.pk]
    picked = {r.id for r in reading.choices_for(f, a.actor, a.title)} if a.actor.may("see", a.declared.name) else set()
    assert (a.record.pk in picked) is not found.is_hidden
    return not found.is_hidden


def _rest_list(a: Asker) -> bool:
    answer = a.rest(limit="200", with_count="true")
    if answer.status_code != 200:
        return False
    found = a.record.pk in {row["id"] for row in answer.json()["rows"]}
    assert found is (answer.json()["count"]["number"] > 0)
    return found


def _rest_export(a: Asker) -> bool:
    answer = a.rest("/export")
    if answer.status_code != 200:
        return False
    return a.record.pk in {json.loads(line)["id"] for line in b"".join(answer.streaming_content).splitlines()}


def _rest_condition(a: Asker) -> bool:
    """Who sees the record hears that the tag is not its own (412); to others there is no such record (404)."""
    answer = a.client.patch(f"/api/v1/{a.declared.slug}{a.place}", "{}", "application/json",
                            headers={"If-Match": '"x"', **({"X-API-Key": a.key} if a.key else {})})  # fmt: skip
    assert answer.status_code in (412, 404, 401), answer.content
    return bool(answer.status_code == 412)


def _rest_by_external_id(a: Asker) -> bool:
    called = {"object_name": a.declared.name, "record_id": a.record.pk, "system": "shop", "external_id": "77"}
    ExternalId.objects.get_or_create(**called)
    answer, nothing = a.rest("/by/shop/77"), a.rest("/by/shop/none")
    if answer.status_code != 200:
        assert answer.status_code == nothing.status_code
        assert answer.json()["detail"] == nothing.json()["detail"]
    return bool(answer.status_code == 200)


def _in_segment_preview(a: Asker) -> bool:
    found = preview(a.actor, {})
    assert (a.record.pk in {one.person.pk for one in found.people}) is (found.count > 0)
    return bool(sampled(a.actor, [a.record.pk]))


def _why_in_segment(a: Asker) -> bool:
    """The page that says why somebody is in a segment fulfils nothing for a record that is not seen."""
    rules = {"field": a.declared.fields[0].name, "op": "is_not_empty"}
    return explain(a.declared, a.actor, Viewer(actor=a.actor), rules, a.record).is_met


def _on_overview(a: Asker) -> bool:
    """A customer slipping away: in the figure, in its money and in the list behind it, or in none of them."""
    rows = CustomerTier.objects.for_system("test")
    if not rows.filter(pk=a.record.pk).exists():
        CustomerTier.plain.create(
            person=a.record, tier="top", is_slipping=True, value=7, value_12m=7, value_in_window=7, order_count=1,
            purchase_days=1, months=[7] * 12, first_order_on=date(2026, 1, 1), last_order_on=date(2026, 1, 1),
            expected_on=date(2026, 2, 1), recency=1, frequency=1, money=1, segment="lost",
        )  # fmt: skip
    found = slipping(a.actor, date(2026, 11, 1))
    asked = ListQuery(filter={"field": "is_slipping", "op": "is", "value": True})
    listed = listing.count(a.declared, a.actor, asked).number if a.actor.may("see", "person") else 0
    assert found.people == listed == (1 if found.value_12m else 0)
    return found.people == 1


INSIDE: dict[str, Callable[[Asker], bool]] = {
    "list": _in_list,
    "count": _counted,
    "record": lambda a: bool(reading.find(a.declared, a.actor, a.record.pk)),
    "groups": _in_groups,
    "sums": _summed,
    "search": _searched,
    "command menu": lambda a: any(f.url.endswith(a.place) for f in frame.find(a.actor, a.title)),
    "name in a relation": _named,
    "export": _exported,
    "export made later": _in_a_file,
    "change feed": _told_by_feed,
    "webhooks": _told_by_webhook,
    "audit log": _audited,
    "undo": _undone,
    "notes": _noted,
    "files": _filed,
}
OF_PEOPLE: dict[str, Callable[[Asker], bool]] = {
    "segment sample": _in_segment_preview,
    "why in a segment": _why_in_segment,
    "overview": _on_overview,
}
"""Doors that only people have."""
PAGES: dict[str, Callable[[Asker], bool]] = {
    "list page": lambda a: f'/{a.declared.slug}{a.place}"' in a.page().content.decode(),
    "record page": lambda a: a.page(a.place).status_code == 200,
    "panel page": lambda a: a.page(f"{a.place}/panel").status_code == 200,
    "board page": lambda a: f'/{a.declared.slug}{a.place}"' in a.page(layout="board").content.decode(),
    "history page": lambda a: a.page(f"{a.place}/history").status_code == 200,
    "access page": lambda a: a.page(f"{a.place}/access").status_code == 200,
}
REST: dict[str, Callable[[Asker], bool]] = {
    "REST list": _rest_list,
    "REST record": lambda a: a.rest(a.place).status_code == 200,
    "REST export": _rest_export,
    "REST condition": _rest_condition,
    "REST by external id": _rest_by_external_id,
}


def inside(declared: ObjectType) -> dict[str, Callable[[Asker], bool]]:
    """The doors inside, with those that only this object has."""
    return {**INSIDE, **(OF_PEOPLE if declared.name == "person" else {})}


def finds(door: Callable[[Asker], bool], who: Asker) -> bool:
    """Whether the record is found there; a refusal is a no."""
    try:
        return door(who)
    except (Forbidden, Http404):
        return False


def open_doors(who: Asker, doors: dict[str, Callable[[Asker], bool]]) -> set[str]:
    """The doors that lead to the record."""
    return {name for name, door in doors.items() if finds(door, who)}
