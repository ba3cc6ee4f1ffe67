"""Doing the items of a batch: runs of the same kind in few statements, what these leave over one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import ValidationError

from dangol.platform.access.actor import Actor
from dangol.platform.api.answers import one
from dangol.platform.api.conditions import PreconditionFailed, etag, matches
from dangol.platform.api.problems import described, fault, request_faults
from dangol.platform.api.refusals import EXPECTED, refusal
from dangol.platform.api.schemas import write_schema
from dangol.platform.api.upserting import lock, name_many, record_ids, upsert
from dangol.platform.objects.many import Outcome, change_many, restore_many, tell, trash_many
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import writer_of

Done = tuple[int, int] | Exception
"""The status that a single call would have and the record's id; or why it was not done."""


class Item(Protocol):
    """One write, as it was sent."""

    do: Any
    id: int | None
    system: str | None
    external_id: str | None
    values: dict[str, Any]
    if_match: str


class Failed(Exception):
    """An item of a batch that is all or nothing did not work; everything is rolled back."""

    def __init__(self, body: dict[str, Any], index: int) -> None:
        self.body, self.index = body, index
        super().__init__()


class Wrong(Exception):
    """An item that does not say what it needs to."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)


class Work:
    """The writes of one object."""

    def __init__(self, declared: ObjectType) -> None:
        self.declared = declared
        self.shapes = {verb: write_schema(declared, verb) for verb in ("Create", "Change")}

    def do(self, request: HttpRequest, actor: Actor, items: Sequence[Item], *, atomic: bool) -> list[dict[str, Any]]:
        """A result for each item, in their order. Raises Failed when one does not work and `atomic` is asked."""
        named = [(i.system, i.external_id) for i in items if i.do == "upsert" and i.system and i.external_id]
        if named:
            lock(self.declared, named)
        results: list[dict[str, Any]] = []
        for run in runs(items):
            for item, done in zip(run, self.run(actor, run), strict=True):
                index = len(results)
                if not isinstance(done, Exception):
                    results.append({"index": index, "status": done[0], "id": done[1]})
                    continue
                body = self.said(request, done, f"#/items/{index}")
                if atomic:
                    raise Failed(body, index) from done
                results.append({"index": index, "status": body["status"], "id": item.id, "problem": body})
        return results

    def run(self, actor: Actor, run: list[Item]) -> list[Done]:
        """Items of one kind, about different records."""
        together = _TOGETHER.get(run[0].do) if len(run) > 1 else None
        done: dict[int, Done] = together(self, actor, run) if together else {}
        return [done[place] if place in done else self.alone(actor, item) for place, item in enumerate(run)]

    def alone(self, actor: Actor, item: Item) -> Done:
        """One item for itself."""
        try:
            with transaction.atomic():
                return self.one(actor, item)
        except (Wrong, ValidationError, *EXPECTED) as error:
            return error

    def one(self, actor: Actor, item: Item) -> tuple[int, int]:
        declared = self.declared
        if item.do == "create":
            return 201, int(self.service("create")(actor=actor, values=self.read("Create", item)).pk)
        if item.do == "upsert":
            self.service("create"), self.service("change")
            if not item.system or not item.external_id:
                raise Wrong("external_id" if item.system else "system", _("An upsert needs system and external_id."))
            record_id, is_new = upsert(
                actor=actor, declared=declared, system=item.system, external_id=item.external_id,
                values=self.read("Create", item),
            )  # fmt: skip
            return (201 if is_new else 200), record_id
        if item.id is None:
            raise Wrong("id", _("Say which record: its id is missing."))
        service = self.service(item.do)
        if item.if_match:
            self.require_match(actor, item.id, item.if_match)
        if item.do == "change":
            service(actor=actor, record_id=item.id, values=self.read("Change", item))
            return 200, item.id
        service(actor=actor, record_id=item.id)
        return 204, item.id

    def create_together(self, actor: Actor, run: list[Item]) -> dict[int, Done]:
        return self.made(actor, dict(enumerate(run)))

    def made(self, actor: Actor, asked: dict[int, Item]) -> dict[int, Done]:
        """New records in few statements; nothing is said of items where the object knows no such way."""
        create_many = self.declared.create_many
        if create_many is None or not actor.may("create", self.declared.name):
            return {}
        good, done = self.readable("Create", asked)
        made = create_many(actor=actor, values=list(good.values()))
        for place, record in zip(good, made, strict=True):
            done[place] = record if isinstance(record, Exception) else (201, int(record.pk))
        return done

    def change_together(self, actor: Actor, run: list[Item]) -> dict[int, Done]:
        good, done = self.readable("Change", {place: item for place, item in enumerate(run) if item.id})
        ids = {place: int(run[place].id or 0) for place in good}
        return done | self.changed(actor, ids, {ids[place]: values for place, values in good.items()})

    def changed(self, actor: Actor, ids: dict[int, int], values: dict[int, Any]) -> dict[int, Done]:
        """Changes in few statements; what these leave alone is asked one by one, which says why."""
        writer = writer_of(self.declared.name)
        if writer is None or self.declared.change is None or not values:
            return {}
        try:
            with transaction.atomic():
                outcome = change_many(writer, actor=actor, values=values)
                tell(writer.changed, outcome.rows, actor=actor, is_single=True)
        except EXPECTED:
            return {}
        return _all_but(outcome, ids, 200)

    def trash_together(self, actor: Actor, run: list[Item]) -> dict[int, Done]:
        writer = writer_of(self.declared.name)
        ids = {place: item.id for place, item in enumerate(run) if item.id}
        if writer is None or self.declared.trash is None:
            return {}
        outcome = trash_many(writer, actor=actor, ids=ids.values(), moment=timezone.now())
        tell(writer.trashed, outcome.rows, actor=actor, is_single=True)
        return _all_but(outcome, ids, 204)

    def restore_together(self, actor: Actor, run: list[Item]) -> dict[int, Done]:
        writer = writer_of(self.declared.name)
        ids = {place: item.id for place, item in enumerate(run) if item.id}
        if writer is None or self.declared.restore is None:
            return {}
        outcome = restore_many(writer, actor=actor, ids=ids.values())
        tell(writer.restored, outcome.rows, actor=actor, is_single=True)
        return _all_but(outcome, ids, 204)

    def upsert_together(self, actor: Actor, run: list[Item]) -> dict[int, Done]:
        """New ones together, and the known ones that are there for this actor; the rest one by one."""
        if self.declared.create is None or self.declared.change is None:
            return {}
        asked = {place: item for place, item in enumerate(run) if item.system and item.external_id}
        names = {place: (str(item.system), str(item.external_id)) for place, item in asked.items()}
        known = record_ids(self.declared, names.values())
        done = self.made(actor, {place: item for place, item in asked.items() if names[place] not in known})
        new = {names[place]: d[1] for place, d in done.items() if not isinstance(d, Exception)}
        name_many(self.declared, new)
        return done | self.known_together(actor, {p: (asked[p], known[n]) for p, n in names.items() if n in known})

    def known_together(self, actor: Actor, asked: dict[int, tuple[Item, int]]) -> dict[int, Done]:
        good, _wrong = self.readable("Change", {place: item for place, (item, _id) in asked.items()})
        rows: Any = self.declared.model.objects.visible_to(actor)
        here = set(rows.filter(pk__in=[i for _item, i in asked.values()], deleted_at=None).values_list("pk", flat=True))
        ids = {place: asked[place][1] for place in good if asked[place][1] in here}
        if len(set(ids.values())) < len(ids):
            return {}
        return self.changed(actor, ids, {ids[place]: good[place] for place in ids})

    def readable(self, verb: str, asked: dict[int, Item]) -> tuple[dict[int, dict[str, Any]], dict[int, Done]]:
        """The values of those that have the right shape, and why the others have not."""
        good: dict[int, dict[str, Any]] = {}
        wrong: dict[int, Done] = {}
        for place, item in asked.items():
            try:
                good[place] = self.read(verb, item)
            except ValidationError as error:
                wrong[place] = error
        return good, wrong

    def read(self, verb: str, item: Item) -> dict[str, Any]:
        found: dict[str, Any] = self.shapes[verb].model_validate(item.values).model_dump(exclude_unset=True)
        return found

    def service(self, do: str) -> Callable[..., Any]:
        found: Callable[..., Any] | None = getattr(self.declared, do)
        if found is None:
            raise Wrong("do", _("This cannot be done with %(object)s.") % {"object": self.declared.plural})
        return found

    def require_match(self, actor: Actor, record_id: int, tag: str) -> None:
        self.declared.model.objects.visible_to(actor).select_for_update().filter(pk=record_id).first()
        answer = one(self.declared, actor, record_id)
        if not matches(tag, etag(answer)):
            raise PreconditionFailed(answer)

    def said(self, request: HttpRequest, error: Exception, root: str) -> dict[str, Any]:
        """The problem of one item."""
        if isinstance(error, Wrong):
            return described(422, str(error), [fault(str(error), error.field, f"{root}/{error.field}")])
        if isinstance(error, ValidationError):
            errors = [{"loc": ("body", "values", *e["loc"]), "msg": e["msg"]} for e in error.errors(include_url=False)]
            return described(422, _("See errors, by field."), request_faults(request, errors, f"{root}/values"))
        return refusal(error, request, f"{root}/values")


_TOGETHER: dict[str, Callable[[Work, Actor, list[Any]], dict[int, Done]]] = {
    "create": Work.create_together,
    "change": Work.change_together,
    "trash": Work.trash_together,
    "restore": Work.restore_together,
    "upsert": Work.upsert_together,
}


def runs(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Neighbours that do the same to different records; an item with a condition stands alone."""
    run: list[Item] = []
    seen: set[Any] = set()
    for item in items:
        key = (item.system, item.external_id) if item.do == "upsert" else item.id
        is_new = bool(item.if_match) or (key in seen and item.do != "create")
        if run and (is_new or item.do != run[0].do or run[-1].if_match):
            yield run
            run, seen = [], set()
        run.append(item)
        seen.add(key)
    if run:
        yield run


def _all_but(outcome: Outcome, ids: dict[int, int], status: int) -> dict[int, Done]:
    left = {one.record_id for one in outcome.left}
    return {place: (status, pk) for place, pk in ids.items() if pk not in left}
