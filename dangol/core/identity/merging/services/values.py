"""The two records' own values: which of them stays, set so that a journal can set them back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import UniqueConstraint
from django.utils.translation import gettext as _

from dangol.core.identity.merging.rules import LOSER, SURVIVOR, is_blank, side_of
from dangol.platform.access.actor import Actor
from dangol.platform.events.event import plain
from dangol.platform.objects.added.columns import is_custom, is_kept, stored
from dangol.platform.objects.writing import RecordWriter

Changes = dict[str, list[Any]]


def check_chosen(writer: RecordWriter, actor: Actor, chosen: Mapping[str, str]) -> None:
    """Raise ValidationError for a choice that is none, Forbidden for a field that `actor` may not write."""
    wrong = {n: _("Choose one from the list.") for n, side in chosen.items() if side not in (SURVIVOR, LOSER)}
    if wrong:
        raise ValidationError(wrong)
    writer.judge(actor, [name for name, side in chosen.items() if side == LOSER])


def take_over(writer: RecordWriter, survivor: Any, loser: Any, chosen: Mapping[str, str]) -> tuple[Changes, Changes]:
    """Set the chosen values on the survivor and save both; returns what changed of each, for the journal.

    What may stand in one record only (a customer number) is taken from the one that loses it first.
    """
    names = [n for n in writer.writable if is_kept(writer.column(n)) and n not in writer.fixed]
    sides = {n: side_of(n, value_of(writer, survivor, n), value_of(writer, loser, n), chosen) for n in names}
    taken = [n for n in names if sides[n] == LOSER]
    lost = _set(writer, loser, {n: None for n in taken if _is_once(writer, n)})
    wanted = {n: lost[n][0] if n in lost else value_of(writer, loser, n) for n in taken}
    return _set(writer, survivor, wanted), lost


def set_back(writer: RecordWriter, record: Any, changes: Mapping[str, Any]) -> Changes:
    """Set each field that stands as the merge left it back to what it was; returns what changed."""
    wanted = {}
    for name, (before, after) in changes.items():
        if plain(value_of(writer, record, name)) == after:
            wanted[name] = before
    return _set(writer, record, wanted)


def value_of(writer: RecordWriter, record: Any, name: str) -> Any:
    """What stands in a field; the number where it leads to another record."""
    return getattr(record, writer.column(name).attname)


def _is_once(writer: RecordWriter, name: str) -> bool:
    """Whether no two records may have the same value."""
    column = writer.column(name)
    if is_custom(column):
        return bool(column.definition.is_unique)
    once = [c.fields for c in writer.model._meta.constraints if isinstance(c, UniqueConstraint)]
    return bool(column.unique) or any(name in fields for fields in once)


def _set(writer: RecordWriter, record: Any, values: Mapping[str, Any]) -> Changes:
    changes: Changes = {}
    for name, value in values.items():
        column = writer.column(name)
        before = value_of(writer, record, name)
        if is_blank(value):
            setattr(record, column.attname, None if column.null or is_custom(column) else "")
        else:
            setattr(record, column.attname, value if value is None else column.to_python(value))
        after = value_of(writer, record, name)
        if before != after:
            changes[name] = [plain(before), plain(after)]
    _save(writer, record, changes)
    return changes


def _save(writer: RecordWriter, record: Any, names: Iterable[str]) -> None:
    columns = stored(writer.column(n) for n in names)
    if columns:
        record.save(update_fields=[c.name for c in columns])
