"""What comes to the old number of a record that went up in another: it goes over too, and is noted as belonging there.

A shop that knows a customer by the number of the record that is gone goes on sending orders for it. They stand with
the survivor as soon as the import is told, and go with the old record when the two are parted.
"""

from __future__ import annotations

from django.db import transaction

from dangol.core.identity.merging.models import Merge
from dangol.core.identity.merging.queries import movable
from dangol.core.identity.merging.services import consents
from dangol.core.identity.merging.services.moving import Moved, journal_of, move_all
from dangol.platform.objects.former import rebuild
from dangol.platform.objects.writing import writer_of

WHY = "what came to a record that went up in another"


@transaction.atomic
def gather(object_name: str, loser_id: int) -> int:
    """Let what came to a merged record go over; returns how many rows. Does nothing for one that stands by itself."""
    rows = Merge.objects.for_system(WHY).select_for_update()
    done = rows.filter(object_name=object_name, loser_id=loser_id, undone_at=None).first()
    return gather_one(done) if done is not None else 0


def gather_one(done: Merge) -> int:
    """The same for a merge that is locked already."""
    writer = writer_of(done.object_name)
    assert writer is not None
    journal = {(m.table, m.column, m.member): m for m in journal_of(done.moved)}
    added = 0
    for pointer in movable(writer.model):
        if pointer.how == "several" or pointer.is_key:
            continue
        moved = move_all(pointer, done.object_name, done.loser_id, done.survivor_id)
        known = journal.setdefault((moved.table, moved.column, moved.member), Moved(*_place(moved)))
        known.keys += [key for key in moved.keys if key not in set(known.keys)]
        known.left = moved.left
        added += len(moved.keys)
    if added:
        done.moved = [one.to_json() for one in journal.values() if one.keys or one.left]
        done.save(update_fields=["moved"])
        if done.object_name == "person":
            consents.settle(done.survivor_id)
        rebuild(done.object_name, [done.survivor_id, done.loser_id])
    return added


def _place(moved: Moved) -> tuple[str, str, str]:
    return moved.table, moved.column, moved.member
