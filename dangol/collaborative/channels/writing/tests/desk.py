"""A page as a campaign would make it, with the editor and the preview in it: addresses of the house and two more."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from dangol.collaborative.channels.writing import queries
from dangol.collaborative.channels.writing.rules.content import Content, read_content
from dangol.config.urls import urlpatterns as house
from dangol.platform.access.actor import Actor

PAGE = """{% extends "ui/base.html" %}{% load dangol %}
{% block title %}Desk{% endblock %}{% block heading %}Desk{% endblock %}
{% block head %}{% include "channels/writing/head.html" %}{% endblock %}
{% block content %}<section class="sheet wide">
{% if editor %}<form method="post">{% csrf_token %}<input type="hidden" name="message_class" value="advertising">
{% include "channels/writing/editor.html" with editor=editor %}
<div class="actions"><button class="btn btn-go">Save</button></div></form>
{% else %}{% include "channels/writing/preview.html" with preview=preview %}{% endif %}
</section>{% endblock %}"""
KEPT: dict[int, Content] = {}
PEOPLE: list[int] = []


def write(request: HttpRequest) -> HttpResponse:
    content, status = KEPT[1], 200
    if request.method == "POST":
        content = read_content(request.POST.dict())
        if "fix" in request.POST:
            content = queries.fixed(content, request.POST["fix"])
        else:
            KEPT[1] = content
    return _page(request, {"editor": queries.editor(content, actor=request.actor, source="desk", pk=1)}, status)  # type: ignore[attr-defined]


def look(request: HttpRequest) -> HttpResponse:
    person = request.GET.get("person")
    part = queries.preview_part(
        KEPT[1],
        actor=request.actor,
        source="desk",
        pk=1,
        people=PEOPLE,
        person=int(person) if person else None,  # type: ignore[attr-defined]
    )
    return _page(request, {"preview": part}, 200)


def load(actor: Actor, pk: int) -> queries.Source | None:
    return queries.Source(KEPT[pk]) if pk in KEPT else None


def _page(request: HttpRequest, context: dict[str, Any], status: int) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(PAGE).render(context, request), status=status)


urlpatterns = [path("desk/write", write), path("desk/look", look), *house]
