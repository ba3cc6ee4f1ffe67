"""The script itself, for the pages of others: one small file, the same for everybody, kept by browsers for a while."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.http import http_date, quote_etag
from django.views.decorators.http import require_safe

from dangol.core.behavior.script.queries import script

KEPT_SECONDS = 3600
"""How long a browser keeps it without asking again: a fix reaches everybody within the hour."""


@require_safe
def serve(request: HttpRequest) -> HttpResponse:
    """The script, packed if the browser takes that; 304 when the browser has it already."""
    found = script()
    etag = quote_etag(found.digest)
    takes = request.headers.get("Accept-Encoding", "")
    packed = "br" if "br" in takes and found.br else "gzip" if "gzip" in takes and found.gz else ""
    if request.headers.get("If-None-Match") in (etag, f"W/{etag}"):
        response = HttpResponse(status=304)
    else:
        body = {"br": found.br, "gzip": found.gz}.get(packed) or found.body
        response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
        if packed:
            response.headers["Content-Encoding"] = packed
    response.headers["ETag"] = etag
    response.headers["Last-Modified"] = http_date(found.made_at)
    response.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    response.headers["Vary"] = "Accept-Encoding"
    # Pages of others may load it (Fetch standard, CORP), and check it by its hash (crossorigin with integrity).
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
