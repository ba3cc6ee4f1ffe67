"""A web process: answers what comes in on a socket, and gives signs of life while it does."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
from typing import Any

import uvicorn

from dangol.platform.console.collector import pass_over_what_is_loaded
from dangol.platform.realtime.hub import HUB

BEAT_SECONDS = 1.0
KEEP_ALIVE_SECONDS = 75
"""How long an idle connection is kept; longer than a proxy in front keeps it, else the proxy sends a request into one
that is just being closed, and answers 502."""


class LiveServer(uvicorn.Server):
    """Ends the streams of listening pages before it waits for what is under way: they would go on for minutes."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Take no more requests, and end."""
        HUB.close()
        await super().shutdown(sockets)


class BeatingServer(LiveServer):
    """Writes a byte a second into a pipe from its event loop: when that hangs, nothing comes."""

    def __init__(self, config: uvicorn.Config, pulse: int) -> None:
        super().__init__(config)
        self._pulse = pulse

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until told to stop."""
        beating = asyncio.create_task(self._beat())
        try:
            await super().serve(sockets)
        finally:
            beating.cancel()

    async def _beat(self) -> None:
        while True:
            with contextlib.suppress(OSError):  # full, because nobody looks now; or nobody is there any more
                os.write(self._pulse, b".")
            await asyncio.sleep(BEAT_SECONDS)


def serve_web(listener: int, pulse: int | None = None) -> None:
    """Serve the site on a socket that the parent listens on, so that a restart refuses nobody.

    `pulse` is the writing end of a pipe for signs of life.
    """
    from django.conf import settings

    module, _, name = settings.ASGI_APPLICATION.rpartition(".")
    config = uvicorn.Config(
        f"{module}:{name}", log_level="warning", log_config=None, timeout_graceful_shutdown=5, lifespan="off",
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        # Whose word counts about the client's address is decided in one place: console/proxies.
        proxy_headers=False, server_header=False, access_log=False,
    )  # fmt: skip
    config.load()
    pass_over_what_is_loaded()
    server: Any = LiveServer(config) if pulse is None else BeatingServer(config, pulse)
    server.run(sockets=[socket.socket(fileno=listener)])
