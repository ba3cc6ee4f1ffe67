"""REST of every object: list, count, read, create, change, trash, restore. Doors only; no rules here.

Annotations are evaluated here (no postponed evaluation), because the bodies' schemas are made for each object.
"""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Status

from dangol.platform.access.actor import Actor
from dangol.platform.api.answers import actor_of, answers, asked_fields
from dangol.platform.api.description import MADE
from dangol.platform.api.problems import Problem
from dangol.platform.api.schemas import Asked, Listing, Number, Sieve, page_schema, write_schema
from dangol.platform.api.single import require_match, shown, tagged
from dangol.platform.objects import listing, reading
from dangol.platform.objects.filters import parse
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.types import ObjectType

LISTS: dict[int, Any] = dict.fromkeys((400, 401, 403, 422), Problem)
ERRORS: dict[int, Any] = {404: Problem, **LISTS}
CREATES = {409: Problem, **LISTS}
WRITES = {409: Problem, 412: Problem, **ERRORS}


def hang(router: Router, declared: ObjectType, read: Any) -> None:
    """Add the addresses of an object's records to its router; `count` stands before the ids."""
    _lists(router, declared, page_schema(declared, read))
    _reading(router, declared, read)
    _writing(router, declared, read)


def _lists(router: Router, declared: ObjectType, page: Any) -> None:
    name, plural = declared.name, str(declared.plural)

    @router.get("", response={200: page, **LISTS}, operation_id=f"list_{name}", summary=f"List: {plural}",
                exclude_unset=True)  # fmt: skip
    def list_records(request: HttpRequest, asked: Query[Listing], response: HttpResponse) -> Any:
        actor = actor_of(request)
        names = asked_fields(declared, actor, asked.fields)
        query = _query(asked, sort=asked.sort, after=asked.after, columns=names or ["id"], limit=asked.limit)
        found = listing.page(declared, actor, query)
        if found.next:
            response["Link"] = f'<{_next(request, found.next)}>; rel="next"'
        answer = {"rows": answers(declared, actor, found.rows, names), "next": found.next}
        return {**answer, "count": _number(declared, actor, query)} if asked.with_count else answer

    @router.get("/count", response={200: Number, **LISTS}, operation_id=f"count_{name}", summary=f"Count: {plural}")
    def count_records(request: HttpRequest, asked: Query[Sieve]) -> Any:
        return _number(declared, actor_of(request), _query(asked))


def _query(asked: Sieve, **more: Any) -> ListQuery:
    return ListQuery(filter=parse(asked.filter), search=asked.search, in_trash=asked.trash, **more)


def _number(declared: ObjectType, actor: Actor, query: ListQuery) -> dict[str, Any]:
    found = listing.count(declared, actor, query)
    return {"number": found.number, "is_exact": found.is_exact}


def _next(request: HttpRequest, after: str) -> str:
    """The address of the next page, relative to the house (RFC 8288 lets links be relative)."""
    asked = {**request.GET.dict(), "after": after}
    return f"{request.path}?{urlencode(asked)}"


def _reading(router: Router, declared: ObjectType, read: Any) -> None:
    @router.get("/{record_id}", response={200: read, 304: None, **ERRORS}, operation_id=f"get_{declared.name}",
                summary=f"Read: {declared.label}", exclude_unset=True)  # fmt: skip
    def get_record(request: HttpRequest, record_id: int, asked: Query[Asked], response: HttpResponse) -> Any:
        return shown(request, declared, record_id, response, asked.fields)


def _writing(router: Router, declared: ObjectType, read: Any) -> None:
    name, label = declared.name, declared.label
    if declared.create is not None:
        create = declared.create
        body = write_schema(declared, "Create")

        @router.post("", response={201: read, **CREATES}, operation_id=f"create_{name}", summary=f"Create: {label}",
                     exclude_unset=True, openapi_extra=MADE)  # fmt: skip
        def create_record(request: HttpRequest, values: body, response: HttpResponse) -> Any:  # type: ignore[valid-type]
            with transaction.atomic():
                made = create(actor=actor_of(request), values=values.model_dump(exclude_unset=True))  # type: ignore[attr-defined]
                response["Location"] = f"{request.path.rstrip('/')}/{made.pk}"
                return Status(201, tagged(declared, request, made.pk, response))

    if declared.change is not None:
        change = declared.change
        patch = write_schema(declared, "Change")

        @router.patch("/{record_id}", response={200: read, **WRITES}, operation_id=f"change_{name}",
                      summary=f"Change: {label}", exclude_unset=True)  # fmt: skip
        def change_record(request: HttpRequest, record_id: int, values: patch, response: HttpResponse) -> Any:  # type: ignore[valid-type]
            with transaction.atomic():
                require_match(request, declared, record_id)
                given = values.model_dump(exclude_unset=True)  # type: ignore[attr-defined]
                change(actor=actor_of(request), record_id=record_id, values=given)
                return tagged(declared, request, record_id, response)

    if declared.trash is not None:
        _act(router, "delete", "/{record_id}", declared, declared.trash, "trash")
    if declared.restore is not None:
        _act(router, "post", "/{record_id}/restore", declared, declared.restore, "restore")


def _act(router: Router, method: str, path: str, declared: ObjectType, service: Callable[..., Any], verb: str) -> None:
    def act(request: HttpRequest, record_id: int) -> Any:
        actor = actor_of(request)
        reading.find(declared, actor, record_id)
        with transaction.atomic():
            require_match(request, declared, record_id)
            service(actor=actor, record_id=record_id)
        return Status(204, None)

    summary = f"{'Put in the trash' if verb == 'trash' else 'Take out of the trash'}: {declared.label}"
    door = getattr(router, method)
    door(path, response={204: None, **WRITES}, operation_id=f"{verb}_{declared.name}", summary=summary)(act)
