"""The shared ground: a board of 150,000 cards, counts, and 50 people at work at once."""

import asyncio
import os
import random
import socket
import sys
import time
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlencode

from benchmarks import maker
from benchmarks.house import house
from benchmarks.lists import p95_of
from benchmarks.measured import Measured
from dangol.platform.console.child import LISTENER
from dangol.platform.console.parts import Part, lifeline
from dangol.platform.console.pulse import Pulse
from dangol.platform.console.supervisor import web_parts

CARDS = 150_000
USERS = 50
SECONDS = 60
THINKING_SECONDS = 2.0
"""What a person takes between two pages on average; 50 of them ask some 25 pages a second."""


def measure() -> dict[str, Measured]:
    """Fill a house with a million people and 150,000 companies; ask alone first, then with fifty people at once."""
    with house() as owner:
        user = maker.administrator()
        with owner.cursor() as cursor:
            maker.companies(cursor, CARDS)
            maker.people(cursor, companies=CARDS)
            maker.tiers(cursor)
            maker.settle(cursor)
        found = _alone(user)
        found.update(_together(user))
        return found


def _alone(user: Any) -> dict[str, Measured]:
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(user)
    plain, frame = p95_of(lambda: client.get("/companies?sort=name"))
    board, queries = p95_of(lambda: client.get("/companies?layout=board&by=industry"))
    count, counted = _slowest_count(client)
    return {
        "board": Measured(board, f"{queries} queries in all; the list of the same object {plain:.0f} ms, {frame}"),
        "board_queries": Measured(queries),
        "count": Measured(count, counted),
    }


def _slowest_count(client: Any) -> tuple[float, str]:
    kinds = {
        "all": "",
        "a country": '{"field": "country", "op": "is", "value": "GB"}',
        "a tier": '{"field": "tier", "op": "is", "value": "top"}',
        "industry of the company": '{"field": "company", "op": "where", "value":'
        ' {"field": "industry", "op": "is", "value": "Coffee"}}',
    }
    worst, notes = 0.0, []
    for name, tree in kinds.items():
        asked = urlencode({"filter": tree}) if tree else ""
        taken, _queries = p95_of(lambda asked=asked: client.get(f"/people/count?{asked}"))
        notes.append(f"{name} {taken:.0f} ms")
        worst = max(worst, taken)
    return worst, "; ".join(notes)


def _together(user: Any) -> dict[str, Measured]:
    """Fifty signed-in people with pauses between pages ask what `dangol start` keeps; the client shares its cores."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        reading, told = lifeline()
        environment = {**told, "DANGOL_PROCESS": "web", "DANGOL_ACCESS_LOG": "1", LISTENER: str(listener.fileno())}
        log = Path(os.environ["DANGOL_HOME"]) / "web.log"
        parts = [Part(name, log, environment, (reading, listener.fileno()), print, Pulse()) for name in web_parts()]
        for part in parts:
            part.look()
        try:
            at = f"http://127.0.0.1:{listener.getsockname()[1]}"
            taken, errors = asyncio.run(_all_at_work(at, _cookies(user)))
        except AssertionError as error:
            raise AssertionError(f"{error}: {log.read_text()[-2000:]}") from error
        finally:
            for part in parts:
                part.ask_to_end()
            time.sleep(1)
            for part in parts:
                part.make_end()
    every = [one for times in taken.values() for one in times]
    notes = [f"{name} {_p95(times):.0f} ms" for name, times in taken.items()]
    notes.append(f"{len(every) / SECONDS:.0f} pages/s")
    return {
        "mixed": Measured(_p95(every), "; ".join(notes)),
        "mixed_errors": Measured(errors, f"{len(every)} pages"),
    }


def _cookies(user: Any) -> list[dict[str, str]]:
    from django.conf import settings
    from django.test import Client

    found = []
    for _ in range(USERS):
        client = Client()
        client.force_login(user)
        found.append({settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value})
    return found


async def _all_at_work(base: str, cookies: list[dict[str, str]]) -> tuple[dict[str, list[float]], int]:
    import httpx

    async with httpx.AsyncClient(base_url=base, timeout=2) as probe:
        await until_it_answers(probe)
    taken: dict[str, list[float]] = {}
    errors: list[str] = []
    end = time.perf_counter() + SECONDS
    await asyncio.gather(*(_work(base, each, n, end, taken, errors) for n, each in enumerate(cookies)))
    for text in errors[:5]:
        print(text, file=sys.stderr)
    return taken, len(errors)


async def until_it_answers(probe: Any) -> None:
    import httpx

    for _ in range(120):
        try:
            await probe.get("/login")
            return
        except httpx.TransportError:
            await asyncio.sleep(0.25)
    raise AssertionError("the server does not start")


async def _work(
    base: str, cookies: dict[str, str], number: int, end: float, taken: dict[str, list[float]], errors: list[str]
) -> None:
    import httpx

    dice = random.Random(number)
    async with httpx.AsyncClient(base_url=base, cookies=cookies, timeout=30) as client:
        await asyncio.sleep(dice.random() * THINKING_SECONDS)
        await client.get("/people/new")  # a form brings the token that edits need
        while time.perf_counter() < end:
            name, path, change = _next_page(dice)
            start = time.perf_counter()
            answer = await _ask(client, path, change)
            taken.setdefault(name, []).append((time.perf_counter() - start) * 1000)
            if answer.status_code >= 400:
                errors.append(f"{name} {path}: {answer.status_code}")
            await asyncio.sleep(dice.expovariate(1 / THINKING_SECONDS))


async def _ask(client: Any, path: str, change: dict[str, str]) -> Any:
    """Ask as a browser does: a connection that the server shut while nobody spoke is opened again."""
    import httpx

    for is_last in (False, True):
        try:
            if not change:
                return await client.get(path)
            token = {"X-CSRFToken": client.cookies.get("csrftoken", "")}
            return await client.patch(path, json=change, headers=token)
        except (httpx.ReadError, httpx.RemoteProtocolError):
            if is_last:
                raise


def _next_page(dice: random.Random) -> tuple[str, str, dict[str, str]]:
    """What a person does next: lists, records, searching, counting, a board now and then, an edit in ten."""
    person = dice.randrange(1, maker.PEOPLE)
    filtered = urlencode({"filter": '{"field": "country", "op": "is", "value": "GB"}'})
    ways: list[tuple[int, str, str, dict[str, str]]] = [
        (20, "list", "/people", {}),
        (10, "filtered list", f"/people?{filtered}", {}),
        (10, "by value", "/people?sort=-value_12m", {}),
        (30, "record", f"/people/{person}", {}),
        (15, "search", f"/_menu?q={dice.randrange(10**4):04}", {}),
        (5, "board", "/companies?layout=board&by=industry", {}),
        (10, "edit", f"/api/v1/people/{person}", {"city": f"City {dice.randrange(300)}"}),
    ]
    _weight, name, path, change = dice.choices(ways, [way[0] for way in ways])[0]
    return name, path, change


def _p95(times: list[float]) -> float:
    return quantiles(times, n=20)[18] if len(times) > 1 else sum(times)
