"""Earlier entries of a story, as a fragment."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from dangol.collaborative.timeline.stories.object import lines_context, read
from dangol.platform.access.actor import Actor
from dangol.platform.objects import reading
from dangol.platform.objects.entrance import for_staff
from dangol.platform.objects.record_page import RecordPage
from dangol.platform.objects.types import ObjectType
from dangol.platform.ui.viewer import viewer_of


@require_GET
@for_staff
def story(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """More of the story, below what the page already shows; without script the record's page from there on."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = RecordPage(declared, actor, viewer_of(request), reading.find(declared, actor, record_id))
    wish = read(request.GET)
    if not getattr(request, "htmx", False):
        address = wish.address()
        return redirect(f"{shown.url}?{address}#story" if address else f"{shown.url}#story")
    context = {"page": shown, "declared": declared, **lines_context(shown, wish)}
    return render(request, "timeline/lines.html", context)
