"""A receiver on this machine: a real HTTP server that keeps what came and answers as it is told."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """What came, as (headers, body); `answers` are given one after the other, the last one again and again."""

    url: str = ""
    answers: list[int] = field(default_factory=lambda: [204])
    slow_seconds: float = 0.0
    came: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def next_answer(self) -> int:
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


@contextmanager
def receiver(**more: Any) -> Iterator[Receiver]:
    """Run one while the block runs."""
    told = Receiver(**more)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told.came.append(({k.lower(): v for k, v in self.headers.items()}, body))
            time.sleep(told.slow_seconds)
            status = told.next_answer()
            self.send_response(status)
            if 300 <= status < 400:
                self.send_header("Location", told.url + "/elsewhere")
            self.send_header("Set-Cookie", "secret=1")
            self.send_header("Content-Length", "0" if status == 204 else "4")
            self.end_headers()
            if status != 204:
                self.wfile.write(b"said")

        def log_message(self, *args: Any) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
