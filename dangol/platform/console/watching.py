"""Watches every request: its number, how long it took, what it asked of the database; a line in the log for each."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from dangol.platform.console import metrics
from dangol.platform.console.proxies import request_id_of
from dangol.platform.console.recorder import RECORDER
from dangol.platform.db.asking import Asking, asking
from dangol.platform.db.models import uuid7

access = logging.getLogger("dangol.access")
QUIET = frozenset({"healthz", "readyz", "metrics", ""})
"""Routes that machines ask again and again, and files: not worth a line each."""


class WatchMiddleware:
    """Gives each request its number (`request.request_id`, header X-Request-ID), and notes how it went."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        number = request_id_of(request) or str(uuid7())
        request.request_id = number  # type: ignore[attr-defined]
        who, began = Asking("page", request_id=number), time.perf_counter()
        request.asking = who  # type: ignore[attr-defined]
        with asking(who):
            response = self.get_response(request)
            ms = (time.perf_counter() - began) * 1000
            self._note(request, response, who, ms)
        response.headers.setdefault("X-Request-ID", number)
        return response

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        """Name the route as soon as it is known, so that slow statements can name it too."""
        who: Asking = request.asking  # type: ignore[attr-defined]
        who.name = request.resolver_match.route if request.resolver_match else ""
        who.user_id = getattr(getattr(request, "actor", None), "user_id", None)

    def _note(self, request: HttpRequest, response: HttpResponseBase, who: Asking, ms: float) -> None:
        status = response.status_code
        route = who.name or ("unmatched" if status == 404 else "files")
        metrics.observe(route, request.method or "", status, ms / 1000, who.queries)
        if who.name not in QUIET:
            RECORDER.page(who, ms, is_failed=status >= 500)
            access.info(
                "%s /%s %s", request.method, who.name, status,
                extra={"method": request.method, "route": who.name, "status": status, "ms": round(ms, 1),
                       "queries": who.queries, "query_ms": round(who.query_ms, 1)},
            )  # fmt: skip
