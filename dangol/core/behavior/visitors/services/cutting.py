"""Cutting a visitor from a person, and taking that back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.core.behavior.visitors.events import VisitorCut, VisitorRejoined
from dangol.core.behavior.visitors.models import Cut, Visitor
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.stream import emit
from dangol.platform.objects.writing import NotFound

LONGEST_REASON = 500
WHY = "a cut was asked for and judged by its person"


@transaction.atomic
def cut_visitor(*, actor: Actor, visitor_id: int, reason: str = "") -> Cut:
    """Say that a visitor is not the person it was taken for: its visits leave the story, and stay away.

    Raises:
        Forbidden: the actor may cut nothing.
        NotFound: there is no such visitor, or the actor may not change it.
        ValidationError: it belongs to nobody (any more).
    """
    require(actor, "change", Visitor.access_name)
    rows = Visitor.objects.visible_to(actor, "change").select_for_update(of=("self",))
    visitor: Any = rows.filter(pk=visitor_id).first()
    if visitor is None:
        raise NotFound(_("There is no such visitor, or you may not see it."))
    if visitor.person_id is None:
        raise ValidationError(_("This visitor belongs to nobody any more."))
    cut = Cut.objects.create(
        source_id=visitor.source_id, anonymous_id=visitor.anonymous_id, user_id=visitor.user_id,
        person_id=visitor.person_id, visitor=visitor, how=visitor.how, known_at=visitor.known_at,
        reason=reason.strip()[:LONGEST_REASON], cut_at=timezone.now(), cut_by_id=actor.user_id,
    )  # fmt: skip
    person_id = visitor.person_id
    Visitor.objects.for_system(WHY).filter(pk=visitor.pk).update(
        person=None, how="", known_at=None, proved_at=None, is_doubtful=False, split=visitor.pk
    )
    changes = {"person": [person_id, None]}
    emit(VisitorCut(subject_id=visitor.pk, about_id=person_id, changes=changes), actor=actor)
    return cut


@transaction.atomic
def rejoin_visitor(*, actor: Actor, cut_id: int) -> Any:
    """Take a cut back: the visitor and its visits belong to the person again, and the same evidence counts again.

    Raises:
        Forbidden: the actor may not.
        NotFound: there is no such cut, or the actor may not see its person.
        ValidationError: the visitor is gone, or belongs to somebody else by now.
    """
    require(actor, "change", Visitor.access_name)
    rows = Cut.objects.visible_to(actor, "change").select_for_update(of=("self",))
    cut: Any = rows.filter(pk=cut_id, undone_at=None).first()
    if cut is None:
        raise NotFound(_("There is no such cut, or it was taken back already."))
    visitor: Any = Visitor.objects.for_system(WHY).select_for_update(of=("self",)).filter(pk=cut.visitor_id).first()
    if visitor is None or visitor.person_id is not None:
        raise ValidationError(_("This visitor belongs to somebody else by now. Cut it there first."))
    known_at = cut.known_at or cut.cut_at
    Visitor.objects.for_system(WHY).filter(pk=visitor.pk).update(
        person_id=cut.person_id, how=cut.how, known_at=known_at, proved_at=known_at
    )
    cut.undone_at = timezone.now()
    cut.save(update_fields=["undone_at"])
    changes = {"person": [None, cut.person_id]}
    emit(VisitorRejoined(subject_id=visitor.pk, about_id=cut.person_id, changes=changes), actor=actor)
    return visitor
