"""Making the file of a list: its rows chosen once in their order, then taken chunk by chunk with the rights of then.

Only the rows' numbers are held (eight bytes each), so that memory stays flat.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.exports.files.lines import LinesFile
from dangol.platform.exports.files.parquet import ParquetFile
from dangol.platform.exports.files.sheets import SheetsFile
from dangol.platform.jobs.progress import Tracker
from dangol.platform.objects.exporting import Form, Plan, note_export, plan_export
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.registry import fields_for, object_type
from dangol.platform.ui.viewer import Viewer

CHUNK = 5_000
Judge = Callable[[], Actor]


def asked_of(query: ListQuery, form: Form) -> dict[str, Any]:
    """What was asked, as JSON."""
    told = asdict(query)
    return {"query": {**told, "columns": list(told["columns"])}, "form": asdict(form)}


def form_of(asked: Mapping[str, Any]) -> Form:
    """The form that was asked for."""
    return Form(**asked["form"])


def plan_of(actor: Actor, object_name: str, asked: Mapping[str, Any]) -> Plan:
    """What was asked, as `actor` may have it now. Raises Forbidden, FilterError."""
    return plan_export(actor, object_type(object_name), ListQuery(**asked["query"]))


def viewer_for(actor: Actor, language: str, time_zone: str) -> Viewer:
    """The reader of a file."""
    return Viewer(actor=actor, language=language, time_zone=time_zone)


def make_list(target: Path, plan: Plan, form: Form, viewer: Viewer, judge: Judge, tracker: Tracker) -> int:
    """Write a list to `target` and return how many rows it has. `judge` gives the actor with the rights of now.

    Raises Forbidden where the right to export, or to see one of the columns, is gone; Stopped.
    """
    actor = judge()
    ids = array("q", (pk for (pk,) in plan.in_order(actor, "pk")))
    note_export(actor, plan, len(ids), form)
    tracker.begin(_("Writing"), len(ids))
    file = _opened(target, plan, form, actor, viewer)
    count = 0
    for chunk in _chunks(ids):
        actor = judge()
        check_still_allowed(actor, plan.declared.name, plan.names)
        file.writer.judge_anew(actor)
        rows = rows_of(plan, actor, chunk)
        file.write(rows)
        count += len(rows)
        tracker.advance(len(chunk))
    file.close()
    return count


def check_still_allowed(actor: Actor, object_name: str, columns: list[str]) -> None:
    """Raise Forbidden when `actor` may no longer export these records, or no longer see one of these columns."""
    declared = object_type(object_name)
    if not actor.may("export", object_name) or not actor.may("see", object_name):
        raise Forbidden("export", object_name, _("You may no longer export these records."))
    known = fields_for(declared, actor)
    gone = [name for name in columns if name not in known]
    if gone:
        raise Forbidden("export", object_name, _("You may no longer see a column of this file."))


def _opened(target: Path, plan: Plan, form: Form, actor: Actor, viewer: Viewer) -> Any:
    if form.kind == "xlsx":
        return SheetsFile(target, plan, form, actor, viewer, target.parent)
    made = ParquetFile if form.kind == "parquet" else LinesFile
    return made(target, plan, form, actor, viewer)


def _chunks(ids: array[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), CHUNK):
        yield list(ids[start : start + CHUNK])


def rows_of(plan: Plan, actor: Actor, ids: list[int]) -> list[tuple[Any, ...]]:
    """Those of the rows that `actor` may still export, in the order of `ids`."""
    rows: Any = plan.declared.model.objects.visible_to(actor).visible_to(actor, "export")
    rows = rows.filter(deleted_at__isnull=not plan.query.in_trash, pk__in=ids).order_by()
    found = {row[0]: row for row in rows.values_list(*plan.paths)}
    return [found[pk] for pk in ids if pk in found]
