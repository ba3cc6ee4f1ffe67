"""Handing files out: a download for what people sent, a picture of our own making for what a browser draws.

A part of a file may be asked for (RFC 9110, section 14), so that sound and film can be sought.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from dangol.collaborative.activities.attachments.rules.ranges import Span, asked_span
from dangol.collaborative.activities.attachments.services.store import path_of, view_path
from dangol.platform.objects.writing import NotFound

SHUT = "default-src 'none'; sandbox"
_BLOCK = 256 * 1024


def sent_out(request: HttpRequest, file: Any) -> HttpResponseBase:
    """A file, or the part asked for, as a download: never shown in the browser, never guessed at, never run.

    Raises NotFound.
    """
    path, tag = path_of(file.sha256), f'"{file.sha256}"'
    if not path.is_file():
        raise NotFound(_("The content of this file is missing on the server's disk."))
    if request.headers.get("If-None-Match") == tag:
        return _named(HttpResponse(status=304), file, tag)
    try:
        span = asked_span(request.headers.get("Range", ""), request.headers.get("If-Range", ""), tag, file.size)
    except ValueError:
        return _named(HttpResponse(status=416, headers={"Content-Range": f"bytes */{file.size}"}), file, tag)
    part = span or Span(0, file.size)
    content = _blocks_async(path, part) if isinstance(request, ASGIRequest) else _blocks(path, part)
    answer = StreamingHttpResponse(content, content_type=file.media_type, status=206 if span else 200)
    answer["Content-Length"] = str(part.length)
    answer["Content-Encoding"] = "identity"  # most kinds are packed already
    if span:
        answer["Content-Range"] = f"bytes {span.first}-{span.end - 1}/{file.size}"
    return _named(answer, file, tag)


def _named(answer: HttpResponseBase, file: Any, tag: str) -> HttpResponseBase:
    answer["Accept-Ranges"] = "bytes"
    answer["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    answer["ETag"] = tag
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


def _blocks(path: Path, span: Span) -> Iterator[bytes]:
    left = span.length
    with path.open("rb") as stream:
        stream.seek(span.first)
        while left and (block := stream.read(min(_BLOCK, left))):
            left -= len(block)
            yield block


async def _blocks_async(path: Path, span: Span) -> AsyncIterator[bytes]:
    left = span.length
    stream = await asyncio.to_thread(path.open, "rb")
    try:
        await asyncio.to_thread(stream.seek, span.first)
        while left and (block := await asyncio.to_thread(stream.read, min(_BLOCK, left))):
            left -= len(block)
            yield block
    finally:
        await asyncio.to_thread(stream.close)
