"""Every way in to one record, asked alike: does somebody find it there? For the contract and the rights matrix."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.test import Client

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.services import create_api_key
from dangol.platform.objects import frame, grouping, listing, reading
from dangol.platform.objects.exporting import Form, begin_export
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.registry import object_types
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import NotFound
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


def _searched(a: Asker) -> bool:
    return a.record.pk in _ids(listing.page(a.declared, a.actor, ListQuery(search=a.title)).rows)


def _exported(a: Asker) -> bool:
    form, viewer = Form(kind="jsonl"), Viewer(actor=a.actor)
    found = begin_export(actor=a.actor, declared=a.declared, query=ListQuery(), form=form, viewer=viewer)
    return a.record.pk in {json.loads(line)["id"] for line in b"".join(found.pieces).splitlines()}


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


INSIDE: dict[str, Callable[[Asker], bool]] = {
    "list": _in_list,
    "count": _counted,
    "record": lambda a: bool(reading.find(a.declared, a.actor, a.record.pk)),
    "groups": _in_groups,
    "search": _searched,
    "command menu": lambda a: any(f.url.endswith(a.place) for f in frame.find(a.actor, a.title)),
    "name in a relation": _named,
    "export": _exported,
}
PAGES: dict[str, Callable[[Asker], bool]] = {
    "list page": lambda a: f'/{a.declared.slug}{a.place}"' in a.page().content.decode(),
    "record page": lambda a: a.page(a.place).status_code == 200,
    "panel page": lambda a: a.page(f"{a.place}/panel").status_code == 200,
    "history page": lambda a: a.page(f"{a.place}/history").status_code == 200,
    "access page": lambda a: a.page(f"{a.place}/access").status_code == 200,
}
REST: dict[str, Callable[[Asker], bool]] = {
    "REST list": _rest_list,
    "REST record": lambda a: a.rest(a.place).status_code == 200,
    "REST export": _rest_export,
}


def finds(door: Callable[[Asker], bool], who: Asker) -> bool:
    """Whether the record is found there; a refusal is a no."""
    try:
        return door(who)
    except (Forbidden, NotFound):
        return False


def open_doors(who: Asker, doors: dict[str, Callable[[Asker], bool]]) -> set[str]:
    """The doors that lead to the record."""
    return {name for name, door in doors.items() if finds(door, who)}
