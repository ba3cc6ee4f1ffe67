"""What people say about pairs, and how the company wants the matching."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.identity.matching.events import MatchingSet, PairSaidDifferent
from dangol.core.identity.matching.models import MatchSettings, Pair
from dangol.core.identity.matching.queries import settings_of
from dangol.core.identity.merging.models import MERGED
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound, writer_of


@transaction.atomic
def say_different(*, actor: Actor, object_name: str, first_id: int, second_id: int) -> Pair:
    """Remember for good that two records are not the same. Raises NotFound, Forbidden (merge, on both)."""
    pair = _pair(actor, object_name, first_id, second_id)
    if pair.state != Pair.State.DIFFERENT:
        _say(pair, actor, Pair.State.DIFFERENT)
        emit(PairSaidDifferent(subject_id=pair.pk, first_id=pair.first_id, second_id=pair.second_id), actor=actor)
    return pair


@transaction.atomic
def reopen(*, actor: Actor, pair_id: int) -> Pair:
    """Take back that two records are not the same. Raises NotFound, Forbidden (merge, on both)."""
    known = Pair.objects.visible_to(actor).filter(pk=pair_id).first()
    if known is None:
        raise NotFound(_("There is no such pair, or you may not see both records."))
    pair = _pair(actor, known.object_name, known.first_id, known.second_id)
    if pair.state == Pair.State.DIFFERENT:
        _say(pair, actor, Pair.State.OPEN)
        emit(
            PairSaidDifferent(subject_id=pair.pk, first_id=pair.first_id, second_id=pair.second_id, is_taken_back=True),
            actor=actor,
        )
    return pair


@transaction.atomic
def set_matching(*, actor: Actor, object_name: str, automatic_from: float | None, is_nightly: bool) -> MatchSettings:
    """Say from which probability on (0.5 to 1; None: never) two are merged by themselves, and whether nightly.

    Raises Forbidden (needs the right to change the workspace), ValidationError by field.
    """
    require(actor, "change", "workspace")
    if object_name not in MERGED:
        raise NotFound(_("There is no such object."))
    if automatic_from is not None and not 0.5 <= automatic_from <= 1:
        raise ValidationError({"automatic_from": _("Write a probability between 50 and 100 percent.")})
    before = settings_of(object_name)
    changes: dict[str, list[Any]] = {}
    if before.automatic_from != automatic_from:
        changes["automatic_from"] = [before.automatic_from, automatic_from]
    if before.is_nightly != is_nightly:
        changes["is_nightly"] = [before.is_nightly, is_nightly]
    if not changes:
        return before
    found = MatchSettings.objects.create(
        object_name=object_name, automatic_from=automatic_from, is_nightly=is_nightly, set_by_id=actor.user_id
    )
    emit(MatchingSet(subject_id=found.pk, changes=changes), actor=actor)
    return found


def _pair(actor: Actor, object_name: str, first_id: int, second_id: int) -> Pair:
    """The pair of two records that `actor` may merge, made where the matching never brought it."""
    writer = writer_of(object_name)
    if object_name not in MERGED or writer is None or first_id == second_id:
        raise NotFound(_("There is no such pair, or you may not see both records."))
    low, high = sorted((first_id, second_id))
    for pk in (low, high):
        writer.locked(actor, pk, "merge")
    rows = Pair.objects.for_system("both records were judged").select_for_update()
    found = rows.filter(object_name=object_name, first_id=low, second_id=high).first()
    if found is not None:
        return found
    return Pair.objects.create(object_name=object_name, first_id=low, second_id=high, probability=0.0)


def _say(pair: Pair, actor: Actor, state: str) -> None:
    pair.state, pair.said_at, pair.said_by_id = state, timezone.now(), actor.user_id
    pair.save(update_fields=["state", "said_at", "said_by"])
