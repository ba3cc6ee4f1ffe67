"""REST of every object: list, read, create, change, trash, restore, with one OpenAPI file. Doors only; no rules here.

Annotations are evaluated here (no postponed evaluation), because the bodies' schemas are made for each object.
"""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import ConfigDict, Field, create_model

from dangol.platform.access.actor import Actor
from dangol.platform.objects import listing, reading
from dangol.platform.objects.filters import parse
from dangol.platform.objects.listing import ListQuery, Reference, Row
from dangol.platform.objects.registry import fields_for, object_types
from dangol.platform.objects.types import Field as Declared
from dangol.platform.objects.types import ObjectType

MAX_LIMIT = 200
_READ: dict[str, Any] = {"number": Decimal, "money": Decimal, "percent": float, "date": date, "datetime": datetime,
                         "bool": bool, "rhythm": list[Any]}  # fmt: skip
_WRITE: dict[str, Any] = {"number": Decimal, "money": Decimal, "date": date, "datetime": datetime, "bool": bool,
                          "relation": int, "user": int}  # fmt: skip


class Link(Schema):
    """A record that another one leads to."""

    id: int
    title: str


class Problem(Schema):
    """What is wrong, and with which field (RFC 9457)."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: dict[str, list[str]] = Field(default_factory=dict)


class Listing(Schema):
    """How a list is asked for."""

    model_config = ConfigDict(extra="ignore")

    filter: str = Field("", max_length=20_000, description='JSON, e.g. {"field": "country", "op": "is", "value": "KR"}')
    sort: str = Field("", max_length=100, description="A sortable field; a minus sign before it turns the order round")
    after: str = Field("", max_length=4_000, description="`next` of the page before")
    search: str = Field("", max_length=200)
    fields: str = Field("", max_length=2_000, description="Names of fields, separated by commas; empty: all")
    limit: int = Field(50, ge=1, le=MAX_LIMIT)
    trash: bool = False


def routers() -> list[tuple[str, Router]]:
    """One router per registered object, with its address."""
    return [(f"/{declared.slug}", router_for(declared)) for declared in object_types()]


def router_for(declared: ObjectType) -> Router:
    """The REST of one object."""
    router = Router(tags=[str(declared.name)])
    read = _read_schema(declared)
    page = create_model(
        f"{declared.model.__name__}Page", __base__=Schema, rows=(list[read], ...), next=(str, ""),  # type: ignore[valid-type]
    )  # fmt: skip
    errors = {400: Problem, 401: Problem, 403: Problem, 404: Problem, 422: Problem}
    _reading(router, declared, read, page, errors)
    _writing(router, declared, read, errors)
    return router


def _reading(router: Router, declared: ObjectType, read: Any, page: Any, errors: dict[int, Any]) -> None:
    name = declared.name

    @router.get("", response={200: page, **errors}, operation_id=f"list_{name}", exclude_unset=True)
    def list_records(request: HttpRequest, asked: Query[Listing]) -> Any:
        actor = actor_of(request)
        columns = [c for c in asked.fields.split(",") if c] or _own(declared, actor)
        query = ListQuery(
            filter=parse(asked.filter), sort=asked.sort, after=asked.after, search=asked.search,
            columns=columns, limit=asked.limit, in_trash=asked.trash,
        )  # fmt: skip
        found = listing.page(declared, actor, query)
        return {"rows": [_answer(declared, r) for r in found.rows], "next": found.next}

    @router.get("/{record_id}", response={200: read, **errors}, operation_id=f"get_{name}", exclude_unset=True)
    def get_record(request: HttpRequest, record_id: int) -> Any:
        return _one(declared, actor_of(request), record_id)


def _writing(router: Router, declared: ObjectType, read: Any, errors: dict[int, Any]) -> None:
    name = declared.name
    if declared.create is not None:
        create = declared.create
        body = _write_schema(declared, "Create")

        @router.post("", response={201: read, **errors}, operation_id=f"create_{name}", exclude_unset=True)
        def create_record(request: HttpRequest, values: body) -> Any:  # type: ignore[valid-type]
            made = create(actor=actor_of(request), values=values.model_dump(exclude_unset=True))  # type: ignore[attr-defined]
            return Status(201, _one(declared, actor_of(request), made.pk))

    if declared.change is not None:
        change = declared.change
        patch = _write_schema(declared, "Change")

        @router.patch("/{record_id}", response={200: read, 409: Problem, **errors}, operation_id=f"change_{name}",
                      exclude_unset=True)  # fmt: skip
        def change_record(request: HttpRequest, record_id: int, values: patch) -> Any:  # type: ignore[valid-type]
            given = values.model_dump(exclude_unset=True)  # type: ignore[attr-defined]
            change(actor=actor_of(request), record_id=record_id, values=given)
            return _one(declared, actor_of(request), record_id)

    if declared.trash is not None:
        _act(router, "delete", "/{record_id}", declared, declared.trash, f"trash_{name}", errors)
    if declared.restore is not None:
        _act(router, "post", "/{record_id}/restore", declared, declared.restore, f"restore_{name}", errors)


def _act(
    router: Router, method: str, path: str, declared: ObjectType, service: Callable[..., Any], operation: str,
    errors: dict[int, Any],
) -> None:  # fmt: skip
    def act(request: HttpRequest, record_id: int) -> Any:
        _check_id(declared, actor_of(request), record_id)
        service(actor=actor_of(request), record_id=record_id)
        return Status(204, None)

    getattr(router, method)(path, response={204: None, **errors}, operation_id=operation)(act)


def _check_id(declared: ObjectType, actor: Actor, record_id: int) -> None:
    reading.find(declared, actor, record_id)


def actor_of(request: HttpRequest) -> Actor:
    """The actor that the API's authentication put on the request."""
    return request.auth  # type: ignore[attr-defined,no-any-return]


