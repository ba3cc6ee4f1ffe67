"""The description of the API as pages, for who is signed in: without any script, and only what they may see."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dangol.platform.access.actor import Actor
from dangol.platform.api.batches import AT_MOST
from dangol.platform.api.door import Api
from dangol.platform.api.problems import KINDS
from dangol.platform.api.reading_aloud import operations_of, tags_for


@login_required
@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """How to call: keys, pages, conditions, limits, problems."""
    problems = [(status, name, title, meaning) for status, (name, title, meaning) in KINDS.items()]
    context = {"problems": problems, "rate": settings.API_CALLS_PER_MINUTE, "at_most": AT_MOST, "tag": ""}
    return render(request, "api/overview.html", {**context, **_common(request)})


@login_required
@require_GET
def about(request: HttpRequest, tag: str) -> HttpResponse:
    """The operations of one object. Raises Http404 for one that the viewer may not see."""
    common = _common(request)
    called = dict(common["tags"]).get(tag)
    if called is None:
        raise Http404
    root = f"{request.scheme}://{request.get_host()}"
    operations = operations_of(Api.told(), tag, root)
    context = {"operations": operations, "tag": tag, "called": called}
    return render(request, "api/operations.html", {**context, **common})


def _common(request: HttpRequest) -> dict[str, list[tuple[str, str]]]:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return {"tags": tags_for(Api.told(), actor)}
