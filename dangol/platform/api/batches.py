"""Up to 500 writes in one call: all or nothing, or one by one with a result for each.

Annotations are evaluated here (no postponed evaluation), because the API makes its description of them.
"""

from typing import Any, Literal

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import ConfigDict, Field

from dangol.platform.access.checks import require
from dangol.platform.accounts.queries import workspace_at_hand
from dangol.platform.api.answers import actor_of
from dangol.platform.api.batch_work import Failed, Work
from dangol.platform.api.by_external_id import NUL_FREE, SYSTEM
from dangol.platform.api.problems import Problem, fault
from dangol.platform.api.refusals import answered
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


def hang(router: Router, declared: ObjectType) -> None:
    """Add the batch to the router of an object that can be written."""
    if declared.create is None and declared.change is None and declared.trash is None:
        return
    work = Work(declared)

    @router.post("/batch", response={200: Results, 409: Problem, 412: Problem, 404: Problem, **ERRORS},
                 operation_id=f"batch_{declared.name}", summary=f"Write up to 500: {declared.plural}",
                 exclude_unset=True)  # fmt: skip
    def batch(request: HttpRequest, batch: Batch) -> Any:
        actor = actor_of(request)
        require(actor, "bulk", declared.name)
        try:
            with transaction.atomic(), workspace_at_hand():
                results = work.do(request, actor, batch.items, atomic=batch.atomic)
        except Failed as failed:
            return answered(_pointed(failed))
        failed_count = sum(1 for r in results if "problem" in r)
        return {"done": len(results) - failed_count, "failed": failed_count, "results": results}


def _pointed(failed: Failed) -> dict[str, Any]:
    """The problem of one item as that of the call: it says which item, and that nothing was done."""
    body = failed.body
    errors = body["errors"] or [fault(body["detail"], "", f"#/items/{failed.index}")]
    sentence = _("Item %(index)d does not work, so nothing was done: %(detail)s")
    return {**body, "detail": sentence % {"index": failed.index, "detail": body["detail"]}, "errors": errors}
