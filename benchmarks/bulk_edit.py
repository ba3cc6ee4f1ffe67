"""A bulk edit of all that match and its undo, at a million people: from the confirmation to the last batch."""

import time
from typing import Any

from benchmarks import maker
from benchmarks.house import house
from benchmarks.measured import Measured

ROWS = 100_000


def measure() -> dict[str, Measured]:
    """Change one field of 100,000 of a million people as an administrator, then take it back."""
    with house() as owner:
        user = maker.everybody(owner)
        return _do(user)


def _do(user: Any) -> dict[str, Measured]:
    from dangol.core.customers.people.models import Person
    from dangol.platform.accounts.queries import actor_for
    from dangol.platform.events.models import BulkRun, EventChange
    from dangol.platform.objects.undoing.runs import begin, carry_out
    from dangol.platform.objects.undoing.services import undo

    actor = actor_for(user)
    rows = Person.objects.visible_to(actor, "change").filter(pk__lte=ROWS)
    start = time.perf_counter()
    run = begin(actor=actor, action="change", object_name="person", rows=rows, values={"job_title": "Regular"})
    frozen = time.perf_counter() - start
    carry_out(run.pk)
    changed = time.perf_counter() - start
    run.refresh_from_db()
    assert (run.changed, run.left) == (ROWS, {}), (run.changed, run.left)
    assert EventChange.objects.count() == ROWS
    assert run.event_id is not None
    start = time.perf_counter()
    back = undo(actor, run.event_id)
    carry_out(back.pk)
    undone = time.perf_counter() - start
    back.refresh_from_db()
    assert (back.changed, back.left) == (ROWS, {}), (back.changed, back.left)
    assert not Person.objects.for_system("benchmark").filter(job_title="Regular").exists()
    assert BulkRun.objects.filter(finished_at=None).count() == 0
    return {
        "bulk_edit": Measured(changed, f"rows frozen in {frozen:.1f} s"),
        "bulk_undo": Measured(undone),
    }
