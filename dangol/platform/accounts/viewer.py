"""Tells the frame who looks at a page, and keeps what they set there."""

from __future__ import annotations

from django.http import HttpRequest

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.middleware import asked_language
from dangol.platform.accounts.models import User
from dangol.platform.accounts.queries import workspace
from dangol.platform.accounts.services import change_own_settings, keep_preference
from dangol.platform.ui.viewer import Viewer, provide_viewer


def viewer(request: HttpRequest) -> Viewer:
    """The viewer of a request. One query, for the workspace."""
    ours = workspace()
    user = getattr(request, "user", None)
    actor: Actor = getattr(request, "actor", None) or Actor.anonymous()
    if not isinstance(user, User) or actor.kind == "anonymous":
        return Viewer(
            workspace_name=str(ours), currency=ours.currency, language=asked_language(request), time_zone=ours.time_zone
        )
    return Viewer(
        name=user.name,
        email=user.email,
        actor=actor,
        may=actor.may,
        is_administrator="administrator" in actor.roles,
        workspace_name=str(ours),
        currency=ours.currency,
        language=user.language,
        time_zone=user.time_zone,
        theme=user.theme,
        is_folded=user.preferences.get("folded") == "1",
    )


def write_preference(request: HttpRequest, name: str, value: str) -> None:
    """Keep the theme with the account, the rest among the preferences."""
    user, actor = request.user, request.actor  # type: ignore[attr-defined]
    assert isinstance(user, User)
    if name == "theme":
        change_own_settings(actor=actor, user=user, values={"theme": value})
    else:
        keep_preference(actor=actor, user=user, name=name, value=value)


provide_viewer(viewer, write_preference=write_preference)
