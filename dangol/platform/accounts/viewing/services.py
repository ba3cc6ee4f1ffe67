from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.models import User
from dangol.platform.accounts.queries import actor_for
from dangol.platform.accounts.viewing.events import ViewEnded, ViewStarted
from dangol.platform.accounts.viewing.rules import may_view
from dangol.platform.events.stream import emit

KEY = "view_as"
AT_MOST = timedelta(minutes=30)


@dataclass(frozen=True)
class Viewing:
    """Through whose eyes a session looks, until when."""

    user: User
    actor: Actor
    until: datetime


@transaction.atomic
def start_viewing(*, actor: Actor, user: User, session: SessionBase) -> None:
    """Look through the eyes of `user` from the next page on. Raises Forbidden unless one has all of their rights."""
    require(actor, "change", "user")
    if not user.is_active or not may_view(actor, actor_for(user)):
        sentence = _("Only an administrator may look through a colleague’s eyes, and only with all of their rights.")
        raise Forbidden("change", "user", sentence)
    until = timezone.now() + AT_MOST
    session[KEY] = {"user": user.pk, "until": until.isoformat()}
    emit(ViewStarted(subject_id=user.pk, until=until.isoformat()), actor=actor)


@transaction.atomic
def stop_viewing(*, actor: Actor, session: SessionBase, how: str = "stopped") -> None:
    """Look through one's own eyes again; `how` says why. Nothing happens when one does already."""
    kept = session.pop(KEY, None)
    if kept is not None:
        emit(ViewEnded(subject_id=kept["user"], how=how), actor=actor)


def viewing_of(*, actor: Actor, session: SessionBase) -> Viewing | None:
    """Through whose eyes the session looks now. Ends it when its time is over or it is not allowed any more."""
    kept: dict[str, Any] | None = session.get(KEY)
    if kept is None:
        return None
    until = datetime.fromisoformat(kept["until"])
    if until <= timezone.now():
        stop_viewing(actor=actor, session=session, how="expired")
        return None
    user = User.objects.filter(pk=kept["user"], is_active=True).first()
    seen = actor_for(user, request_id=actor.request_id, address=actor.address) if user else None
    if user is None or seen is None or not may_view(actor, seen):
        stop_viewing(actor=actor, session=session, how="not_allowed")
        return None
    return Viewing(user, replace(seen, name=f"{actor.name} as {user.name}", viewed_by=actor.user_id), until)
