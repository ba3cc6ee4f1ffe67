"""What a bulk change would do, looked at before it is done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dangol.platform.objects import cells
from dangol.platform.objects.added.columns import is_link
from dangol.platform.objects.bulk.chosen import Chosen
from dangol.platform.objects.linking import target_id
from dangol.platform.objects.listing import LEADING, ids_in, references, rows_with_values
from dangol.platform.objects.many import change_many
from dangol.platform.objects.new_record import by_field
from dangol.platform.objects.types import Field
from dangol.platform.objects.writing import RecordWriter, Values
from dangol.platform.ui.viewer import Viewer

SHOWN = 20


@dataclass(frozen=True)
class Line:
    """One of the first rows: what it is called, and (field, now, then) of each field that changes."""

    title: str
    url: str
    changes: list[tuple[Any, Any, Any]]


@dataclass
class Preview:
    """How many rows would change, how many stand so already, how many may not be changed; and the first of them.

    `in_trash` of those that may not be lie in the trash.
    """

    changes: int = 0
    same: int = 0
    left: int = 0
    in_trash: int = 0
    lines: list[Line] = field(default_factory=list)
    errors: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """How many rows were chosen."""
        return self.changes + self.same + self.left


def preview(chosen: Chosen, writer: RecordWriter, fields: Sequence[Field], values: Values, viewer: Viewer) -> Preview:
    """Look at a change: it is tried on the first rows and taken back, and counted over all.

    Raises Forbidden for a field that may not be written; what is wrong with a value stands in `errors`.
    """
    found = Preview()
    rows = chosen.open_for("change")
    sample, found.errors = _sample(chosen, writer, values, rows)
    if found.errors or sample is None:
        return found
    number, may = chosen.seen.order_by().count(), rows.order_by().count()
    standing = _stands(writer, values, sample)
    found.same = rows.filter(standing).order_by().count()
    found.changes, found.left = may - found.same, number - may
    found.in_trash = chosen.seen.filter(deleted_at__isnull=False).order_by().count() if found.left else 0
    found.lines = _lines(chosen, writer, fields, values, rows.exclude(standing), viewer)
    return found


def _sample(chosen: Chosen, writer: RecordWriter, values: Values, rows: Any) -> tuple[Any, dict[str, list[str]]]:
    """One of the first rows with the values set in memory; where none takes them, what is wrong by field."""
    writer.refuse_fixed(values)
    writer.judge(chosen.actor, values)
    links = {n for n in values if is_link(writer.column(n))}
    skipped = {f.name for f in writer.model._meta.fields} - (set(values) - links)
    given = [n for n, v in values.items() if v not in (None, "") and _is_unique(writer, n)]
    first = list(rows.order_by("pk")[:SHOWN])
    if given and len(first) > 1:
        return None, {n: [_("No two records may have the same here: change them one by one.")] for n in given}
    errors: dict[str, list[str]] = {}
    for record in first:
        try:
            writer.put(record, values, lambda column, value: target_id(chosen.actor, column, value))
            record.clean_fields(exclude=skipped)
        except ValidationError as error:
            errors = errors or by_field(error)
        else:
            return record, {}
    return None, errors


def _is_unique(writer: RecordWriter, name: str) -> bool:
    rules = writer.model._meta.constraints
    alone = [c.fields for c in rules if isinstance(c, models.UniqueConstraint) and c.condition is None]
    return bool(writer.column(name).unique or (name,) in alone)


def _stands(writer: RecordWriter, values: Values, sample: Any) -> Q:
    """The condition of rows in which every value stands already, as the sample took it."""
    found = Q()
    for name in values:
        wanted = getattr(sample, writer.column(name).attname)
        found &= Q(**{f"{name}__isnull": True}) if wanted is None else Q(**{name: wanted})
    return found


def _lines(
    chosen: Chosen, writer: RecordWriter, fields: Sequence[Field], values: Values, rows: Any, viewer: Viewer
) -> list[Line]:
    declared, actor = chosen.declared, chosen.actor
    records = list(rows.order_by("pk")[:SHOWN])
    with transaction.atomic():
        outcome = change_many(writer, actor=actor, values={r.pk: values for r in records})
        transaction.set_rollback(True)
    told = {row.subject_id: row for row in outcome.rows}
    names = {f.name: references(f, actor, _ids(f, outcome.rows)) for f in fields if f.kind in LEADING}
    lines = []
    for row in rows_with_values(declared, actor, records, fields):
        became = told[row.id].after or {} if row.id in told else {}
        pairs = [
            (f.label, cells.shown(f, row.values[f.name], row.record, viewer), _then(f, became[f.name], names, viewer))
            for f in fields
            if f.name in became
        ]
        lines.append(Line(declared.title(row.record), f"/{declared.slug}/{row.id}", pairs))
    return lines


def _ids(f: Field, rows: Sequence[Any]) -> set[int]:
    return {i for row in rows if row.after for i in ids_in(row.after.get(f.name))}


def _then(f: Field, value: Any, names: Mapping[str, Any], viewer: Viewer) -> str:
    if f.name in names:
        return ", ".join(names[f.name][i].title for i in ids_in(value) if i in names[f.name])
    return cells.plain(f, value, viewer)
