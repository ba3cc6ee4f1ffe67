"""The whole system at rest with the demo company: proportional set size of every process, PostgreSQL's too."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from benchmarks.measured import Measured, NotMeasured

QUIET_SECONDS = 40
COMMAND = [sys.executable, "-P", "-m", "dangol.config.cli", "start", "--demo", "--json"]


def measure() -> dict[str, Measured]:
    """Start, wait until the demo company is there and nothing has happened for a while, add up."""
    with tempfile.TemporaryDirectory(prefix="dangol-idle-") as folder:
        environment = {**os.environ, "DANGOL_HOME": f"{folder}/home", "DANGOL_PORT": "8799"}
        environment.pop("DATABASE_URL", None)
        process = subprocess.Popen(
            COMMAND, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            start_new_session=True,
        )  # fmt: skip
        try:
            assert process.stdout is not None
            if not json.loads(process.stdout.readline() or "{}").get("address"):
                raise NotMeasured("dangol start --demo did not come up")
            time.sleep(QUIET_SECONDS)
            parts = memory_by_part(Path(folder) / "home")
        finally:
            process.terminate()
            process.wait(timeout=120)
    note = ", ".join(f"{name} {size:.0f} MB" for name, size in sorted(parts.items(), key=lambda p: -p[1]))
    return {"idle_memory": Measured(sum(parts.values()), note)}


def memory_by_part(home: Path) -> dict[str, float]:
    """Megabytes of each part, shared pages divided among those who share them."""
    parts: dict[str, float] = {}
    for process in psutil.process_iter(["cmdline", "environ"]):
        try:
            if (process.info["environ"] or {}).get("DANGOL_HOME") == str(home) or _is_postgres(process, home):
                name = _name(process)
                parts[name] = parts.get(name, 0.0) + process.memory_full_info().pss / 1024**2
        except psutil.Error:
            continue
    return parts


def _is_postgres(process: psutil.Process, home: Path) -> bool:
    if str(home) in " ".join(process.info["cmdline"] or []):
        return True
    parent = process.parent()
    return parent is not None and str(home / "pg") in " ".join(parent.cmdline())


def _name(process: psutil.Process) -> str:
    words = " ".join(process.info["cmdline"] or [])
    for part in ("child web", "child worker", "keeper"):
        if part in words:
            return part.removeprefix("child ")
    return "postgres" if "postgres" in words else "supervisor"
