"""Records as their asker may see them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.api.models import ExternalId
from dangol.platform.objects import reading
from dangol.platform.objects.filters import FilterError
from dangol.platform.objects.listing import Reference, Row, rows_with_values
from dangol.platform.objects.registry import fields_for
from dangol.platform.objects.types import ObjectType

OUTSIDE = "external_ids"


def actor_of(request: HttpRequest) -> Actor:
    """The actor that the API's authentication put on the request."""
    return request.auth  # type: ignore[attr-defined,no-any-return]


def asked_fields(declared: ObjectType, actor: Actor, text: str) -> list[str]:
    """The fields named in `text`; all that `actor` may see when it is empty. Raises FilterError for an unknown one."""
    known = [f.name for f in fields_for(declared, actor).values() if f.kind != "custom"]
    if actor.field_right(declared.name, OUTSIDE) != "hidden":
        known.append(OUTSIDE)
    wanted = [name.strip() for name in text.split(",") if name.strip()]
    for name in wanted:
        if name not in (*known, "id", "title"):
            raise FilterError("fields", _("There is no field “%(name)s”. Possible: %(known)s.") % {
                "name": name, "known": ", ".join(known)})  # fmt: skip
    return [n for n in wanted if n not in ("id", "title")] if wanted else known


def answers(declared: ObjectType, actor: Actor, rows: Sequence[Row], names: Sequence[str]) -> list[dict[str, Any]]:
    """Rows as JSON, with what other systems call them where that is asked for (one query)."""
    found = [{"id": r.id, "title": declared.title(r.record), **_values(r, names)} for r in rows]
    if OUTSIDE in names and found:
        outside = outside_ids(declared, [r.id for r in rows])
        for answer in found:
            answer[OUTSIDE] = outside.get(answer["id"], [])
    return found


def one(declared: ObjectType, actor: Actor, record_id: int) -> dict[str, Any]:
    """One record with every field that `actor` may see. Raises NotFound."""
    return whole(declared, actor, reading.find(declared, actor, record_id))


def whole(declared: ObjectType, actor: Actor, record: Any) -> dict[str, Any]:
    """A record that was judged already, with every field that `actor` may see."""
    return many(declared, actor, [record])[0]


def many(declared: ObjectType, actor: Actor, records: list[Any]) -> list[dict[str, Any]]:
    """Records that were judged already, with every field that `actor` may see."""
    names = asked_fields(declared, actor, "")
    shown = [f for f in fields_for(declared, actor).values() if f.kind != "custom"]
    return answers(declared, actor, rows_with_values(declared, actor, records, shown), names)


def outside_ids(declared: ObjectType, record_ids: Iterable[int]) -> dict[int, list[dict[str, str]]]:
    """What other systems call these records."""
    found: dict[int, list[dict[str, str]]] = {}
    rows = ExternalId.objects.filter(object_name=declared.name, record_id__in=list(record_ids))
    for row in rows.order_by("system", "external_id"):
        found.setdefault(row.record_id, []).append({"system": row.system, "id": row.external_id})
    return found


def _values(row: Row, names: Sequence[str]) -> dict[str, Any]:
    return {name: plain(row.values[name]) for name in names if name in row.values}


def plain(value: Any) -> Any:
    """A value for JSON: a link that its reader may not follow is nothing."""
    if isinstance(value, Reference):
        return None if value.is_hidden else {"id": value.id, "title": value.title}
    if isinstance(value, list):
        return [plain(one) for one in value]
    return value
