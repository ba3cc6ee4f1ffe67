"""The page on which an administrator asks for the whole company as one file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace
from dangol.platform.exports.company.rights import require_everything
from dangol.platform.exports.models import ExportRun
from dangol.platform.exports.queueing import place_order
from dangol.platform.exports.rules import KEPT, file_name
from dangol.platform.objects.export_page import too_many
from dangol.platform.objects.export_places import TooManyExports
from dangol.platform.objects.registry import object_types
from dangol.platform.ui.format import zone_for
from dangol.platform.ui.viewer import Viewer, viewer_of


@login_required
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """GET says what is in it and asks for the form; POST puts the job in the queue."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require_everything(actor)
    if request.method == "POST":
        viewer = viewer_of(request)
        asked = {"content": "csv" if request.POST.get("content") == "csv" else "jsonl",
                 "has_files": bool(request.POST.get("files"))}  # fmt: skip
        try:
            place_order(
                actor=actor, viewer=viewer, kind=ExportRun.Kind.COMPANY, asked=asked,
                content_type="application/zip", **_names(viewer),
            )  # fmt: skip
        except TooManyExports as error:
            return too_many(request, error, reverse("exports:list"))
        messages.success(request, _("The file is being made. It will wait for you here."))
        return redirect("exports:list")
    context: dict[str, Any] = {"objects": [t for t in object_types() if actor.may("see", t.name)], "days": KEPT.days}
    return render(request, "exports/company.html", context)


def _names(viewer: Viewer) -> dict[str, str]:
    with translation.override(viewer.language):
        title = _("%(company)s, everything") % {"company": workspace().name or "Dangol"}
    day = timezone.localdate(timezone=zone_for(viewer.time_zone)).isoformat()
    return {
        "title": title,
        "file_name": file_name(f"{title} {day}", "zip"),
        "ascii_name": file_name(f"company-{day}", "zip"),
    }
