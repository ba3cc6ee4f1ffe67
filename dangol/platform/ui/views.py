"""Pages of the frame itself: command menu, preferences, style page."""

from __future__ import annotations

import itertools
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dangol.platform.ui import navigation, samples
from dangol.platform.ui.viewer import THEMES, viewer_of, write_preference

_ALLOWED = {"theme": set(THEMES), "folded": {"0", "1"}}


@require_GET
def menu(request: HttpRequest) -> HttpResponse:
    """Answers of the command menu for `q`: pages, things to do, records; a whole page without script."""
    viewer = viewer_of(request)
    words = request.GET.get("q", "").strip()[:120]
    pages = [link for section in navigation.sections_for(viewer) for link in section.links]
    found = navigation.find(viewer, words)
    records = [_answer(f.label, f.url, f.icon, f.sub) for f in found]
    if found and (everything := navigation.search_page(words)):
        records.append(_answer(_("All that is found"), everything, "list-search"))
    groups = [
        (_("Nothing holds it; similar") if any(f.is_similar for f in found) else _("Found"), records),
        (_("Go to"), [_answer(p.label, p.url, p.icon) for p in pages if navigation.matches(words, p.label, p.name)]),
        (_("Do"), [_answer(c.label, c.href, c.icon, c.hint) for c in navigation.commands_for(viewer, words)]),
    ]
    numbers = itertools.count()
    numbered = [(title, [(next(numbers), answer) for answer in answers]) for title, answers in groups if answers]
    fragment = "#answers" if getattr(request, "htmx", False) else ""
    return render(request, f"ui/menu.html{fragment}", {"groups": numbered, "words": words})


def _answer(label: object, url: str | None, icon: str, sub: object = "") -> dict[str, Any]:
    return {"label": label, "url": url, "icon": icon, "sub": sub}


@require_POST
def preferences(request: HttpRequest) -> HttpResponse:
    """Keep the theme or the fold of the sidebar; 204 for script, else back to where one was."""
    for name, allowed in _ALLOWED.items():
        value = request.POST.get(name)
        if value is not None and value not in allowed:
            return HttpResponseBadRequest(_("There is no such choice."))
        if value is not None:
            write_preference(request, name, value)
    if request.headers.get("X-Requested-With") == "fetch":
        return HttpResponse(status=204)
    return redirect(_way_back(request))


def _way_back(request: HttpRequest) -> str:
    target = request.POST.get("next") or request.headers.get("Referer", "/")
    is_ours = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return target if is_ours else "/"


@require_GET
def style(request: HttpRequest) -> HttpResponse:
    """The living style page: each part with made-up contents in both modes. For administrators and developers."""
    if not (settings.DEBUG or viewer_of(request).is_administrator):
        raise Http404
    return render(request, "ui/style.html", samples.context())
