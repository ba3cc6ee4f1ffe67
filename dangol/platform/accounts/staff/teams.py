"""Teams: who works together, and which team lies in which."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts import events
from dangol.platform.accounts.judging import require_over
from dangol.platform.accounts.models import Team, User
from dangol.platform.accounts.naming import named
from dangol.platform.events.stream import emit


@transaction.atomic
def create_team(*, actor: Actor, name: str) -> Team:
    """Add a team. Raises ValidationError for `name`; Forbidden."""
    require(actor, "change", "user")
    team = Team(name=_checked_name(name, None))
    team.save()
    emit(events.TeamCreated(subject_id=team.pk, changes={"name": ["", team.name]}), actor=actor)
    return team


@transaction.atomic
def change_team(*, actor: Actor, team: Team, values: Mapping[str, Any]) -> Team:
    """Change a team's `name`, `parent` (a team or None) and `members` (ids of active staff).

    Somebody who is put into a team leaves the one they were in. Raises ValidationError by field; Forbidden, also for
    moving somebody with wider rights than one's own.
    """
    require(actor, "change", "user")
    team = Team.objects.select_for_update().get(pk=team.pk)
    changes: dict[str, list[Any]] = {}
    if "name" in values and (name := _checked_name(values["name"], team)) != team.name:
        changes["name"], team.name = [team.name, name], name
    if "parent" in values and (parent := _checked_parent(values["parent"], team)) != team.parent:
        changes["parent"], team.parent = [team.parent_id, parent and parent.pk], parent
    if changes:
        team.save(update_fields=list(changes))
    if "members" in values:
        changes |= _change_members(actor, team, values["members"])
    if changes:
        emit(events.TeamChanged(subject_id=team.pk, changes=changes), actor=actor)
    return team


@transaction.atomic
def delete_team(*, actor: Actor, team: Team) -> None:
    """Delete a team without members. Raises ValidationError while it has some; Forbidden."""
    require(actor, "change", "user")
    if User.objects.filter(team=team).exists():
        raise ValidationError(_("This team still has members. Move them to another team first."))
    emit(events.TeamDeleted(subject_id=team.pk, changes={"name": [team.name, ""]}), actor=actor)
    Team.objects.filter(pk=team.pk).delete()


def _change_members(actor: Actor, team: Team, ids: Iterable[int]) -> dict[str, list[Any]]:
    wanted = set(User.objects.filter(pk__in=list(ids), is_active=True).values_list("pk", flat=True))
    now = set(User.objects.filter(team=team, is_active=True).values_list("pk", flat=True))
    for user in User.objects.filter(pk__in=wanted ^ now):
        require_over(actor, user)
        to = team if user.pk in wanted else None
        change = {"team": [user.team_id, to and to.pk]}
        User.objects.filter(pk=user.pk).update(team=to)
        emit(events.UserChanged(subject_id=user.pk, changes=change), actor=actor)
    return {"members": [sorted(now), sorted(wanted)]} if wanted != now else {}


def _checked_name(name: str, team: Team | None) -> str:
    kept = named(name)
    if Team.objects.filter(name__iexact=kept).exclude(pk=team.pk if team else 0).exists():
        raise ValidationError({"name": _("There is a team of this name already.")})
    return kept


def _checked_parent(parent: Team | None, team: Team) -> Team | None:
    above, seen = Team.objects.filter(pk=parent.pk).first() if parent else None, set[int]()
    while above is not None and above.pk not in seen:
        if above.pk == team.pk:
            raise ValidationError({"parent": _("A team cannot lie in itself or in a part of itself.")})
        seen.add(above.pk)
        above = Team.objects.filter(pk=above.parent_id).first() if above.parent_id else None
    return parent
