"""Up to 500 writes in one call: all or nothing, or one by one with a result for each.

Annotations are evaluated here (no postponed evaluation), because the API makes its description of them.
"""

from collections.abc import Callable
from typing import Any, Literal

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import ConfigDict, Field, ValidationError

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.api.answers import actor_of, one
from dangol.platform.api.by_external_id import NUL_FREE, SYSTEM
from dangol.platform.api.conditions import PreconditionFailed, etag, matches
from dangol.platform.api.problems import Problem, described, fault, request_faults
from dangol.platform.api.refusals import EXPECTED, answered, refusal
from dangol.platform.api.schemas import write_schema
from dangol.platform.api.upserting import lock, upsert
from dangol.platform.objects.types import ObjectType

AT_MOST = 500
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 422), Problem)


class Item(Schema):
    """One write. `id` is needed but for `create` and `upsert`, `system` and `external_id` for `upsert` alone."""

    model_config = ConfigDict(extra="forbid")

    do: Literal["create", "change", "trash", "restore", "upsert"]
    id: int | None = Field(None, ge=1, lt=2**63)
    system: str | None = Field(None, pattern=SYSTEM)
    external_id: str | None = Field(None, min_length=1, max_length=200, pattern=NUL_FREE)
    values: dict[str, Any] = Field(default_factory=dict, description="As in the body of a single create or change")
    if_match: str = Field("", max_length=200, description="The ETag that the record must still have")


class Batch(Schema):
    """Writes in their order. `atomic`: when one does not work, none is done."""

    model_config = ConfigDict(extra="forbid")

    items: list[Item] = Field(min_length=1, max_length=AT_MOST)
    atomic: bool = False


class Result(Schema):
    """What became of one item; `problem` when it did not work."""

    index: int
    status: int
    id: int | None = None
    problem: Problem | None = None


class Results(Schema):
    """What became of the items, in their order."""

    done: int
    failed: int
    results: list[Result]


class _Failed(Exception):
    """An item of a batch that is all or nothing did not work; everything is rolled back."""

    def __init__(self, body: dict[str, Any], index: int) -> None:
        self.body, self.index = body, index
        super().__init__()


def hang(router: Router, declared: ObjectType) -> None:
    """Add the batch to the router of an object that can be written."""
    if declared.create is None and declared.change is None and declared.trash is None:
        return
    work = _Work(declared)

    @router.post("/batch", response={200: Results, 409: Problem, 412: Problem, 404: Problem, **ERRORS},
                 operation_id=f"batch_{declared.name}", summary=f"Write up to 500: {declared.plural}",
                 exclude_unset=True)  # fmt: skip
    def batch(request: HttpRequest, batch: Batch) -> Any:
        actor = actor_of(request)
        require(actor, "bulk", declared.name)
        try:
            with transaction.atomic():
                results = work.do(request, actor, batch)
        except _Failed as failed:
            return answered(_pointed(failed))
        failed_count = sum(1 for r in results if "problem" in r)
        return {"done": len(results) - failed_count, "failed": failed_count, "results": results}


def _pointed(failed: _Failed) -> dict[str, Any]:
    """The problem of one item as that of the call: it says which item, and that nothing was done."""
    body = failed.body
    errors = body["errors"] or [fault(body["detail"], "", f"#/items/{failed.index}")]
    sentence = _("Item %(index)d does not work, so nothing was done: %(detail)s")
    return {**body, "detail": sentence % {"index": failed.index, "detail": body["detail"]}, "errors": errors}


class _Work:
    """The writes of one object."""

    def __init__(self, declared: ObjectType) -> None:
        self.declared = declared
        self.shapes = {verb: write_schema(declared, verb) for verb in ("Create", "Change")}

    def do(self, request: HttpRequest, actor: Actor, batch: Batch) -> list[dict[str, Any]]:
        named = [(i.system, i.external_id) for i in batch.items if i.do == "upsert" and i.system and i.external_id]
        if named:
            lock(self.declared, named)
        results: list[dict[str, Any]] = []
        for index, item in enumerate(batch.items):
            root = f"#/items/{index}"
            try:
                with transaction.atomic():
                    status, record_id = self.one(request, actor, item)
                results.append({"index": index, "status": status, "id": record_id})
            except (_Wrong, ValidationError, *EXPECTED) as error:
                body = self.said(request, error, root)
                if batch.atomic:
                    raise _Failed(body, index) from error
                results.append({"index": index, "status": body["status"], "id": item.id, "problem": body})
        return results

    def said(self, request: HttpRequest, error: Exception, root: str) -> dict[str, Any]:
        if isinstance(error, _Wrong):
            return described(422, str(error), [fault(str(error), error.field, f"{root}/{error.field}")])
        if isinstance(error, ValidationError):
            errors = [{"loc": ("body", "values", *e["loc"]), "msg": e["msg"]} for e in error.errors(include_url=False)]
            return described(422, _("See errors, by field."), request_faults(request, errors, f"{root}/values"))
        return refusal(error, request, f"{root}/values")

    def one(self, request: HttpRequest, actor: Actor, item: Item) -> tuple[int, int]:
        """Do one item: the status that a single call would have, and the record's id."""
        declared = self.declared
        if item.do == "create":
            values = self.read("Create", item)
            return 201, int(self.service("create")(actor=actor, values=values).pk)
        if item.do == "upsert":
            self.service("create"), self.service("change")
            if not item.system or not item.external_id:
                raise _Wrong("external_id" if item.system else "system", _("An upsert needs system and external_id."))
            record_id, is_new = upsert(
                actor=actor, declared=declared, system=item.system, external_id=item.external_id,
                values=self.read("Create", item),
            )  # fmt: skip
            return (201 if is_new else 200), record_id
        if item.id is None:
            raise _Wrong("id", _("Say which record: its id is missing."))
        service = self.service(item.do)
        if item.if_match:
            self.require_match(actor, item.id, item.if_match)
        if item.do == "change":
            service(actor=actor, record_id=item.id, values=self.read("Change", item))
            return 200, item.id
        service(actor=actor, record_id=item.id)
        return 204, item.id

    def service(self, do: str) -> Callable[..., Any]:
        found: Callable[..., Any] | None = getattr(self.declared, do)
        if found is None:
            raise _Wrong("do", _("This cannot be done with %(object)s.") % {"object": self.declared.plural})
        return found

    def read(self, verb: str, item: Item) -> dict[str, Any]:
        found: dict[str, Any] = self.shapes[verb].model_validate(item.values).model_dump(exclude_unset=True)
        return found

    def require_match(self, actor: Actor, record_id: int, tag: str) -> None:
        self.declared.model.objects.visible_to(actor).select_for_update().filter(pk=record_id).first()
        answer = one(self.declared, actor, record_id)
        if not matches(tag, etag(answer)):
            raise PreconditionFailed(answer)


class _Wrong(Exception):
    """An item that does not say what it needs to."""

    def __init__(self, field: str, sentence: str) -> None:
        self.field = field
        super().__init__(sentence)
