"""The custom fields of this house, at hand in every process without a query a request.

The definitions are read when the first reader asks, and again when they changed: at once in the process that changed
them, within a second in the others, by one small statement a second at most that asks for the table's fingerprint.
What else the house keeps so (layouts, pick lists) rides on the same statement (`keep_beside`).
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import RLock
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import Error, connection, transaction
from django.utils.functional import lazystr
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from psycopg.pq import TransactionStatus

from dangol.platform.objects.added import formula
from dangol.platform.objects.added.columns import HasCustom, InDocument
from dangol.platform.objects.added.kinds import column_for
from dangol.platform.objects.added.rules import DECIMALS, LISTED, OWN, SEVERAL, SORTABLE, WORKED_OUT, Definition
from dangol.platform.objects.extended import added, declared_only, extend
from dangol.platform.objects.files import file_keeper
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.types import Field

log = logging.getLogger(__name__)
LOOK_EVERY_SECONDS = 1.0
GROUP = _("Further fields")
TEXT_LIKE = ("text", "long_text", "email", "phone", "url", "choice", "country", "language", "currency")
_lock = RLock()


@dataclass
class _Now:
    seen: str = ""
    serial: int = 0
    fields: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    definitions: Mapping[str, Definition] = field(default_factory=dict)
    is_stale: bool = True
    look_at: float = 0.0
    models: set[Any] = field(default_factory=set)


_now = _Now()


@dataclass
class _Beside:
    read: Callable[[], None]
    clear: Callable[[], None]
    seen: str = "?"


_beside: dict[str, _Beside] = {}


def keep_beside(table: str, *, read: Callable[[], None], clear: Callable[[], None]) -> None:
    """Keep the rows of another small tracked table at hand in the same way, by the same statement: `read` is called
    when they changed, `clear` in a house that begins without any. Whoever asks for them calls `look` before."""
    _beside[table] = _Beside(read, clear)


def look() -> None:
    """Bring what is kept up to date, if it may be older than a second."""
    _look()


def hang_anew() -> None:
    """Hang the fields anew with this look: the objects that have them, or to which they lead, are others now."""
    _now.seen = "?"


def fields_of(object_name: str) -> tuple[Field, ...]:
    """The custom fields of an object, in their order."""
    _look()
    return _now.fields.get(object_name, ())


def names_of(object_name: str) -> tuple[str, ...]:
    """The names of those that can be written."""
    return tuple(f.name for f in fields_of(object_name) if f.is_editable)


def searched_of(object_name: str) -> tuple[str, ...]:
    """The names of those by which the search finds records."""
    return tuple(d.name for d in definitions_of(object_name) if d.is_searched)


def definition_of(object_name: str, name: str) -> Definition | None:
    """The definition of a field, None where there is none."""
    _look()
    return _now.definitions.get(f"{object_name}.{name}")


def definitions_of(object_name: str) -> list[Definition]:
    """The definitions of an object's fields, in their order."""
    return [d for f in fields_of(object_name) if (d := _now.definitions.get(f"{object_name}.{f.name}")) is not None]


def mark() -> str:
    """Stands for the definitions as they are; another one means that something changed."""
    _look()
    return str(_now.serial) if _now.definitions else ""


def changed() -> None:
    """Read the definitions anew: now, which is within the transaction that changed them, and once it is committed."""
    _forget()
    transaction.on_commit(_forget)


def begin_without() -> None:
    """Go on as a house without custom fields, until `changed`."""
    with _lock:
        _install({}, "")
        for kept in _beside.values():
            kept.clear()
            kept.seen = ""
        _now.is_stale, _now.look_at = False, time.monotonic() + LOOK_EVERY_SECONDS


def _forget() -> None:
    for kept in _beside.values():
        kept.seen = "?"
    _now.seen, _now.is_stale = "?", True


def _look() -> None:
    if not (_now.is_stale or (time.monotonic() >= _now.look_at and _is_looking())) or not _can_ask():
        return
    with _lock:
        if not (_now.is_stale or time.monotonic() >= _now.look_at):
            return
        _now.look_at, _now.is_stale = time.monotonic() + LOOK_EVERY_SECONDS, False
        try:
            _read()
        except (Error, RuntimeError) as error:  # no database, or none yet: the house goes on with what it knows
            log.debug("Custom fields were not read: %s", error)


def _is_looking() -> bool:
    return bool(getattr(settings, "LOOKS_FOR_CUSTOM_FIELDS", True))


def _can_ask() -> bool:
    """Not while the rooms open, not in the event loop, not in a transaction that is broken, not in the middle of a COPY
    (rows that are made while they are sent): its connection would be waited for without end."""
    if not apps.ready or connection.needs_rollback or _is_sending():
        return False
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return True
    return False


def _is_sending() -> bool:
    open_one = connection.connection
    return open_one is not None and open_one.pgconn.transaction_status == TransactionStatus.ACTIVE


def _read() -> None:
    from dangol.platform.objects.custom_fields.models import CustomField

    with transaction.atomic():
        marks = _marks(["objects_custom_field", *_beside])
        found = marks.pop("objects_custom_field")
        for table, mark in marks.items():
            if mark != _beside[table].seen:
                _beside[table].read()
                _beside[table].seen = mark
        if found == _now.seen:
            return
        rows = [r.definition for r in CustomField.objects.filter(removed_at=None).order_by("order", "id")]
    _install({f"{d.object_name}.{d.name}": d for d in rows}, found)


