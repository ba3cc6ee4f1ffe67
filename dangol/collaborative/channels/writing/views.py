"""Checking a message while it is written, and the frames in which it is looked at."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_GET, require_POST

from dangol.collaborative.channels.writing import queries
from dangol.collaborative.channels.writing.rules.content import read_content
from dangol.collaborative.channels.writing.rules.duties import ADVERTISING, CLASSES
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require

# The mail of a stranger's making is shown where it can neither run anything nor reach anything of ours.
FRAME_POLICY = (
    "sandbox; default-src 'none'; img-src https: data:; style-src 'unsafe-inline'; "
    "form-action 'none'; base-uri 'none'; frame-ancestors 'self'"
)


@login_required
@require_POST
def check(request: HttpRequest) -> HttpResponse:
    """The findings of a message as it stands in the form."""
    _actor(request)
    content = read_content(request.POST.dict())
    found = queries.findings_of(content, message_class=_class(request))
    return render(
        request, "channels/writing/findings.html", {"findings": found, "made_text": queries.made_text(content)}
    )


@login_required
@require_POST
def draft(request: HttpRequest) -> HttpResponse:
    """A message as it stands in the form, filled with the samples or for a customer."""
    actor = _actor(request)
    content = read_content(request.POST.dict())
    return _framed(queries.preview(content, _person(request.POST.get("person")), actor, message_class=_class(request)))


@login_required
@require_GET
def frame(request: HttpRequest, source: str, pk: int) -> HttpResponse:
    """A message that was saved, for a customer, as html."""
    actor = _actor(request)
    found = queries.source_of(source, pk, actor)
    if found is None:
        raise Http404
    person = _person(request.GET.get("person"))
    return _framed(queries.preview(found.content, person, actor, message_class=found.message_class))


def _framed(made: queries.Preview) -> HttpResponse:
    html = made.html or render_to_string("channels/writing/broken.html", {"findings": queries.errors_of(made)})
    response = HttpResponse(html)
    response.headers["Content-Security-Policy"] = FRAME_POLICY
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "see", "person")
    return actor


def _class(request: HttpRequest) -> str:
    chosen = request.POST.get("message_class", ADVERTISING)
    return chosen if chosen in CLASSES else ADVERTISING


def _person(given: str | None) -> int | None:
    return int(given) if given and given.isascii() and given.isdigit() and len(given) < 19 else None
