"""One value of a pick list made another in every record of a million, and taken back."""

import time
from typing import Any

from benchmarks import maker
from benchmarks.house import house
from benchmarks.measured import Measured


def measure() -> dict[str, Measured]:
    """Give all people one source, merge it into another as an administrator, then undo it."""
    with house() as owner:
        user = maker.everybody(owner)
        with owner.cursor() as cursor:
            cursor.execute("UPDATE customers_person SET source = 'Wbe'")
            maker.settle(cursor)
        return _do(user)


def _do(user: Any) -> dict[str, Measured]:
    from dangol.core.customers.people.models import Person
    from dangol.platform.accounts.queries import actor_for
    from dangol.platform.events.models import BulkRun
    from dangol.platform.objects.pick_lists.merging import merge, undo_merge
    from dangol.platform.objects.undoing.runs import carry_out

    actor, people = actor_for(user), Person.objects.for_system("benchmark")
    start = time.perf_counter()
    made = merge(actor=actor, slug="people", name="source", old="Wbe", new="Web")
    answered = time.perf_counter() - start
    carry_out(made.run)
    merged = time.perf_counter() - start
    assert people.filter(source="Web").count() == maker.PEOPLE
    start = time.perf_counter()
    undo_merge(actor=actor, number=made.pk)
    carry_out(BulkRun.objects.latest("created_at").pk)
    undone = time.perf_counter() - start
    assert people.filter(source="Wbe").count() == maker.PEOPLE
    return {
        "merge_values": Measured(merged, f"the page answered in {answered:.1f} s"),
        "merge_values_undone": Measured(undone),
    }
