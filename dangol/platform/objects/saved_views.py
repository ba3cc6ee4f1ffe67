"""Lists kept under a name: who sees which, saving, changing and deleting them, pins, and what a list opens with."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import BooleanField, Exists, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.models import Role
from dangol.platform.events.stream import emit
from dangol.platform.objects.address import conditions, joined
from dangol.platform.objects.events import ViewDefaultSet, ViewDeleted, ViewPinned, ViewSaved
from dangol.platform.objects.filters import FilterError, compile_filter
from dangol.platform.objects.grouping import groupable
from dangol.platform.objects.models import DefaultView, SavedView, ViewPin
from dangol.platform.objects.registry import all_fields, fields_for
from dangol.platform.objects.sums import summed_fields
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import NotFound

LOOKS = ("sort", "columns", "layout", "group_by", "sums")


class ViewNotShared(NotFound):
    """The view is somebody else's and not shared, or there is none."""

    def __init__(self) -> None:
        super().__init__(_("This view is not shared with you, or it is gone. Ask the one who sent you the link."))


# ---- Reading -------------------------------------------------------------------------------------------------------


def views_of(actor: Actor, object_name: str = "") -> QuerySet[SavedView]:
    """The saved views that `actor` has as tabs: own ones, the team's, everybody's.

    Each says `is_pinned_here` and `pin_place` (the sidebar of the actor), `is_own_default`, `is_role_default`.
    """
    me = actor.user_id or 0
    seen = Q(audience="all") | Q(user_id=me) | Q(audience="team", user_id__in=actor.team_mate_ids)
    pins = ViewPin.objects.filter(view=OuterRef("pk"), user_id=me)
    defaults = DefaultView.objects.filter(view=OuterRef("pk"))
    rows = SavedView.objects.filter(seen).annotate(
        is_pinned_here=Coalesce(Subquery(pins.values("is_pinned")[:1]), "is_pinned", output_field=BooleanField()),
        pin_place=Coalesce(Subquery(pins.values("position")[:1]), 0, output_field=IntegerField()),
        is_own_default=Exists(defaults.filter(user_id=me)),
        is_role_default=Exists(defaults.filter(role__name__in=actor.roles)),
    )
    return (rows.filter(object_name=object_name) if object_name else rows).order_by("name", "id")


_KNOWN = """
SELECT v.*, coalesce(pin.is_pinned, v.is_pinned) AS is_pinned_here, coalesce(pin.position, 0) AS pin_place,
  EXISTS (SELECT FROM objects_defaultview d WHERE d.view_id = v.id AND d.user_id = %(me)s) AS is_own_default,
  EXISTS (SELECT FROM objects_defaultview d JOIN accounts_role r ON r.id = d.role_id
          WHERE d.view_id = v.id AND r.name = ANY(%(roles)s)) AS is_role_default
FROM objects_savedview v LEFT JOIN objects_viewpin pin ON pin.view_id = v.id AND pin.user_id = %(me)s
WHERE v.audience = 'all' OR v.user_id = %(me)s OR (v.audience = 'team' AND v.user_id = ANY(%(mates)s))
ORDER BY v.name, v.id
"""


def known_views(actor: Actor) -> list[Any]:
    """The same of every object, for the frame of each page: written out, since building it took a tenth of a page."""
    asked = {"me": actor.user_id or 0, "roles": sorted(actor.roles), "mates": sorted(actor.team_mate_ids)}
    return list(SavedView.objects.raw(_KNOWN, asked))


def pinned(actor: Actor, known: Sequence[Any]) -> list[Any]:
    """Those of `known` (what `views_of` gave) that stand in the actor's sidebar, in the actor's order."""
    found = [v for v in known if v.is_pinned_here and actor.may("see", v.object_name)]
    return sorted(found, key=lambda v: (v.pin_place, v.name, v.pk))


def default_of(known: Sequence[Any], object_name: str) -> Any | None:
    """The view that the list opens with: one's own choice before that of a role; None for all records."""
    mine = [v for v in known if v.object_name == object_name]
    return next((v for v in mine if v.is_own_default), next((v for v in mine if v.is_role_default), None))


