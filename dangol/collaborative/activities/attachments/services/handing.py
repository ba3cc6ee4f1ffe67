"""Handing files out: a download for what people sent, a picture of our own making for what a browser draws."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from dangol.collaborative.activities.attachments.services.store import path_of, view_path
from dangol.platform.objects.writing import NotFound

SHUT = "default-src 'none'; sandbox"
_BLOCK = 256 * 1024


def sent_out(request: HttpRequest, file: Any) -> HttpResponseBase:
    """A file as a download: never shown in the browser, never guessed at, never run. Raises NotFound."""
    path = path_of(file.sha256)
    if not path.is_file():
        raise NotFound(_("The content of this file is missing on the server's disk."))
    content = _blocks_async(path) if isinstance(request, ASGIRequest) else _blocks(path)
    answer = StreamingHttpResponse(content, content_type=file.media_type)
    answer["Content-Length"] = str(file.size)
    answer["Content-Encoding"] = "identity"  # most kinds are packed already
    answer["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    answer["ETag"] = f'"{file.sha256}"'
    return _shut(answer)


def view_sent_out(request: HttpRequest, file: Any, edge: int) -> HttpResponseBase:
    """A small copy of a picture, to be drawn. Raises NotFound while there is none."""
    tag = f'"{file.sha256[:32]}-{edge}"'
    if request.headers.get("If-None-Match") == tag:
        return _shut(HttpResponse(status=304))
    try:
        content = view_path(file.sha256, edge).read_bytes()
    except FileNotFoundError:
        raise NotFound(_("The picture is not drawn yet.")) from None
    answer = HttpResponse(content, content_type="image/webp")
    answer["ETag"] = tag
    answer["Content-Disposition"] = "inline"
    return _shut(answer)


def _shut(answer: HttpResponseBase) -> HttpResponseBase:
    answer["Content-Security-Policy"] = SHUT
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-cache"
    return answer


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            yield block


async def _blocks_async(path: Path) -> AsyncIterator[bytes]:
    stream = await asyncio.to_thread(path.open, "rb")
    try:
        while block := await asyncio.to_thread(stream.read, _BLOCK):
            yield block
    finally:
        await asyncio.to_thread(stream.close)
