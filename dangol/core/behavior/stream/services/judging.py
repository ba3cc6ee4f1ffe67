"""What staff decide about names, properties, what was put aside, and how long events are kept."""

from __future__ import annotations

import zlib
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils.translation import gettext as _

from dangol.core.behavior.sources.models import Source
from dangol.core.behavior.stream import events
from dangol.core.behavior.stream.models import EventAside, EventName, EventProperty, StreamPolicy
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound

OBJECT = "event_source"
LEAST_MONTHS, MOST_MONTHS = 1, 120
_AGAIN = """
WITH gone AS (DELETE FROM behavior_aside WHERE id = ANY(%s) RETURNING source_id, received_at, kind, body)
SELECT source_id, received_at, kind, body FROM gone ORDER BY received_at
"""


@transaction.atomic
def judge_name(*, actor: Actor, source_id: int, name_id: int, is_blocked: bool) -> Any:
    """Let events of a name in, or keep them out; either way it is not strange any more. Raises Forbidden, NotFound."""
    found = _name(actor, source_id, name_id)
    state = EventName.State.BLOCKED if is_blocked else EventName.State.OPEN
    changes = {"state": [found.state, str(state)]} if found.state != state else {}
    if changes or found.flag:
        found.state, found.flag = state, EventName.Flag.NONE
        found.save(update_fields=["state", "flag"])
        emit(events.NameJudged(subject_id=source_id, name_id=name_id, changes=changes), actor=actor)
    return found


@transaction.atomic
def accept_properties(*, actor: Actor, source_id: int, name_id: int) -> int:
    """Call the flagged properties of a name usual; returns how many. Raises Forbidden, NotFound."""
    found = _name(actor, source_id, name_id)
    rows = EventProperty.objects.visible_to(actor, "change").filter(event_name=found).exclude(flag="")
    count = int(rows.update(flag=EventProperty.Flag.NONE))
    if count:
        emit(events.PropertiesAccepted(subject_id=source_id, name_id=name_id), actor=actor)
    return count


@transaction.atomic
def change_policy(*, actor: Actor, months_kept: str) -> StreamPolicy:
    """Say how long events are kept. Raises Forbidden, ValidationError by field."""
    require(actor, "change", OBJECT)
    told = months_kept.strip()
    if not (told.isascii() and told.isdecimal() and LEAST_MONTHS <= int(told[:6]) <= MOST_MONTHS):
        raise ValidationError(
            {"months_kept": _("A whole number from %(least)s to %(most)s.")
             % {"least": LEAST_MONTHS, "most": MOST_MONTHS}}
        )  # fmt: skip
    policy = StreamPolicy.objects.select_for_update().filter(pk=1).first() or StreamPolicy(pk=1)
    before, policy.months_kept = policy.months_kept, int(told)
    policy.save()
    if before != policy.months_kept:
        changes = {"months_kept": [before, policy.months_kept]}
        emit(events.StreamPolicyChanged(changes=changes), actor=actor)
    return policy


@transaction.atomic
def work_off_again(actor: Actor, ids: list[int]) -> int:
    """Put what lies aside into the inbox once more; what fails again comes back. Returns how many. Raises Forbidden."""
    require(actor, "change", "console")
    with connection.cursor() as cursor:
        cursor.execute(_AGAIN, [ids])
        rows = cursor.fetchall()
        for source_id, received_at, kind, text in rows:
            body = text.encode()
            cursor.execute(
                "INSERT INTO behavior_inbox (source_id, received_at, kind, events, size, body)"
                " VALUES (%s, %s, %s, 1, %s, %s)",
                [source_id, received_at, kind, len(body), zlib.compress(body, 1)],
            )
    return len(rows)


@transaction.atomic
def discard(actor: Actor, ids: list[int]) -> int:
    """Throw away what lies aside; returns how many. Raises Forbidden."""
    require(actor, "change", "console")
    return int(EventAside.objects.for_system("settled on the console").filter(pk__in=ids).delete()[0])


def _name(actor: Actor, source_id: int, name_id: int) -> Any:
    require(actor, "change", OBJECT)
    is_there = Source.objects.visible_to(actor, "change").filter(pk=source_id, deleted_at=None).exists()
    rows = EventName.objects.visible_to(actor, "change").select_for_update().filter(source_id=source_id)
    found = rows.filter(pk=name_id).first() if is_there and 0 < name_id < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such name, or you may not see it."))
    return found