def as_seen_by(actor: Actor, declared: ObjectType, view: Any) -> tuple[Any, int]:
    """The view without what its reader may not see, and how many of its conditions were left out."""
    seen = copy.copy(view)
    join, parts = conditions(view.filter)
    kept = [part for part in parts if _may_ask(declared, actor, part)]
    fields = fields_for(declared, actor)
    seen.filter = view.filter if len(kept) == len(parts) else joined(join, kept)
    seen.columns = [c for c in view.columns if c in fields]
    name = view.sort.lstrip("-")
    seen.sort = view.sort if name in fields and fields[name].is_sortable else ""
    seen.group_by = view.group_by if view.group_by in groupable(declared, actor) else ""
    seen.sums = [s.name for s in summed_fields(declared, actor, view.sums)]
    return seen, len(parts) - len(kept)


def _may_ask(declared: ObjectType, actor: Actor, tree: Any) -> bool:
    try:
        compile_filter(declared, actor, tree)
    except FilterError:
        return False
    return True


def find_view(actor: Actor, view_id: int, object_name: str = "") -> Any:
    """A view that the actor has. Raises ViewNotShared."""
    found = views_of(actor, object_name).filter(pk=view_id).first() if view_id < 2**63 else None
    if found is None:
        raise ViewNotShared
    return found


def _person(actor: Actor) -> int:
    """Who acts, as a member of staff; programs and the system have no views. Raises Forbidden."""
    if actor.user_id is None:
        raise Forbidden("change", "view")
    return actor.user_id


def may_change(actor: Actor, view: SavedView) -> bool:
    """Whether the actor may change or delete a view: its maker and administrators."""
    return view.user_id == actor.user_id or "administrator" in actor.roles


def may_set_for_roles(actor: Actor) -> bool:
    """Whether the actor may say what a list opens with for a role."""
    return "administrator" in actor.roles or actor.may("change", "user")


# ---- Writing -------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_view(
    *, actor: Actor, declared: ObjectType, name: str, filter: Mapping[str, Any], sort: str = "",
    columns: Sequence[str] = (), audience: str = "mine", is_pinned: bool = False, layout: str = "table",
    group_by: str = "", sums: Sequence[str] = (),
) -> SavedView:  # fmt: skip
    """Keep a list under a name; the same name of the same person is replaced.

    Raises ValidationError by field, Forbidden. Views for everybody are made by those who may see all rows.
    """
    require(actor, "see", declared.name)
    mine: dict[str, Any] = {"object_name": declared.name, "user_id": _person(actor), "name": name.strip()}
    view = SavedView.objects.filter(**mine).first() or SavedView(**mine)
    view.is_pinned = is_pinned
    looks = {"sort": sort, "columns": columns, "layout": layout, "group_by": group_by, "sums": sums}
    return _store(actor, declared, view, {"filter": filter, "audience": audience, **looks})


@transaction.atomic
def change_view(*, actor: Actor, declared: ObjectType, view_id: int, values: Mapping[str, Any]) -> SavedView:
    """Change a view: name, audience, is_pinned, filter or what it looks like; what is not named stays.

    Raises ViewNotShared, Forbidden, ValidationError by field.
    """
    view = find_view(actor, view_id, declared.name)
    if not may_change(actor, view):
        raise Forbidden("change", "view", _("Only its maker or an administrator may change this view."))
    return _store(actor, declared, view, values)


def _store(actor: Actor, declared: ObjectType, view: SavedView, values: Mapping[str, Any]) -> SavedView:
    if values.get("audience") == "all" and actor.scope("see", declared.name) != "all":
        raise Forbidden("create", "view", _("Only who sees all records may save a view for everybody."))
    for key in ("name", "audience", "is_pinned", "filter", *LOOKS):
        if key in values:
            setattr(view, key, list(values[key]) if key in ("columns", "sums") else values[key])
    view.name = view.name.strip()
    if "filter" in values:
        try:
            compile_filter(declared, actor, view.filter)
        except FilterError as error:
            raise ValidationError({"filter": str(error)}) from error
    view.columns = [c for c in view.columns if c in all_fields(declared)]
    if "group_by" in values and view.group_by not in groupable(declared, actor):
        view.group_by = ""
    view.full_clean()
    view.save()
    if view.audience != SavedView.Audience.ALL:
        DefaultView.objects.filter(view=view, user=None).delete()
    emit(ViewSaved(subject_id=view.pk), actor=actor)
    return view


