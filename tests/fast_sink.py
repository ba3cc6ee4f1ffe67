"""A mail server for measuring: raw asyncio, keeps nothing but the count of messages by Message-ID.

    with FastSink() as sink:
        ... send to sink.host, sink.port ...
        sink.totals()

It offers PIPELINING, takes everything, and answers the word COUNT with how many messages it took and how many of them
had a Message-ID of their own. Not for correctness: that is what `tests.sink` is for.
"""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HOST = "127.0.0.1"
_DOT = b"\r\n.\r\n"
_ANSWERS = {
    b"EHLO": b"250-fast.test\r\n250-PIPELINING\r\n250-SIZE 50000000\r\n250 8BITMIME\r\n",
    b"HELO": b"250 fast.test\r\n",
    b"DATA": b"354 go on\r\n",
    b"QUIT": b"221 bye\r\n",
}


@dataclass(frozen=True)
class Totals:
    """How many messages were taken, and how many different ones."""

    messages: int
    different: int


class FastSink:
    """The server's process, seen from who measures."""

    host = HOST

    def __enter__(self) -> FastSink:
        command = [sys.executable, "-P", "-m", "tests.fast_sink"]
        self._process = subprocess.Popen(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, stdout=subprocess.PIPE)
        assert self._process.stdout is not None
        self.port = int(self._process.stdout.readline())
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.wait()
        assert self._process.stdout is not None
        self._process.stdout.close()

    def totals(self) -> Totals:
        """What was taken so far."""
        with socket.create_connection((HOST, self.port), timeout=30) as peer, peer.makefile("rb") as lines:
            lines.readline()
            peer.sendall(b"COUNT\r\n")
            _code, messages, different = lines.readline().split()
        return Totals(int(messages), int(different))


class Session(asyncio.Protocol):
    """One connection."""

    taken = 0
    seen: set[bytes] = set()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._held, self._is_content = transport, b"", False
        transport.get_extra_info("socket").setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        transport.write(b"220 fast.test\r\n")

    def data_received(self, data: bytes) -> None:
        held, answers = self._held + data, []
        while held:
            if self._is_content:
                end = held.find(_DOT)
                if end < 0:
                    break
                self._count(held[:end])
                self._is_content, held = False, held[end + len(_DOT) :]
                answers.append(b"250 taken\r\n")
                continue
            line, found, rest = held.partition(b"\r\n")
            if not found:
                break
            held = rest
            answers.append(self._answer(line))
        self._held = held
        if answers:
            self._transport.write(b"".join(answers))

    def _answer(self, line: bytes) -> bytes:
        word = line[:4].upper()
        if word == b"COUN":
            return b"250 %d %d\r\n" % (Session.taken, len(Session.seen))
        self._is_content = word == b"DATA"
        return _ANSWERS.get(word, b"250 ok\r\n")

    def _count(self, content: bytes) -> None:
        Session.taken += 1
        at = content.find(b"Message-ID: ")
        Session.seen.add(content[at + 12 : content.find(b"\r\n", at)])


async def _serve() -> None:
    server = await asyncio.get_running_loop().create_server(Session, HOST, 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve())
