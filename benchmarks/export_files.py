"""A million people as Excel and Parquet files, made as the job makes them; and the whole company with them."""

import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil

from benchmarks import maker
from benchmarks.house import house
from benchmarks.measured import Measured

COLUMNS = ["name", "latin_name", "email", "phone", "company", "city", "country", "owner", "created_at", "tier",
           "value_12m"]  # fmt: skip
EARLY = 100_000


def measure() -> dict[str, Measured]:
    """Fill a database of its own with a million people, orders and tiers; make each file once, by an administrator."""
    with house() as owner, tempfile.TemporaryDirectory() as folder:
        user = maker.everybody(owner, with_tiers=True)
        found = _measured("export_parquet", lambda hear: _list("parquet", Path(folder), user, hear))
        found |= _measured("export_xlsx", lambda hear: _list("xlsx", Path(folder), user, hear))
        found |= _measured("export_all", lambda hear: _everything(Path(folder), hear))
        return found


def _measured(name: str, make: Callable[[Any], tuple[int, Path]]) -> dict[str, Measured]:
    early = most = 0.0

    def hear(done: int, total: int, step: str) -> None:
        nonlocal early, most
        if not early and done >= EARLY:
            early = _memory()
        most = max(most, _memory())

    start, worked = time.perf_counter(), time.process_time()
    rows, file = make(hear)
    taken, worked = time.perf_counter() - start, time.process_time() - worked
    note = f"{rows:,} rows, {file.stat().st_size / 1e6:.0f} MB, {worked:.0f} s of one core beside the database"
    return {name: Measured(taken, f"{note}; memory {early:.0f} MB after {EARLY:,} rows, {most:.0f} MB at most"),
            f"{name}_memory": Measured(most - early)}  # fmt: skip


def _list(kind: Any, folder: Path, user: Any, hear: Any) -> tuple[int, Path]:
    from dangol.platform.accounts.queries import actor_for
    from dangol.platform.exports.making import make_list, viewer_for
    from dangol.platform.jobs.progress import Tracker
    from dangol.platform.objects.exporting import Form, plan_export
    from dangol.platform.objects.listing import ListQuery
    from dangol.platform.objects.registry import object_type

    work = folder / kind
    work.mkdir()
    actor, target = actor_for(user), work / "file"
    plan = plan_export(actor, object_type("person"), ListQuery(columns=COLUMNS, sort="name"))
    reader = viewer_for(actor, "ko", "Asia/Seoul")
    rows = make_list(target, plan, Form(kind), reader, lambda: actor_for(user), Tracker(None, hear))
    return rows, target


def _everything(folder: Path, hear: Any) -> tuple[int, Path]:
    from dangol.platform.access.actor import Actor
    from dangol.platform.exports.company.packing import pack_zip
    from dangol.platform.jobs.progress import Tracker

    target = folder / "company.zip"
    return pack_zip(target, Actor.system("benchmark"), Tracker(None, hear)), target


def _memory() -> float:
    """The memory that this process holds now, in MB."""
    return float(psutil.Process().memory_info().rss) / 1024**2