def _marks(tables: Sequence[str]) -> dict[str, str]:
    """What stands for the rows of each table as they are. One statement."""
    parts = (f"(SELECT md5(string_agg(id || ':' || changed_xid, ',' ORDER BY id)) FROM {table})" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}")
        return {table: str(mark or "") for table, mark in zip(tables, cursor.fetchone(), strict=True)}


def _install(definitions: Mapping[str, Definition], found: str) -> None:
    """Make fields of the definitions, hang their columns on the models, and publish all at once."""
    by_object: dict[str, list[Definition]] = {}
    known = models_with_custom()
    definitions = {n: d for n, d in definitions.items() if not d.relation.startswith(OWN) or d.relation in known}
    for definition in definitions.values():
        by_object.setdefault(definition.object_name, []).append(definition)
    hung = {known[name] for name in by_object if name in known}
    for name in by_object.keys() & known.keys():
        _hang(known[name], [column_of(d, by_object[name], _target(d, known)) for d in by_object[name]])
    for model in _now.models - hung:
        _hang(model, [])
    fields = {n: tuple(field_of(d) for d in some) for n, some in by_object.items() if n in known}
    _now.models, _now.definitions, _now.fields = hung, definitions, fields
    _now.seen, _now.serial = found, _now.serial + 1


def _target(definition: Definition, known: Mapping[str, Any]) -> Any:
    """The model to which a field leads, None for one that leads nowhere."""
    return file_keeper().model if definition.kind == "file" else known.get(definition.relation)


def column_of(definition: Definition, others: Sequence[Definition], target: Any = None) -> Any:
    """The Django field of a definition among the object's others."""
    tree = None
    if definition.kind == "formula":
        declared = declared_only(object_type(definition.object_name), "fields")
        try:
            tree = formula.read(definition.formula, usable(declared, others))
        except formula.FormulaError as error:  # what it was made of is gone: it is not known from now on
            log.warning("%s.%s: %s", definition.object_name, definition.name, error)
    return column_for(definition, target, tree)


def usable(declared: Sequence[Field], others: Sequence[Definition]) -> dict[str, str]:
    """The fields that a formula of an object can use, and what they are to it."""
    own = {f.name: _IN_FORMULA.get(f.kind, "") for f in declared if "__" not in f.orm_path and f.orm_path == f.name}
    added = {d.name: _IN_FORMULA.get(d.kind, "") for d in others}
    return {name: kind for name, kind in {**own, **added}.items() if kind}


_IN_FORMULA = {
    **dict.fromkeys(DECIMALS, formula.NUMBER),
    **dict.fromkeys(TEXT_LIKE, formula.TEXT),
    "date": formula.DATE,
    "bool": formula.FLAG,
}


def models_with_custom() -> dict[str, Any]:
    """Every model that takes custom fields, by its name in rights; those of the company's own objects too."""
    models = [*(m for m in apps.get_models() if issubclass(m, HasCustom)), *added("models")]
    return {m.access_name: m for m in models}


def _hang(model: Any, columns: list[Any]) -> None:
    """Put columns among the model's fields, in place of those that hung there."""
    meta = model._meta
    gone = [c for c in meta.private_fields if isinstance(c, InDocument)]
    for column in columns:
        column.hang_on(model)
    meta.private_fields = [c for c in meta.private_fields if c not in gone] + columns
    meta._expire_cache(reverse=False)
    kept = {c.attname for c in columns}
    for attname in {c.attname for c in gone} - kept:
        delattr(model, attname)


def field_of(definition: Definition) -> Field:
    """The field of the registry."""
    held = definition.held_as
    return Field(
        name=definition.name,
        label=said(definition.label_en, definition.label_ko),
        kind=held,  # type: ignore[arg-type]
        group=next(iter(added("group", definition.object_name)), GROUP),
        choices=lambda: _pairs(definition) if held in LISTED else (),
        relation=definition.relation if definition.kind in ("relation", SEVERAL) else "",
        counts=definition.relation if definition.kind == "rollup" else "",
        help=said(definition.help_en, definition.help_ko),
        is_editable=definition.kind not in WORKED_OUT,
        is_required=definition.is_required,
        is_sortable=definition.is_indexed and held in SORTABLE,
        tones={c.value: c.tone for c in definition.choices if c.tone},
        off=frozenset(c.value for c in definition.choices if c.off or c.into),
        now_called={c.value: c.into for c in definition.choices if c.into},
        is_list=definition.kind == "text" and not definition.is_unique,
        is_added=True,
        tells_of=_tells_of(definition),
    )


def _tells_of(definition: Definition) -> tuple[tuple[str, str], ...]:
    if definition.kind == "rollup":
        return tuple((definition.relation, name) for name in (definition.via, definition.of) if name)
    return tuple((definition.object_name, name) for name in sorted(formula.words_of(definition.formula)))


def _pairs(definition: Definition) -> list[tuple[str, Any]]:
    is_korean = (get_language() or "en").startswith("ko")
    return [(c.value, c.ko or c.en if is_korean else c.en or c.ko) for c in definition.choices]


def said(en: str, ko: str) -> Any:
    """A text in the reader's language, or in the one that there is."""
    return lazystr(_Words(en, ko)) if en and ko and en != ko else en or ko


class _Words:
    def __init__(self, en: str, ko: str) -> None:
        self.en, self.ko = en, ko

    def __str__(self) -> str:
        return self.ko if (get_language() or "en").startswith("ko") else self.en


extend("fields", fields_of)
extend("writable", names_of)
extend("search", searched_of)
