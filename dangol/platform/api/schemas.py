"""The shapes of what is sent and answered, made for each object from its declaration.

Annotations are evaluated here (no postponed evaluation), because the API makes its description of them.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import NOT_PROVIDED
from ninja import Schema
from pydantic import ConfigDict, Field, create_model

from dangol.platform.api import added
from dangol.platform.api.added import Grown
from dangol.platform.objects.extended import declared_only
from dangol.platform.objects.registry import all_fields
from dangol.platform.objects.types import Field as Declared
from dangol.platform.objects.types import ObjectType

MAX_LIMIT = 200
_READ: dict[str, Any] = {"number": Decimal, "money": Decimal, "percent": float, "date": date, "datetime": datetime,
                         "bool": bool, "rhythm": list[Any], "choices": list[str]}  # fmt: skip
_WRITE: dict[str, Any] = {"number": Decimal, "money": Decimal, "date": date, "datetime": datetime, "bool": bool,
                          "relation": int, "user": int, "percent": Decimal, "choices": list[str]}  # fmt: skip


class Link(Schema):
    """A record that another one leads to."""

    id: int
    title: str


class OutsideId(Schema):
    """What another system calls the record."""

    system: str
    id: str


class Sieve(Schema):
    """Which records."""

    model_config = ConfigDict(extra="ignore")

    filter: str = Field("", max_length=20_000, description='JSON, e.g. {"field": "country", "op": "is", "value": "KR"}')
    search: str = Field("", max_length=200, description="Part of a name, an e-mail, a phone number, a number")
    trash: bool = Field(False, description="Those in the trash instead")


class Listing(Sieve):
    """How a list is asked for."""

    sort: str = Field("", max_length=100, description="A sortable field; a minus sign before it turns the order round")
    after: str = Field("", max_length=4_000, description="`next` of the page before")
    fields: str = Field("", max_length=2_000, description="Names of fields, separated by commas; empty: all")
    limit: int = Field(50, ge=1, le=MAX_LIMIT)
    with_count: bool = Field(False, description="Say, too, how many there are")


class Asked(Schema):
    """Which fields of one record."""

    fields: str = Field("", max_length=2_000, description="Names of fields, separated by commas; empty: all")


class Number(Schema):
    """How many; exact up to 10,000, beyond that estimated."""

    number: int
    is_exact: bool


class Written(Grown):
    """What is sent: a name that is not known is refused, not passed over."""

    model_config = ConfigDict(extra="forbid")


added.READ.update({**_READ, "relation": Link, "user": Link, "relations": list[Link], "file": Link})
added.WRITE.update({**_WRITE, "relations": list[int], "file": int})


def read_schema(declared: ObjectType) -> Any:
    """A record as it is answered."""
    fields: dict[str, Any] = {"id": (int, ...), "title": (str, ...)}
    for f in all_fields(declared).values():
        if f.kind != "custom" and not f.is_added:
            kind = Link if f.kind in ("relation", "user", "file") else _READ.get(f.kind, str)
            fields[f.name] = (kind | None, Field(None, description=str(f.help or f.label)))
    fields["external_ids"] = (list[OutsideId] | None, Field(None, description="What other systems call it"))
    return _of(declared, create_model(declared.model.__name__, __base__=Grown, **fields))


def _of(declared: ObjectType, made: Any) -> Any:
    made.object_name = declared.name
    return made


def page_schema(declared: ObjectType, read: Any) -> Any:
    """A page of records."""
    return create_model(
        f"{declared.model.__name__}Page", __base__=Schema,
        rows=(list[read], ...), next=(str, Field("", description="`after` of the next page; empty on the last")),
        count=(Number | None, None),
    )  # fmt: skip


def write_schema(declared: ObjectType, verb: str) -> Any:
    """What is sent to make (`Create`) or change (`Change`) a record."""
    fields: dict[str, Any] = {}
    for f in declared_only(declared, "fields"):
        if f.is_editable or (verb == "Create" and _is_given_once(declared, f)):
            fields[f.name] = (_WRITE.get(f.kind, str) | None, Field(None, description=str(f.help or f.label)))
    if verb == "Create":
        fields.update({name: (kind, Field(default_factory=list)) for name, kind in declared.parts.items()})
    return _of(declared, create_model(f"{declared.model.__name__}{verb}", __base__=Written, **fields))


def _is_given_once(declared: ObjectType, f: Declared) -> bool:
    """Whether a field is written with the record and fixed from then on (an order's number)."""
    try:
        column: Any = declared.model._meta.get_field(f.orm_path)
    except FieldDoesNotExist:
        return False
    return bool(f.is_required and column.editable and column.db_default is NOT_PROVIDED)
