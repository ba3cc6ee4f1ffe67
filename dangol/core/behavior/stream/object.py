"""What the house shows of the stream: its lag on the console and for Prometheus, what was put aside, its events."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.core.behavior.stream.models import EventAside
from dangol.core.behavior.stream.queries import waiting
from dangol.core.behavior.stream.services.judging import discard, work_off_again
from dangol.core.behavior.stream.services.partitions import make_room_for_coming
from dangol.platform.access.actor import Actor
from dangol.platform.console.aside import Aside, AsideSource, register_aside
from dangol.platform.console.checks import Check, Finding, register_check
from dangol.platform.console.metrics import Figure, register_figure
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.exports.company.closed import MACHINERY, close_table, make_room

LAG_WARNS, LAG_IS_BAD = timedelta(minutes=5).total_seconds(), timedelta(hours=1).total_seconds()
REASONS = {
    "no_json": gettext_lazy("It is no JSON"),
    "no_object": gettext_lazy("It is no object"),
    "no_object_in": gettext_lazy("A part that must be an object is none"),
    "kind": gettext_lazy("Its type is not known"),
    "nobody": gettext_lazy("It names nobody (neither userId nor anonymousId)"),
    "identifier": gettext_lazy("A name of somebody is too long, or no text"),
    "alias": gettext_lazy("An alias needs userId and previousId"),
    "group": gettext_lazy("A group needs groupId"),
    "no_name": gettext_lazy("A track needs the name of its event"),
    "name": gettext_lazy("The name of the event is too long, or no text"),
    "number": gettext_lazy("A number in it is too large"),
    "depth": gettext_lazy("It is nested too deep"),
    "too_old": gettext_lazy("It happened before the time that is kept"),
    "broken": gettext_lazy("It could not be worked off"),
}


def _lag() -> Finding:
    behind = waiting()
    said = {"events": f"{behind.events:,}", "minutes": int(behind.seconds // 60)}
    if behind.seconds < LAG_WARNS:
        if not behind.events:
            return Finding("good", _("Every event that came in is worked off."), url="/setup/sources")
        return Finding("good", _("%(events)s events are being worked off.") % said, url="/setup/sources")
    return Finding(
        "bad" if behind.seconds > LAG_IS_BAD else "warn",
        _("%(events)s events wait, the oldest for %(minutes)d minutes.") % said,
        _("They are worked off by the worker; see that it runs, and that the database is not held up."),
        "/setup/sources",
    )


def _page(actor: Actor, before_id: int | None, most: int) -> Sequence[Aside]:
    rows: Any = EventAside.objects.for_system("shown to whoever looks after the house")
    if before_id is not None:
        rows = rows.filter(pk__lt=before_id)
    return [
        Aside(row.pk, row.at, row.body[:200], REASONS.get(row.reason, row.reason), row.detail)
        for row in rows.order_by("-pk")[:most]
    ]


def _count() -> int:
    return int(EventAside.objects.for_system("how many were put aside").count())


register_check(Check("event_stream", gettext_lazy("Event stream"), _lag))
register_figure(Figure("dangol_stream_waiting_events", "Events accepted and not worked off yet.",
                       lambda: [((), waiting().events)]))  # fmt: skip
register_figure(Figure("dangol_stream_lag_seconds", "How long the oldest accepted event waits.",
                       lambda: [((), waiting().seconds)]))  # fmt: skip
register_aside(AsideSource("events", gettext_lazy("Events of websites and apps"), _page, _count, work_off_again,
                           discard))  # fmt: skip
register_title("event_source.name_judged", EventTitle(gettext_lazy("Name of events judged"), "route"))
register_title("event_source.properties_accepted", EventTitle(gettext_lazy("Properties of events accepted"), "route"))
register_title("event_source.policy_changed", EventTitle(gettext_lazy("Time that events are kept changed"), "route"))
close_table("behavior_seen", MACHINERY)
make_room("behavior_event", make_room_for_coming)
