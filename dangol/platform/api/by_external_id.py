"""REST of records by what another system calls them.

Annotations are evaluated here (no postponed evaluation), because the bodies' schemas are made for each object.
"""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Path, Query, Router, Schema, Status
from pydantic import Field

from dangol.platform.api.answers import actor_of, one
from dangol.platform.api.conditions import PreconditionFailed
from dangol.platform.api.problems import Problem
from dangol.platform.api.schemas import Asked, write_schema
from dangol.platform.api.single import require_match, shown, tagged
from dangol.platform.api.upserting import found_id, lock, upsert
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import NotFound

SYSTEM = r"^[a-z0-9][a-z0-9_.-]{0,49}$"
NUL_FREE = r"^[^\x00-\x1f\x7f]+$"
ERRORS: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 422), Problem)


class Called(Schema):
    """What another system calls the record."""

    system: str = Field(pattern=SYSTEM, description="The other system: small letters, digits, . _ -")
    external_id: str = Field(min_length=1, max_length=200, pattern=NUL_FREE, description="Its id there")


def hang(router: Router, declared: ObjectType, read: Any) -> None:
    """Add the addresses by external id to the router of an object."""
    address = "/by/{system}/{path:external_id}"

    @router.get(address, response={200: read, 304: None, **ERRORS}, operation_id=f"get_{declared.name}_by_external_id",
                exclude_unset=True, summary=f"Read by external id: {declared.label}")  # fmt: skip
    def get_by(request: HttpRequest, called: Path[Called], asked: Query[Asked], response: HttpResponse) -> Any:
        return shown(request, declared, found_id(declared, called.system, called.external_id), response, asked.fields)

    if declared.create is None or declared.change is None:
        return
    body = write_schema(declared, "Create")

    @router.put(address, response={200: read, 201: read, 409: Problem, 412: Problem, **ERRORS}, exclude_unset=True,
                operation_id=f"upsert_{declared.name}",
                summary=f"Create or change by external id: {declared.label}")  # fmt: skip
    def put_by(request: HttpRequest, called: Path[Called], values: body, response: HttpResponse) -> Any:  # type: ignore[valid-type]
        """Parts (an order's lines) are taken when the record is new; later they stay as they are."""
        with transaction.atomic():
            lock(declared, [(called.system, called.external_id)])
            _check(request, declared, called)
            record_id, is_new = upsert(
                actor=actor_of(request), declared=declared, system=called.system, external_id=called.external_id,
                values=values.model_dump(exclude_unset=True),  # type: ignore[attr-defined]
            )  # fmt: skip
            return Status(201 if is_new else 200, tagged(declared, request, record_id, response))


def _check(request: HttpRequest, declared: ObjectType, called: Called) -> None:
    """If-Match asks for a record that is there, `If-None-Match: *` for one that is not."""
    only_new = request.headers.get("If-None-Match", "").strip() == "*"
    if not only_new and not request.headers.get("If-Match"):
        return
    try:
        record_id = found_id(declared, called.system, called.external_id)
        answer = one(declared, actor_of(request), record_id)
    except NotFound:
        if only_new:
            return
        raise PreconditionFailed(None) from None
    if only_new:
        raise PreconditionFailed(answer)
    require_match(request, declared, record_id)
