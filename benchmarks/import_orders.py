"""Taking in a real shop's file from the command line, and taking it in again."""

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measured import Measured, NotMeasured

SUM = "9747747.934"
_RUN = "import sys; from dangol.config.cli import main; sys.exit(main())"


def measure() -> dict[str, Measured]:
    """Import Online Retail into an empty installation of its own, from the command typed to the answer printed."""
    file = _file()
    with tempfile.TemporaryDirectory(prefix="dangol-bench-") as home:
        environment = {**os.environ, "DANGOL_HOME": f"{home}/home"}
        environment.pop("DATABASE_URL", None)
        _dangol(environment, str(file), "--dry-run")  # builds the cluster and its tables, which is not what is timed
        first, took = _dangol(environment, str(file), "--yes")
        again, took_again = _dangol(environment, str(file), "--yes")
    if first["amount_imported"] != SUM or first["rows_imported"] != 541_909:
        raise AssertionError(f"The sums do not agree: {first}")
    if again["rows_new"] or again["rows_changed"]:
        raise AssertionError(f"The second import changed something: {again}")
    note = f"{first['rows_imported']:,} lines, {first['orders']:,} orders; {first['rows_imported'] / took:,.0f} lines/s"
    return {
        "import_orders": Measured(took, note),
        "import_orders_again": Measured(took_again, "nothing new, nothing changed, no row written"),
    }


def _file() -> Path:
    root = Path(__file__).resolve().parent.parent
    data = Path(os.environ.get("DANGOL_DATA", root.parent / "shared" / "data"))
    found = data / "online_retail" / "online_retail.csv.gz"
    if not found.is_file():
        raise NotMeasured(f"needs {found} (set DANGOL_DATA)")
    return found


def _dangol(environment: dict[str, str], *arguments: str) -> tuple[dict[str, Any], float]:
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", _RUN, "import", "orders", *arguments, "--json"],
        env=environment, stdout=subprocess.PIPE, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout), time.perf_counter() - start
