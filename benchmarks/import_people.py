"""Taking in a file of a million people from the command line: matched, judged, told and found by search."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measured import Measured

ROWS = 1_000_000
COMPANIES = 20_000
_RUN = (
    "import sys, resource; from dangol.config.cli import main"
    "\ntry:\n main()\nfinally:\n"
    " print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024, file=sys.stderr)"
)
_FAMILY = "김이박최정강조윤장임한오서신권황안송류전"


def measure() -> dict[str, Measured]:
    """Import a made file into an empty installation of its own, from the command typed to the answer printed."""
    with tempfile.TemporaryDirectory(prefix="dangol-bench-") as folder:
        environment = {**os.environ, "DANGOL_HOME": f"{folder}/home"}
        environment.pop("DATABASE_URL", None)
        few, many = write(Path(folder) / "few.csv", 10), write(Path(folder) / "many.csv", ROWS)
        _dangol(environment, str(few), "--dry-run")  # builds the cluster and its tables, which is not what is timed
        first, took, peak = _dangol(environment, str(many))
        again, took_again, _peak = _dangol(environment, str(many))
    if (first["rows_new"], first["rows_put_aside"], first["related_new"]) != (ROWS, 0, COMPANIES):
        raise AssertionError(f"Not every row came in once: {first}")
    if again["rows_unchanged"] != ROWS:
        raise AssertionError(f"The second import changed something: {again}")
    note = f"{ROWS / took:,.0f} rows/s, eight columns, {COMPANIES:,} companies made; peak {peak:,} MB of this process"
    return {
        "import_people": Measured(took, note),
        "import_people_again": Measured(took_again, "nothing new, nothing changed, no row written"),
    }


def write(path: Path, count: int) -> Path:
    """A file of people of Korea as a shop's member list has them; row `i` is made of its number."""
    with path.open("w", encoding="utf-8") as out:
        out.write("회원번호,이름,이메일,휴대폰,회사명,도시,국가,생년월일\n")
        for i in range(count):
            given = chr(0xAC00 + i * 7919 % 11172) + chr(0xAC00 + i * 104729 % 11172)
            out.write(
                f"M{i},{_FAMILY[i % 20]}{given},m{i}@bench.test,010-{i // 10000 % 10000:04}-{i % 10000:04},"
                f"상사 {i % COMPANIES},도시 {i % 300},대한민국,{1950 + i % 55}-{1 + i % 12:02}-{1 + i % 28:02}\n"
            )
    return path


def _dangol(environment: dict[str, str], *arguments: str) -> tuple[dict[str, Any], float, int]:
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _RUN, "import", "people", *arguments, "--json"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    took = time.perf_counter() - start
    if done.returncode:
        raise AssertionError(done.stdout + done.stderr)
    return json.loads(done.stdout), took, int(done.stderr.strip().splitlines()[-1])
