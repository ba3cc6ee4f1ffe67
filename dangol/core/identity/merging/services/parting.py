"""Making two records again of one, by the journal of their merge."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.identity.merging.events import TOLD
from dangol.core.identity.merging.models import Merge
from dangol.core.identity.merging.queries import movable
from dangol.core.identity.merging.services import consents
from dangol.core.identity.merging.services.late import gather_one
from dangol.core.identity.merging.services.moving import journal_of, move_back
from dangol.core.identity.merging.services.values import set_back
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.stream import emit
from dangol.platform.objects.former import rebuild
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.writing import Conflict, NotFound, RecordWriter, writer_of
from dangol.platform.search.services import remember


class CannotPart(Conflict):
    """These two cannot become two again; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__({}, sentence)


@transaction.atomic
def unmerge(*, actor: Actor, merge_id: UUID) -> Merge:
    """Part two records that were merged: both as they were, what went over goes back.

    What came since stays with the one it came to; what came to the old number (an order of a shop that knows the
    customer by it) goes with that. A field that somebody changed since keeps its new value. A no to advertising that
    was said in between holds for both.

    Raises NotFound, Forbidden (both records need the right to merge), CannotPart.
    """
    done = Merge.objects.visible_to(actor).select_for_update().filter(pk=merge_id).first()
    if done is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    require(actor, "merge", done.object_name)
    writer = writer_of(done.object_name)
    assert writer is not None
    survivor, loser = _both(writer, actor, done)
    gather_one(done)
    noes = consents.said_no_since(done) if done.object_name == "person" else []
    told = _values_back(writer, done, survivor, loser)
    moved = _rows_back(writer, done)
    done.undone_at, done.undone_by_id = timezone.now(), actor.user_id
    done.save(update_fields=["undone_at", "undone_by"])
    if done.object_name == "person":
        consents.repeat(noes, loser.pk, str(done.pk))
        consents.settle(survivor.pk)
        consents.settle(loser.pk)
    for record in (survivor, loser):
        record.refresh_from_db()
        remember(done.object_name, record.pk, *writer.search(record))
    rebuild(done.object_name, [survivor.pk, loser.pk])
    _tell(writer, done, survivor, loser, told, moved, actor)
    return done


def _both(writer: RecordWriter, actor: Actor, done: Merge) -> tuple[Any, Any]:
    if done.undone_at is not None:
        raise CannotPart(_("These two were parted already."))
    rows: Any = writer.model.objects.for_system("whether both of a merge are still there")
    standing = {row.pk: row for row in rows.filter(pk__in=[done.survivor_id, done.loser_id])}
    if len(standing) < 2:
        raise CannotPart(_("One of the two was erased for good, so they cannot be parted."))
    locked = {}
    for pk in sorted((done.survivor_id, done.loser_id)):
        try:
            locked[pk] = writer.locked(actor, pk, "merge")
        except NotFound as error:
            raise Forbidden("merge", done.object_name) from error
    _refuse_later(done)
    if locked[done.survivor_id].deleted_at is not None:
        raise CannotPart(_("The record lies in the trash. Take it out first."))
    return locked[done.survivor_id], locked[done.loser_id]


def _refuse_later(done: Merge) -> None:
    """A record that went up in a third one has nothing left to give back: that merge is parted first."""
    rows = Merge.objects.for_system("whether the survivor was merged further").filter(
        object_name=done.object_name, loser_id=done.survivor_id, undone_at=None
    )
    later = rows.first()
    if later is not None:
        declared = object_type(done.object_name)
        raise CannotPart(
            _("This record was merged further, with number %(number)s of %(what)s. Part those two first.")
            % {"number": later.survivor_id, "what": declared.plural}
        )


def _values_back(writer: RecordWriter, done: Merge, survivor: Any, loser: Any) -> dict[str, list[Any]]:
    """The survivor first, so that what may stand once only is free again."""
    told = set_back(writer, survivor, done.changes["survivor"])
    lost = {name: change for name, change in done.changes["loser"].items() if name != "deleted_at"}
    kept = {name for name in lost if name in done.changes["survivor"] and name not in told}
    set_back(writer, loser, {name: change for name, change in lost.items() if name not in kept})
    loser.deleted_at = None
    loser.save(update_fields=["deleted_at"])
    return told


def _rows_back(writer: RecordWriter, done: Merge) -> int:
    pointers = {(p.table, p.column, p.member): p for p in movable(writer.model)}
    back = 0
    for moved in journal_of(done.moved):
        pointer = pointers.get((moved.table, moved.column, moved.member))
        if pointer is not None:  # a field or an object of the company's own may have been taken away since
            back += move_back(pointer, done.object_name, moved, done.loser_id, done.survivor_id)
    return back


def _tell(
    writer: RecordWriter, done: Merge, survivor: Any, loser: Any, own: dict[str, list[Any]], moved: int, actor: Actor
) -> None:
    told = TOLD[done.object_name]
    emit(
        told["unmerged"](subject_id=survivor.pk, about_id=writer.about(survivor), changes=own, other_id=loser.pk,
                         merge_id=str(done.pk), moved=moved), actor=actor,
    )  # fmt: skip
    emit(
        told["came_back"](subject_id=loser.pk, about_id=writer.about(loser), other_id=survivor.pk,
                          merge_id=str(done.pk), moved=moved), actor=actor,
    )  # fmt: skip
