"""What machines ask: is it ready, and its figures."""

from __future__ import annotations

import os
from hmac import compare_digest

from django.db import DatabaseError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_GET

from dangol.platform.console.metrics import exposition
from dangol.platform.console.migrated import pending
from dangol.platform.console.proxies import IS_FORWARDED, LOOPBACK, is_among, networks


@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """200 once requests can be answered: the database is there and its tables fit this version; else 503."""
    try:
        missing = pending()
        found = {"database": "up", "migrations": f"{len(missing)} missing" if missing else "done"}
        status = 503 if missing else 200
    except DatabaseError:
        found, status = {"database": "down", "migrations": "unknown"}, 503
    except Exception as error:  # a pool that gives up waiting has an exception of its own
        if type(error).__name__ != "PoolTimeout":
            raise
        found, status = {"database": "down", "migrations": "unknown"}, 503
    return JsonResponse(found, status=status, headers={"Cache-Control": "no-store"})


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures in Prometheus' format, for who knows DANGOL_METRICS_TOKEN; without one, for this machine alone."""
    if not _may_read(request):
        raise Http404
    text, content_type = exposition()
    return HttpResponse(text, content_type=content_type, headers={"Cache-Control": "no-store"})


def _may_read(request: HttpRequest) -> bool:
    token = os.environ.get("DANGOL_METRICS_TOKEN", "")
    if token:
        given = request.headers.get("Authorization", "")
        return compare_digest(given.encode(), f"Bearer {token}".encode())
    host = os.environ.get("DANGOL_HOST") or "127.0.0.1"
    is_public = not is_among("127.0.0.1" if host == "localhost" else host, networks(LOOPBACK))
    is_local = is_among(request.META.get("REMOTE_ADDR", ""), networks(LOOPBACK))
    # What came through a proxy came from elsewhere, whatever address the proxy has.
    return is_local and not is_public and not request.META.get(IS_FORWARDED)