def _own(declared: ObjectType, actor: Actor) -> list[str]:
    return [f.name for f in fields_for(declared, actor).values() if f.kind != "custom"]


def _one(declared: ObjectType, actor: Actor, record_id: int) -> dict[str, Any]:
    return _answer(declared, reading.row_of(declared, actor, reading.find(declared, actor, record_id)))


def _answer(declared: ObjectType, row: Row) -> dict[str, Any]:
    values = {n: _plain(v) for n, v in row.values.items()}
    return {"id": row.id, "title": declared.title(row.record), **values}


def _plain(value: Any) -> Any:
    if isinstance(value, Reference):
        return None if value.is_hidden else {"id": value.id, "title": value.title}
    return value


def _read_schema(declared: ObjectType) -> Any:
    from dangol.platform.objects.registry import all_fields

    fields: dict[str, Any] = {"id": (int, ...), "title": (str, ...)}
    for f in all_fields(declared).values():
        if f.kind != "custom":
            kind = Link if f.kind in ("relation", "user") else _READ.get(f.kind, str)
            fields[f.name] = (kind | None, Field(None, description=str(f.help or f.label)))
    return create_model(declared.model.__name__, __base__=Schema, **fields)


def _write_schema(declared: ObjectType, verb: str) -> Any:
    fields: dict[str, Any] = {}
    for f in declared.fields:
        if _is_written(f, verb):
            fields[f.name] = (_WRITE.get(f.kind, str) | None, Field(None, description=str(f.help or f.label)))
    if verb == "Create":
        fields.update({name: (kind, Field(default_factory=list)) for name, kind in declared.parts.items()})
    return create_model(f"{declared.model.__name__}{verb}", __base__=Schema, __config__=None, **fields)


def _is_written(f: Declared, verb: str) -> bool:
    return f.is_editable or (verb == "Create" and f.is_required)


def by_field(error: ValidationError) -> dict[str, list[str]]:
    """The messages of a ValidationError by field; `__all__` where none is named."""
    if hasattr(error, "error_dict"):
        return {k: [str(m) for m in v] for k, v in error.message_dict.items()}
    return {"__all__": [str(m) for m in error.messages]}
