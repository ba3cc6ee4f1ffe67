"""Making one record of two, in one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.identity.merging.events import TOLD
from dangol.core.identity.merging.models import MERGED, Merge
from dangol.core.identity.merging.queries import movable
from dangol.core.identity.merging.services import consents
from dangol.core.identity.merging.services.moving import Moved, move_all
from dangol.core.identity.merging.services.values import check_chosen, take_over
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.event import plain
from dangol.platform.events.stream import emit
from dangol.platform.objects.former import rebuild
from dangol.platform.objects.writing import Conflict, NotFound, RecordWriter, writer_of
from dangol.platform.search.services import forget, remember


class CannotMerge(Conflict):
    """These two cannot become one; the sentence says why."""

    def __init__(self, sentence: str) -> None:
        super().__init__({}, sentence)


@transaction.atomic
def merge(
    *,
    actor: Actor,
    object_name: str,
    survivor_id: int,
    loser_id: int,
    chosen: Mapping[str, str] | None = None,
    probability: float | None = None,
    is_automatic: bool = False,
) -> Merge:
    """Let `loser_id` go up in `survivor_id`: everything that points to it goes over, and it lies in the trash.

    Args:
        chosen: {field: "survivor" or "loser"}, whose value stays. What is not named stays the survivor's, or becomes
            the other's where the survivor's is empty.
        probability: how probable the matching found it, 0 to 1.
        is_automatic: nobody looked at it.

    Raises:
        NotFound, Forbidden: of either record; both need the right to merge.
        CannotMerge: the same one twice, one in the trash, one of the demo company with one that is not.
        ValidationError: by field, for a choice that is none.
    """
    require(actor, "merge", object_name)
    writer = writer_of(object_name)
    if object_name not in MERGED or writer is None:
        raise NotFound(_("There is no such record, or you may not see it."))
    survivor, loser = _both(writer, actor, survivor_id, loser_id)
    check_chosen(writer, actor, chosen or {})
    done = Merge(
        object_name=object_name, survivor_id=survivor.pk, loser_id=loser.pk, probability=probability,
        is_automatic=is_automatic, merged_by_id=actor.user_id,
    )  # fmt: skip
    is_person = object_name == "person"
    held = [consents.held(pk) for pk in (survivor.pk, loser.pk)] if is_person else []
    done.marks = {consents.LEDGER: consents.mark()} if is_person else {}
    done.save(force_insert=True)
    own, lost = take_over(writer, survivor, loser, chosen or {})
    lost["deleted_at"] = _into_trash(loser)
    done.changes = {"survivor": own, "loser": lost}
    moved = [move_all(pointer, object_name, loser.pk, survivor.pk) for pointer in movable(writer.model)]
    if is_person:
        _consent(done, moved, *held)
    done.moved = [one.to_json() for one in moved if one.keys or one.left]
    done.save(update_fields=["changes", "moved"])
    forget(object_name, loser.pk)
    survivor.refresh_from_db()
    remember(object_name, survivor.pk, *writer.search(survivor))
    rebuild(object_name, [survivor.pk, loser.pk])
    _tell(writer, done, survivor, loser, own, actor)
    return done


def _both(writer: RecordWriter, actor: Actor, survivor_id: int, loser_id: int) -> tuple[Any, Any]:
    """Both records, locked in the order of their numbers, so that two merges never wait for each other."""
    if survivor_id == loser_id:
        raise CannotMerge(_("This is one record already."))
    found = {pk: writer.locked(actor, pk, "merge") for pk in sorted((survivor_id, loser_id))}
    if any(record.deleted_at is not None for record in found.values()):
        raise CannotMerge(_("One of the two lies in the trash. Take it out first."))
    if found[survivor_id].is_demo != found[loser_id].is_demo:
        raise CannotMerge(_("One of the two belongs to the demo company, which goes away one day. They stay two."))
    return found[survivor_id], found[loser_id]


def _consent(done: Merge, moved: list[Moved], own: consents.Held, brought: consents.Held) -> None:
    """The stricter of both holds; the lines written for it belong to the one who had said no."""
    consents.settle(done.survivor_id)
    spoken = consents.keep_noes(done, own, brought)
    for one in moved:
        if one.table == consents.LEDGER:
            one.keys += [str(number) for number in spoken]


def _into_trash(loser: Any) -> list[Any]:
    loser.deleted_at = timezone.now()
    loser.save(update_fields=["deleted_at"])
    return [None, plain(loser.deleted_at)]


def _tell(writer: RecordWriter, done: Merge, survivor: Any, loser: Any, own: dict[str, Any], actor: Actor) -> None:
    moved = sum(len(one["keys"]) for one in done.moved)
    told = TOLD[done.object_name]
    emit(
        told["merged"](subject_id=survivor.pk, about_id=writer.about(survivor), changes=own, other_id=loser.pk,
                       merge_id=str(done.pk), moved=moved), actor=actor,
    )  # fmt: skip
    emit(
        told["merged_away"](subject_id=loser.pk, about_id=writer.about(loser), other_id=survivor.pk,
                            merge_id=str(done.pk), moved=moved), actor=actor,
    )  # fmt: skip
