"""What doors of exports share: which form was asked for, and the file as a streamed answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any, cast

from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dangol.platform.objects.export_places import TooManyExports
from dangol.platform.objects.exporting import CONTENT_TYPES, SEPARATORS, Export, Form
from dangol.platform.objects.types import ObjectType
from dangol.platform.ui.errors import error_page

VALUES = (
    ("sheet", _("Names in words, numbers and days for a spreadsheet")),
    ("words", _("Everything as the page shows it")),
    ("codes", _("Ids, codes and ISO dates, for programs")),
)
SEPARATOR_WORDS = (("comma", _("Comma")), ("semicolon", _("Semicolon")), ("tab", _("Tab")))


def too_many(request: HttpRequest, error: TooManyExports, way_out: str) -> HttpResponse:
    """The page that says to wait."""
    answer = error_page(request, 429, str(error), way_out=way_out)
    answer["Retry-After"] = str(error.seconds)
    return answer


def form_of(asked: Mapping[str, str]) -> Form:
    """The form that was asked for; what is not known falls back to a file for spreadsheets."""
    kind, separator, values = asked.get("format", "csv"), asked.get("separator", "comma"), asked.get("values", "sheet")
    return Form(
        kind=cast(Any, kind if kind in CONTENT_TYPES else "csv"),
        separator=separator if separator in SEPARATORS else "comma",
        has_bom=asked.get("bom", "") in ("1", "on", "true"),
        values=cast(Any, values if values in dict(VALUES) else "sheet"),
    )


def as_file(request: HttpRequest, declared: ObjectType, found: Export, disposition: str = "") -> StreamingHttpResponse:
    """The answer that hands the pieces on as they are made; by default under the address's name with the day."""
    pieces: Any = later(found.pieces) if isinstance(request, ASGIRequest) else found.pieces
    answer = StreamingHttpResponse(pieces, content_type=found.form.content_type)
    name = f"{declared.slug}-{timezone.localdate().isoformat()}.{found.form.kind}"
    answer["Content-Disposition"] = disposition or f'attachment; filename="{name}"'
    answer["X-Total-Count"] = str(found.count)
    answer["Cache-Control"] = "no-store"
    return answer


async def later(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Each piece is made on the thread of the request, where its connection is; nothing is made before it is sent."""
    one: Any = sync_to_async(next, thread_sensitive=True)
    while (piece := await one(pieces, None)) is not None:
        yield piece
