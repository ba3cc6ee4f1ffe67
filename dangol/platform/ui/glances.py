"""Small facts that the frame of every page needs, such as how many mentions wait: asked together, in one statement."""

from __future__ import annotations

from typing import Any

from django.db import connection

from dangol.platform.ui.viewer import Viewer

_glances: dict[str, str] = {}
_KEPT = "glances"


def register_glance(name: str, sql: str) -> None:
    """Let the frame ask for `name`: a scalar of SQL, cheap by an index, in which %(user)s stands for the viewer's id
    (0 for nobody). It tells of the viewer's own things or of the house, never of records that somebody may not see."""
    _glances[name] = sql


def glance(viewer: Viewer, name: str) -> Any:
    """A fact that was registered. One statement for all of them, when the first is asked for."""
    if _KEPT not in viewer.memo:
        viewer.memo[_KEPT] = _looked(getattr(viewer.actor, "user_id", None) or 0)
    return viewer.memo[_KEPT][name]


def _looked(user: int) -> dict[str, Any]:
    names = sorted(_glances)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(f'({_glances[n]})' for n in names)}", {"user": user})
        return dict(zip(names, cursor.fetchone() or (), strict=True))
