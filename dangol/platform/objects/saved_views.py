"""Lists kept under a name: who sees which, saving and deleting them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.stream import emit
from dangol.platform.objects.events import ViewDeleted, ViewSaved
from dangol.platform.objects.filters import FilterError, compile_filter
from dangol.platform.objects.models import SavedView
from dangol.platform.objects.registry import all_fields
from dangol.platform.objects.types import ObjectType


def views_of(actor: Actor, object_name: str = "") -> QuerySet[SavedView]:
    """The saved views that `actor` has as tabs: own ones, the team's, everybody's."""
    seen = Q(audience="all") | Q(user_id=actor.user_id) | Q(audience="team", user_id__in=actor.team_mate_ids)
    rows = SavedView.objects.filter(seen)
    return (rows.filter(object_name=object_name) if object_name else rows).order_by("name", "id")


def pinned(actor: Actor) -> list[SavedView]:
    """Those pinned in the sidebar, of objects that the actor may see."""
    return [v for v in views_of(actor).filter(is_pinned=True) if actor.may("see", v.object_name)]


@transaction.atomic
def save_view(
    *, actor: Actor, declared: ObjectType, name: str, filter: Mapping[str, Any], sort: str = "",
    columns: list[str] | None = None, audience: str = "mine", is_pinned: bool = False,
) -> SavedView:  # fmt: skip
    """Keep a list under a name; the same name of the same person is replaced.

    Raises ValidationError by field, Forbidden. Views for everybody are made by those who may see all rows.
    """
    require(actor, "see", declared.name)
    if audience == "all" and actor.scope("see", declared.name) != "all":
        raise Forbidden("create", "view", _("Only who sees all records may save a view for everybody."))
    try:
        compile_filter(declared, actor, filter)
    except FilterError as error:
        raise ValidationError({"filter": str(error)}) from error
    known = all_fields(declared)
    values = {
        "filter": dict(filter), "sort": sort, "columns": [c for c in columns or [] if c in known],
        "audience": audience, "is_pinned": is_pinned,
    }  # fmt: skip
    if actor.user_id is None:
        raise Forbidden("create", "view")
    mine = {"object_name": declared.name, "user_id": actor.user_id, "name": name.strip()}
    view = SavedView.objects.filter(**mine).first() or SavedView(**mine)
    for key, value in values.items():
        setattr(view, key, value)
    view.full_clean()
    view.save()
    emit(ViewSaved(subject_id=view.pk), actor=actor)
    return view


@transaction.atomic
def delete_view(*, actor: Actor, view_id: int) -> None:
    """Delete one's own view. Raises Forbidden for others'."""
    view = views_of(actor).filter(pk=view_id).first()
    if view is None or (view.user_id != actor.user_id and "administrator" not in actor.roles):
        raise Forbidden("delete", "view", _("Only its maker or an administrator may delete this view."))
    emit(ViewDeleted(subject_id=view.pk), actor=actor)
    view.delete()