@transaction.atomic
def copy_view(*, actor: Actor, declared: ObjectType, view_id: int) -> SavedView:
    """A copy of one's own of a view that one has, without what one may not see. Raises ViewNotShared."""
    seen, _left_out = as_seen_by(actor, declared, find_view(actor, view_id, declared.name))
    own = SavedView.objects.filter(object_name=declared.name, user_id=_person(actor))
    taken = set(own.values_list("name", flat=True))
    names = (_("%(name)s (copy)") % {"name": seen.name[:60]} + ("" if n == 1 else f" {n}") for n in range(1, 1000))
    name = next(n for n in names if n not in taken)
    looks = {key: getattr(seen, key) for key in LOOKS}
    return save_view(actor=actor, declared=declared, name=name, filter=seen.filter, **looks)


@transaction.atomic
def delete_view(*, actor: Actor, view_id: int) -> None:
    """Delete one's own view. Raises Forbidden for others', ViewNotShared."""
    view = find_view(actor, view_id)
    if not may_change(actor, view):
        raise Forbidden("delete", "view", _("Only its maker or an administrator may delete this view."))
    emit(ViewDeleted(subject_id=view.pk), actor=actor)
    view.delete()


@transaction.atomic
def pin_view(*, actor: Actor, view_id: int, is_pinned: bool) -> None:
    """Put a view into one's own sidebar, at the end, or take it out. Raises ViewNotShared."""
    view = find_view(actor, view_id)
    last = max((v.pin_place for v in pinned(actor, list(views_of(actor)))), default=0)
    ViewPin.objects.update_or_create(
        user_id=_person(actor), view=view, defaults={"is_pinned": is_pinned, "position": last + 1}
    )
    emit(ViewPinned(subject_id=view.pk, is_pinned=is_pinned), actor=actor)


@transaction.atomic
def move_pin(*, actor: Actor, view_id: int, by: int) -> None:
    """Move a pinned view up (-1) or down (1) in one's own sidebar. Raises ViewNotShared."""
    find_view(actor, view_id)
    order = pinned(actor, list(views_of(actor)))
    at = next((n for n, v in enumerate(order) if v.pk == view_id), None)
    if at is None or not 0 <= at + by < len(order):
        return
    order[at], order[at + by] = order[at + by], order[at]
    for place, view in enumerate(order, 1):
        ViewPin.objects.update_or_create(
            user_id=_person(actor), view_id=view.pk, defaults={"is_pinned": True, "position": place}
        )
    emit(ViewPinned(subject_id=view_id), actor=actor)


@transaction.atomic
def set_default(*, actor: Actor, declared: ObjectType, view_id: int | None, role: str = "") -> None:
    """Say with which view the list opens, for oneself or for everybody with a role; None for all records.

    A role's default is a view for everybody. Raises ViewNotShared, Forbidden, ValidationError.
    """
    if role and not may_set_for_roles(actor):
        raise Forbidden("change", "view", _("Only who may change users may set a view for a role."))
    view = None if view_id is None else find_view(actor, view_id, declared.name)
    if role and view is not None and view.audience != SavedView.Audience.ALL:
        raise ValidationError({"role": _("Only a view for everybody can be the first of a role.")})
    whose: dict[str, Any] = {"user_id": _person(actor), "role": None}
    if role:
        found = Role.objects.filter(name=role).first()
        if found is None:
            raise ValidationError({"role": _("There is no such role.")})
        whose = {"user": None, "role": found}
    DefaultView.objects.filter(object_name=declared.name, **whose).delete()
    if view is not None:
        DefaultView.objects.create(object_name=declared.name, view=view, **whose)
    subject = view.pk if view else None
    emit(ViewDefaultSet(subject_id=subject, object_name=declared.name, role=role), actor=actor)


def role_defaults(declared: ObjectType) -> dict[str, int]:
    """The view that opens for each role, by the role's name."""
    rows = DefaultView.objects.filter(object_name=declared.name).exclude(role=None)
    return dict(rows.values_list("role__name", "view_id"))
