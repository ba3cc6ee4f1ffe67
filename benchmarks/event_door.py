"""The event door at full load: batches of 100 for a minute, the load client on the same cores, and the work-off behind.

The house runs as it is (`dangol start`): two web processes, worker, embedded database with fsync. The client is a
process of its own with a few connections that each wait for their answer. What got a 2xx is counted in the tables in
the end; a single one that is missing or doubled fails the benchmark.
"""

import json
import multiprocessing
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measured import Measured, NotMeasured

SECONDS, EVENTS, CONNECTIONS = 60, 100, 8
MARK = b"00000000-000000"
"""Where each event's message id stands in the prepared body: connection and running number."""


def measure() -> dict[str, Measured]:
    """Start a house, load it for a minute, wait until everything is worked off, and count."""
    home = Path(tempfile.mkdtemp(prefix="dangol-bench-"))
    os.environ.update(DANGOL_HOME=str(home), DJANGO_SETTINGS_MODULE="dangol.config.settings", DANGOL_ACCESS_LOG="0")
    os.environ.pop("DATABASE_URL", None)
    port = _free_port()
    house = subprocess.Popen(
        [sys.executable, "-P", "-m", "dangol.config.cli", "start", "--json"],
        env={**os.environ, "DANGOL_PORT": str(port)}, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        assert house.stdout is not None
        if not house.stdout.readline():
            raise NotMeasured("the house did not start")
        return _load_and_wait(port)
    finally:
        house.send_signal(signal.SIGINT)
        house.wait(60)


def _load_and_wait(port: int) -> dict[str, Measured]:
    import django

    django.setup()
    key = _source()
    load = os.getloadavg()[0]
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        began = time.perf_counter()
        accepted, took = pool.apply(send_for, (port, key, SECONDS))
    behind = _count("SELECT coalesce(sum(events), 0) FROM behavior_inbox")
    while _count("SELECT count(*) FROM behavior_inbox"):
        time.sleep(0.5)
    whole = time.perf_counter() - began
    kept = _count("SELECT count(*) FROM behavior_event")
    single = _count("SELECT count(DISTINCT message_id) FROM behavior_event")
    if not kept == single == accepted:
        raise NotMeasured(f"{accepted:,} accepted, {kept:,} kept, {single:,} of them different")
    idle = whole - took
    note = f"batches of {EVENTS}, {CONNECTIONS} connections, {accepted:,} accepted; load average before {load:.1f}"
    rest = f"{behind:,} waited when the load ended, worked off at {behind / idle:,.0f} a second" if behind else ""
    return {
        "event_door_accepted": Measured(accepted / took, note),
        "event_door_worked_off": Measured(kept / whole, f"over {whole:.0f} s, the minute of load included; {rest}"),
    }


def _source() -> str:
    from dangol.core.behavior.sources.models import WriteKey
    from dangol.core.behavior.sources.services import create_source
    from dangol.platform.access.actor import Actor

    source = create_source(actor=Actor.system("benchmark"), values={"name": "Benchmark", "most_per_second": 0})
    return str(WriteKey.objects.for_system("benchmark").get(source=source).key)


def _count(statement: str) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return int(cursor.fetchone()[0])


def send_for(port: int, key: str, seconds: float) -> tuple[int, float]:
    """Send from several connections for so long; returns events with a 2xx, and the seconds it took."""
    import threading

    counts = [0] * CONNECTIONS
    threads = [
        threading.Thread(target=_send, args=(n, port, key, seconds, counts)) for n in range(CONNECTIONS)
    ]  # fmt: skip
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(counts), time.perf_counter() - began


def _send(n: int, port: int, key: str, seconds: float, counts: list[int]) -> None:
    template = json.dumps({"writeKey": key, "batch": [_event(i) for i in range(EVENTS)]}).encode()
    parts = template.split(MARK)
    head = f"POST /v1/batch HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(template)}\r\n\r\n".encode()
    number, end = 0, time.perf_counter() + seconds
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.perf_counter() < end:
            body = parts[0]
            for part in parts[1:]:
                body += b"%08d-%06d" % (number % 10**8, n) + part
                number += 1
            connection.sendall(head + body)
            if _status(connection) != 200:
                raise RuntimeError("a request was not accepted")
            counts[n] += EVENTS


def _status(connection: socket.socket) -> int:
    """Read an answer whole; its body is short and its length is told."""
    answer = b""
    while b"\r\n\r\n" not in answer:
        answer += connection.recv(4096)
    head, _mark, body = answer.partition(b"\r\n\r\n")
    length = next(int(line[15:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    while len(body) < length:
        body += connection.recv(4096)
    return int(head[9:12])


def _event(n: int) -> dict[str, Any]:
    """An event about as large as those of a shop: 600 bytes."""
    return {
        "type": "track", "event": ("Product Viewed", "Product Added", "Products Searched")[n % 3],
        "anonymousId": f"4b1c6a36-7f43-4c1b-9f0e-{n:012d}", "messageId": f"bench-{MARK.decode()}",
        "timestamp": "2026-11-22T03:04:05.678Z",
        "properties": {"product_id": f"P-{n:04d}", "name": "하와이 코나 원두 200g", "price": 25000,
                       "quantity": 1 + n % 3, "category": "coffee", "currency": "KRW"},
        "context": {"page": {"url": "https://shop.example/coffee/kona?utm_source=mail", "path": "/coffee/kona",
                             "title": "Kona", "referrer": "https://shop.example/"},
                    "locale": "ko-KR", "library": {"name": "analytics.js", "version": "next-1.70.0"},
                    "userAgent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/131.0"},
    }  # fmt: skip


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
