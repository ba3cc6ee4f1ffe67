from __future__ import annotations

from typing import Any
from uuid import UUID

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import User
from dangol.platform.accounts.queries import actor_for
from dangol.platform.exports.models import ExportRun
from dangol.platform.exports.rules import BUSY
from dangol.platform.ui.glances import glance, register_glance
from dangol.platform.ui.viewer import Viewer

PAGE = 50


def runs_of(actor: Actor) -> list[ExportRun]:
    """The files that `actor` asked for, newest first."""
    if actor.kind != "user" or actor.viewed_by:
        return []
    rows = ExportRun.objects.filter(user_id=actor.user_id or 0).select_related("progress")
    return list(rows.order_by("-created_at")[:PAGE])


def run_for(actor: Actor, run_id: UUID) -> ExportRun | None:
    """A file that `actor` asked for; None for those of others, and to whoever looks through somebody's eyes."""
    if actor.kind != "user" or actor.viewed_by:
        return None
    return ExportRun.objects.filter(pk=run_id, user_id=actor.user_id or 0).select_related("progress").first()


def actor_of(run: ExportRun) -> Actor | None:
    """Whoever asked for the file, with the rights of now; None when they may no longer sign in."""
    user: Any = User.objects.filter(pk=run.user_id, is_active=True).first()
    return actor_for(user, address=run.address) if user else None


register_glance("has_exports", "SELECT EXISTS (SELECT FROM exports_exportrun WHERE user_id = %(user)s)")
register_glance(
    "unseen_exports",
    "SELECT count(*) FROM exports_exportrun WHERE user_id = %(user)s AND seen_at IS NULL AND finished_at IS NOT NULL"
    f" AND state NOT IN ('{ExportRun.State.STOPPED.value}', '{ExportRun.State.REMOVED.value}')",
)


def has_any(viewer: Viewer) -> bool:
    """Whether the page of one's exports stands in the sidebar."""
    actor = viewer.actor
    if actor is None or actor.kind != "user" or actor.viewed_by:
        return False
    return bool(glance(viewer, "has_exports"))


def unseen(viewer: Viewer) -> int | None:
    """How many files became ready that their asker has not been told of."""
    return int(glance(viewer, "unseen_exports"))


def going(actor: Actor) -> int:
    """How many files are being made for `actor`."""
    return ExportRun.objects.filter(user_id=actor.user_id or 0, state__in=BUSY).count()
