"""Bulk writes and undo said in words: what came of a run, and why rows were left alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.events.models import BulkRun
from dangol.platform.objects.hung import hung_of
from dangol.platform.objects.registry import UnknownObject, fields_for, object_type
from dangol.platform.objects.replacing import REPLACE
from dangol.platform.objects.types import Field
from dangol.platform.ui.format import number

Action = BulkRun.Action
REASONS: dict[str, Any] = {
    "may_not": gettext_lazy("You may not change it."),
    "refused": gettext_lazy("The value does not fit."),
    "taken": gettext_lazy("Another record has this value already."),
    "changed": gettext_lazy("Somebody changed it since."),
    "gone": gettext_lazy("It is no longer there."),
    "lost": gettext_lazy("It was deleted for good."),
    "in_trash": gettext_lazy("It lies in the trash. Take it out first."),
    "field": gettext_lazy("You may not change this field."),
    "held": gettext_lazy("Other records hang on it."),
    "stopped": gettext_lazy("The work was stopped before it came to it."),
}


@dataclass(frozen=True)
class LeftRow:
    """A record that was left alone, for people: its name and address, the field, the reason."""

    title: str
    url: str
    field: str
    reason: str


def counts(run: BulkRun) -> str:
    """What came of a run, in a sentence or three."""
    parts = [_DONE[Action(run.action)](run.changed)]
    if run.same:
        words = ngettext("%(count)s stood so already.", "%(count)s stood so already.", run.same)
        parts.append(words % {"count": number(run.same, _language())})
    rest = sum(run.left.values())
    if rest:
        words = ngettext("%(count)s was left alone.", "%(count)s were left alone.", rest)
        parts.append(words % {"count": number(rest, _language())})
    return " ".join(parts)


def tell_run(request: HttpRequest, run: BulkRun) -> None:
    """Say in a toast what came of a run, with a way to undo it."""
    messages.success(request, counts(run), extra_tags=f"undo:/undo/{run.event_id}" if run.event_id else "")


def run_title(run: BulkRun) -> str:
    """What a run does, as a heading."""
    if REPLACE in run.values:
        return _("Merge values")
    titles = {
        Action.CHANGE: _("Edit several"), Action.TRASH: _("Put in the trash"),
        Action.RESTORE: _("Take out of the trash"), Action.UNDO: _("Undo"),
    }  # fmt: skip
    return titles[Action(run.action)]


def left_counts(left: Mapping[str, int]) -> list[tuple[str, int]]:
    """Why rows were left alone, and how many, most first."""
    pairs = sorted(left.items(), key=lambda pair: -pair[1])
    return [(str(REASONS.get(code, code)), count) for code, count in pairs]


def left_words(run: BulkRun, actor: Actor) -> list[LeftRow]:
    """The first rows that were left alone, as far as the actor may see them."""
    return left_rows(actor, [
        (str(e["subject"]), int(e["id"]), str(e["field"]), str(e["reason"]), str(e["sentence"])) for e in run.examples
    ])  # fmt: skip


def left_rows(actor: Actor, left: Sequence[tuple[str, int, str, str, str]]) -> list[LeftRow]:
    """(subject, id, field, reason, sentence) for people. One query for each object; hidden records have no name."""
    records: dict[str, dict[int, Any]] = {}
    for subject in {entry[0] for entry in left}:
        ids = [pk for name, pk, *_rest in left if name == subject]
        records[subject] = _seen(actor, subject, ids)
    found = []
    for subject, pk, name, reason, sentence in left:
        record = records[subject].get(pk)
        text = sentence or str(REASONS.get(reason, reason))
        if record is None:
            found.append(LeftRow(_("A record that you may not see"), "", "", text))
            continue
        title, url, shown = named(actor, subject, record)
        label = str(shown[name].label) if name in shown else ""
        found.append(LeftRow(title, url, label, text))
    return found


def named(actor: Actor, subject: str, record: Any) -> tuple[str, str, Mapping[str, Field]]:
    """What a record (or a note, a file on one) is called, where it is, and its fields that `actor` may see."""
    hung = hung_of(subject)
    if hung is not None:
        return hung.title(record), hung.url(record), hung.fields_for(actor)
    declared = object_type(subject)
    return declared.title(record), f"/{declared.slug}/{record.pk}", fields_for(declared, actor)


def _seen(actor: Actor, subject: str, ids: Sequence[int]) -> dict[int, Any]:
    hung = hung_of(subject)
    if hung is not None:
        return hung.seen(actor, ids)
    try:
        rows: Any = object_type(subject).model.objects.visible_to(actor)
    except UnknownObject:
        return {}
    return {record.pk: record for record in rows.filter(pk__in=ids)}


def _language() -> str:
    return (get_language() or "en")[:2]


def _changed(count: int) -> str:
    words = ngettext("%(count)s record changed.", "%(count)s records changed.", count)
    return words % {"count": number(count, _language())}


def _trashed(count: int) -> str:
    words = ngettext("%(count)s record is in the trash.", "%(count)s records are in the trash.", count)
    return words % {"count": number(count, _language())}


def _restored(count: int) -> str:
    words = ngettext("%(count)s record is back.", "%(count)s records are back.", count)
    return words % {"count": number(count, _language())}


def _undone(count: int) -> str:
    if not count:
        return _("Nothing was undone.")
    if count == 1:
        return _("Undone.")
    words = ngettext("Undone for %(count)s record.", "Undone for %(count)s records.", count)
    return words % {"count": number(count, _language())}


_DONE = {Action.CHANGE: _changed, Action.TRASH: _trashed, Action.RESTORE: _restored, Action.UNDO: _undone}
