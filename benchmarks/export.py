"""A million people taken out as CSV, through URL and view, with owner, company and tier by name; and its memory."""

import resource
import time
from typing import Any

from benchmarks import maker
from benchmarks.house import house
from benchmarks.measured import Measured

COLUMNS = "name,latin_name,email,phone,company,city,country,owner,created_at,tier,value_12m"
EARLY = 50


def measure() -> dict[str, Measured]:
    """Fill a database of its own with a million people and their tiers, then export all of them as an administrator."""
    with house() as owner:
        user = maker.everybody(owner, with_tiers=True)
        return _export(user)


def _export(user: Any) -> dict[str, Measured]:
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    client = Client()
    client.force_login(user)
    client.get("/people")
    start, size, pieces, early = time.perf_counter(), 0, 0, 0.0
    answer: Any = client.post("/people/export", {"columns": COLUMNS, "sort": "name", "now": "1"})
    assert answer.status_code == 200, answer.status_code
    first = 0.0
    for piece in answer.streaming_content:
        first = first or time.perf_counter() - start
        size, pieces = size + len(piece), pieces + 1
        if pieces == EARLY:
            early = _most_memory()
    taken, most = time.perf_counter() - start, _most_memory()
    note = f"{size / 1e6:.0f} MB, first byte after {first:.1f} s; memory {early:.0f} MB after {EARLY} pieces"
    return {"export": Measured(taken, f"{note}, {most:.0f} MB at the end"), "export_memory": Measured(most - early)}


def _most_memory() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
