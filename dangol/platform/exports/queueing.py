"""Asking for a file: what is wanted is judged and written down, and a job put in the queue."""

from __future__ import annotations

from typing import Any

from django.db import connection, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.exports.making import asked_of, plan_of
from dangol.platform.exports.models import ExportRun
from dangol.platform.exports.queries import going
from dangol.platform.exports.rules import MOST_AT_ONCE, file_name
from dangol.platform.exports.tasks import prepare
from dangol.platform.jobs.models import Progress
from dangol.platform.objects.export_places import TooManyExports
from dangol.platform.objects.exporting import Form
from dangol.platform.objects.listing import ListQuery
from dangol.platform.objects.types import ObjectType
from dangol.platform.ui.format import zone_for
from dangol.platform.ui.viewer import Viewer

LOCK = 0x64616E67_6F6C03


@transaction.atomic
def order_list(
    *, actor: Actor, declared: ObjectType, query: ListQuery, form: Form, viewer: Viewer, title: str = ""
) -> ExportRun:
    """Let a list be made into a file by a job. Raises Forbidden, FilterError, TooManyExports."""
    asked = asked_of(query, form)
    plan = plan_of(actor, declared.name, asked)
    names = list_names(declared, viewer, form.kind, title)
    return place_order(
        actor=actor, viewer=viewer, kind=ExportRun.Kind.LIST, object_name=declared.name, asked=asked,
        columns=plan.names, content_type=form.content_type, **names,
    )  # fmt: skip


def list_names(declared: ObjectType, viewer: Viewer, ending: str, title: str = "") -> dict[str, str]:
    """How the file of a list is called: for its reader, for old programs, and without the day."""
    with translation.override(viewer.language):
        said = f"{declared.plural} · {title}" if title else str(declared.plural)
        day = timezone.localdate(timezone=zone_for(viewer.time_zone)).isoformat()
    return {
        "title": said,
        "file_name": file_name(f"{said.replace(' · ', ' - ')} {day}", ending),
        "ascii_name": file_name(f"{declared.slug}-{day}", ending),
    }


@transaction.atomic
def place_order(*, actor: Actor, viewer: Viewer, **values: Any) -> ExportRun:
    """Note what is to be made, and put it in the queue. Raises TooManyExports."""
    if actor.kind != "user" or actor.user_id is None:
        raise Forbidden("export", str(values.get("object_name", "")))
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
    if going(actor) >= MOST_AT_ONCE:
        told = _("%(count)s files are being made for you already. Wait until one is done, then try again.")
        raise TooManyExports(told % {"count": MOST_AT_ONCE})
    progress = Progress.objects.create(kind="export_file", title=values["title"], user_id=actor.user_id)
    run = ExportRun.objects.create(
        user_id=actor.user_id, progress=progress, language=viewer.language, time_zone=viewer.time_zone,
        address=actor.address, **values,
    )  # fmt: skip
    prepare.defer(run_id=str(run.pk))
    return run
