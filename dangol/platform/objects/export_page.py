"""The door of exports: a page that asks for the form of the file, and the file itself, streamed."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects import words
from dangol.platform.objects.entrance import address_of, for_staff
from dangol.platform.objects.export_places import TooManyExports
from dangol.platform.objects.exporting import SEPARATORS, Export, Form, begin_export, exported_columns
from dangol.platform.objects.listing import count, rows_for
from dangol.platform.objects.registry import fields_for
from dangol.platform.objects.types import ObjectType
from dangol.platform.ui.errors import error_page
from dangol.platform.ui.viewer import viewer_of

VALUES = (
    ("sheet", _("Names in words, numbers and days for a spreadsheet")),
    ("words", _("Everything as the page shows it")),
    ("codes", _("Ids, codes and ISO dates, for programs")),
)
SEPARATOR_WORDS = (("comma", _("Comma")), ("semicolon", _("Semicolon")), ("tab", _("Tab")))


@require_http_methods(["GET", "POST"])
@for_staff
def export(request: HttpRequest, declared: ObjectType) -> HttpResponseBase:
    """GET asks for the form of the file; POST answers with it. The list's own parameters say what is taken."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "export", declared.name)
    asked = request.POST if request.method == "POST" else request.GET
    address = address_of(request, declared, asked)
    query = replace(address.query, after="")
    fields = fields_for(declared, actor)
    if asked.get("which") == "all":
        query = replace(query, columns=[f.name for f in fields.values() if f.kind != "custom"])
    if request.method == "POST":
        viewer = viewer_of(request)
        try:
            found = begin_export(actor=actor, declared=declared, query=query, form=form_of(asked), viewer=viewer)
        except TooManyExports as error:
            return too_many(request, error, address.url())
        return as_file(request, declared, found)
    rows_for(declared, actor, query)
    context = {
        "declared": declared, "address": address, "columns": exported_columns(declared, fields, query),
        "count": count(declared, actor, query), "chips": words.chips(address, actor, viewer_of(request)),
        "is_narrow": actor.scope("export", declared.name) != "all",
        "values": VALUES, "separators": SEPARATOR_WORDS, "all_count": sum(f.kind != "custom" for f in fields.values()),
    }  # fmt: skip
    return render(request, "objects/export.html", context)


def too_many(request: HttpRequest, error: TooManyExports, way_out: str) -> HttpResponse:
    """The page that says to wait."""
    answer = error_page(request, 429, str(error), way_out=way_out)
    answer["Retry-After"] = str(error.seconds)
    return answer


def form_of(asked: Mapping[str, str]) -> Form:
    """The form that was asked for; what is not known falls back to a file for spreadsheets."""
    kind, separator, values = asked.get("format", "csv"), asked.get("separator", "comma"), asked.get("values", "sheet")
    return Form(
        kind="jsonl" if kind == "jsonl" else "csv",
        separator=separator if separator in SEPARATORS else "comma",
        has_bom=asked.get("bom", "") in ("1", "on", "true"),
        values=cast(Any, values if values in dict(VALUES) else "sheet"),
    )


def as_file(request: HttpRequest, declared: ObjectType, found: Export) -> StreamingHttpResponse:
    """The answer that hands the pieces on as they are made, under a name with the day."""
    pieces: Any = _later(found.pieces) if isinstance(request, ASGIRequest) else found.pieces
    answer = StreamingHttpResponse(pieces, content_type=found.form.content_type)
    name = f"{declared.slug}-{timezone.localdate().isoformat()}.{found.form.kind}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["X-Total-Count"] = str(found.count)
    answer["Cache-Control"] = "no-store"
    return answer


async def _later(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each piece is made on the thread of the request, where its connection is; nothing is made before it is sent."""
    one: Any = sync_to_async(next, thread_sensitive=True)
    while (piece := await one(pieces, None)) is not None:
        yield piece
