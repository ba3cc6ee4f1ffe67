"""The one address at which pages listen."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from dangol.platform.access.actor import Actor
from dangol.platform.realtime.door import Pass, let_in
from dangol.platform.realtime.judging import may_listen
from dangol.platform.realtime.rules import Topic, topic_of

MOST_TOPICS = 4
LATEST_MS = 2**53


@require_GET
def live(request: HttpRequest) -> HttpResponse:
    """Let a page hear of its records (`t=person:5`), if its reader sees every one of them; else 404.

    `since` (milliseconds, the server's clock) is when the page was drawn, the header Last-Event-ID when it last heard.
    Here it is only judged who may: the stream itself runs without a thread and a connection (`door`). A server that
    cannot stream answers 204, after which a browser does not ask again.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    if actor.kind == "anonymous":
        return HttpResponse(status=401)
    topics = _topics(request)
    if not topics or not all(may_listen(actor, topic) for topic in topics):
        raise Http404
    since = _moment(request.headers.get("Last-Event-ID", "")) or _moment(request.GET.get("since", ""))
    if not let_in(request, Pass(topics, since)):
        return HttpResponse(status=204)
    return HttpResponse(content_type="text/event-stream", headers={"Cache-Control": "no-store, no-transform"})


def _topics(request: HttpRequest) -> frozenset[Topic]:
    asked = request.GET.getlist("t")
    found = {topic for text in asked[:MOST_TOPICS] if (topic := topic_of(text)) is not None}
    return frozenset(found) if len(found) == len(set(asked)) else frozenset()


def _moment(text: str) -> int:
    is_number = text.isascii() and text.isdecimal() and len(text) < 17
    return min(int(text), LATEST_MS) if is_number else 0
