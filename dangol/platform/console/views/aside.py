"""What was put aside so that it blocks nothing else."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from dangol.platform.console.aside import source, sources
from dangol.platform.console.rights import who_may
from dangol.platform.console.services import settle_aside

PAGE = 50


@login_required
@require_GET
def page(request: HttpRequest) -> HttpResponse:
    """One source (`source`), the newest first."""
    actor = who_may(request)
    known = sources()
    asked = request.GET.get("source", "")
    chosen = next((s for s in known if s.name == asked), known[0] if known else None)
    rows = list(chosen.page(actor, _number(request.GET.get("after")), PAGE + 1)) if chosen else []
    context: dict[str, Any] = {
        "tab": "aside", "sources": [(s, s.count()) for s in known], "chosen": chosen, "rows": rows[:PAGE],
        "next": rows[PAGE - 1].id if len(rows) > PAGE else None, "may_change": actor.may("change", "console"),
    }  # fmt: skip
    return render(request, "console/aside.html", context)


@login_required
@require_POST
def settle(request: HttpRequest, source_name: str) -> HttpResponse:
    """Work off again or throw away the ones that are ticked."""
    actor = who_may(request, "change")
    try:
        known = source(source_name)
    except LookupError:
        raise Http404 from None
    ids = [n for n in (_number(text) for text in request.POST.getlist("id")) if n is not None]
    how = "discard" if "discard" in request.POST else "retry"
    count = settle_aside(actor=actor, source_name=known.name, ids=ids, how=how) if ids else 0
    if not ids:
        messages.warning(request, _("Nothing was chosen."))
    elif how == "retry":
        messages.success(request, ngettext("%(n)d worked off.", "%(n)d worked off.", count) % {"n": count})
    else:
        messages.success(request, ngettext("%(n)d thrown away.", "%(n)d thrown away.", count) % {"n": count})
    return redirect(f"/console/aside?source={known.name}")


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 19 else None
