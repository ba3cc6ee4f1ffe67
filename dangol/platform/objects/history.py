"""The history of a record: who changed what and when; and the record as it stood on a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from dangol.platform.access.actor import Actor
from dangol.platform.objects import cells, reading
from dangol.platform.objects.entrance import for_staff
from dangol.platform.objects.filters import FilterError
from dangol.platform.objects.listing import called, references
from dangol.platform.objects.past import Past, as_of, shown_fields
from dangol.platform.objects.pick_lists.queries import now_words
from dangol.platform.objects.record_page import RecordPage
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.ui.format import zone_for
from dangol.platform.ui.viewer import viewer_of


@dataclass(frozen=True)
class Then:
    """A field as it stood then and as it stands today; `merged` are values of then that were made others since."""

    label: Any
    then: str
    now: str
    merged: list[tuple[str, str]] = field(default_factory=list)

    @property
    def differs(self) -> bool:
        """Whether it has changed since."""
        return self.then != self.now


@require_GET
@for_staff
def history(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """Who changed what, and when; with `at` (a day, or a moment) the record as it stood at its end."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = RecordPage(declared, actor, viewer_of(request), reading.find(declared, actor, record_id))
    items = reading.history(declared, actor, shown.record)
    asked = request.GET.get("at", "").strip()
    past = as_of(declared, actor, shown.record, _moment(asked, shown)) if asked else None
    context = {
        "page": shown, "declared": declared, "days": shown.in_days(items), "past": past, "at": asked[:10],
        "today": timezone.localdate().isoformat(), "facts": _facts(shown, past) if past else [],
    }  # fmt: skip
    return render(request, "objects/history.html", context)


def _moment(asked: str, shown: RecordPage) -> datetime:
    """The end of a day in the viewer's zone, or a moment; never later than now. Raises FilterError."""
    zone: ZoneInfo = zone_for(shown.viewer.time_zone)
    try:
        if len(asked) == 10:
            day = date.fromisoformat(asked) + timedelta(days=1)
            found = datetime.combine(day, time(), zone) - timedelta(microseconds=1)
        else:
            found = datetime.fromisoformat(asked.replace(" ", "+"))
    except (ValueError, OverflowError) as error:
        raise FilterError("at", _("This needs a day such as 2026-03-01.")) from error
    found = found if found.tzinfo else found.replace(tzinfo=zone)
    return min(found, timezone.now())


def _facts(shown: RecordPage, past: Past) -> list[Then]:
    """Then and now, field by field; what was empty both times is left out."""
    record = shown.record
    found = []
    for f in shown_fields(shown.declared, past):
        column: Any = shown.declared.model._meta.get_field(f.orm_path)
        now = getattr(record, column.attname)
        one = Then(f.label, _say(shown, f, past.values[f.name]), _say(shown, f, now),
                   now_words(f, past.values[f.name]))  # fmt: skip
        if one.then or one.now:
            found.append(one)
    return found


def _say(shown: RecordPage, f: Field, value: Any) -> str:
    if f.kind == "relations":
        return called(f, shown.actor, value)
    if f.kind in ("relation", "user", "file") and value:
        known = references(f, shown.actor, {int(value)}).get(int(value))
        return known.title if known else _("Hidden")
    return cells.plain(f, value, shown.viewer)
