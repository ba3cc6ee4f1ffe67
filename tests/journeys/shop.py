"""A shop of somebody else: a small site at an origin of its own, under a strict security policy."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

PAGE = "<!doctype html><html><head><title>{title}</title>{head}</head><body><h1>{title}</h1></body></html>"


@contextmanager
def shop(house: str, head: str, files: Path | None = None) -> Iterator[str]:
    """Serve any path as a page with `head`, and `files` under /lib/; yields the address.

    Its pages load scripts from themselves and the house at `house` only, and speak to nobody else.
    """

    class Pages(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path.startswith("/lib/") and files is not None:
                self._answer((files / path.removeprefix("/lib/")).read_bytes(), "text/javascript")
            else:
                title = path.strip("/") or "Shop"
                self._answer(PAGE.format(title=title, head=head).encode(), "text/html; charset=utf-8")

        def _answer(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            policy = f"default-src 'none'; script-src 'self' {house}; connect-src {house}; img-src 'self'"
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *told: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
