"""Merging what is sure enough without anybody looking, as far as the company wants it."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dangol.core.identity.matching.models import Pair
from dangol.core.identity.merging.queries import former, into
from dangol.core.identity.merging.services import merge
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.jobs.progress import Tracker
from dangol.platform.objects.writing import Conflict, NotFound

WHY = "automatic merging above the threshold that the company set"


def merge_sure(object_name: str, from_: float | None, tracker: Tracker) -> int:
    """Merge the open pairs of a probability of at least `from_` (None: none), each by itself; returns how many.

    The older record stays. Two that somebody said are not the same are never brought together by way of a third.
    """
    if from_ is None:
        return 0
    actor = Actor.system(WHY)
    rows = Pair.objects.for_system(WHY).filter(object_name=object_name, state="open", probability__gte=from_)
    pairs = list(rows.order_by("-probability", "pk"))
    tracker.begin(_("Merging"), len(pairs))
    done = 0
    for pair in pairs:
        first, second = (into(object_name, pk) or pk for pk in (pair.first_id, pair.second_id))
        if first != second and not _are_said_different(object_name, first, second):
            done += _merge(actor, pair, min(first, second), max(first, second))
        tracker.advance()
    return done


def _merge(actor: Actor, pair: Pair, survivor_id: int, loser_id: int) -> int:
    try:
        merge(
            actor=actor, object_name=pair.object_name, survivor_id=survivor_id, loser_id=loser_id,
            probability=pair.probability, is_automatic=True,
        )  # fmt: skip
    except (Conflict, NotFound, Forbidden):  # trashed or merged by somebody meanwhile: it stays for people to look at
        return 0
    return 1


def _are_said_different(object_name: str, first: int, second: int) -> bool:
    ours, theirs = {first, *former(object_name, first)}, {second, *former(object_name, second)}
    rows = Pair.objects.for_system(WHY).filter(object_name=object_name, state="different")
    both = rows.filter(first_id__in=ours, second_id__in=theirs) | rows.filter(first_id__in=theirs, second_id__in=ours)
    return both.exists()
