"""Run the rows of budgets.toml, each module in a process of its own, print the table and write RESULTS.md."""

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "RESULTS.md"
_HEADER = ("Work", "Size", "Budget", "Measured", "Verdict", "Note", "Others", "On")


@dataclass(frozen=True, slots=True)
class Row:
    """A row of budgets.toml."""

    name: str
    module: str
    work: str
    size: str
    budget: float
    unit: str
    others: str = ""
    better: str = "lower"
    timeout: float = 1800.0

    def verdict(self, value: float) -> str:
        """Say whether the figure keeps the budget."""
        kept = value >= self.budget if self.better == "higher" else value <= self.budget
        return "kept" if kept else "BROKEN"


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the rows asked for (names of rows or modules; default all); 0 if every one kept its budget."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help="rows or modules to run; all if none is named")
    parser.add_argument("--json", action="store_true", help="print one JSON object instead of the table")
    parser.add_argument("--inside", nargs=2, metavar=("MODULE", "FILE"), help=argparse.SUPPRESS)
    asked = parser.parse_args(arguments)
    if asked.inside:
        return _measure_inside(*asked.inside)
    rows = _chosen(asked.names)
    lines, found = [], {}
    for module in dict.fromkeys(row.module for row in rows):
        mine = [row for row in rows if row.module == module]
        print(f"{module} ...", file=sys.stderr, flush=True)
        found[module] = _measure(module, max(row.timeout for row in mine))
        lines += [_line(row, found[module]) for row in mine]
    table = _merged(lines, load_rows())
    RESULTS.write_text(_page(table), encoding="utf-8")
    if asked.json:
        print(json.dumps({line[0] + ", " + line[1]: dict(zip(_HEADER, line, strict=True)) for line in lines}))
    else:
        _show(lines)
    return 0 if all(line[4] == "kept" for line in lines) else 1


def load_rows() -> list[Row]:
    """Return all rows of budgets.toml in its order."""
    with (FOLDER / "budgets.toml").open("rb") as file:
        return [Row(name=name, **table) for name, table in tomllib.load(file).items()]


def _chosen(names: Sequence[str]) -> list[Row]:
    rows = load_rows()
    unknown = set(names) - {row.name for row in rows} - {row.module for row in rows}
    if unknown:
        raise SystemExit(f"No such row: {', '.join(sorted(unknown))}. Rows: {', '.join(row.name for row in rows)}.")
    return [row for row in rows if not names or {row.name, row.module} & set(names)]


def _measure(module: str, timeout: float) -> dict[str, Any]:
    """Run a module's measure() in a fresh process; return its figures, or why there are none."""
    with tempfile.NamedTemporaryFile(suffix=".json") as answer:
        command = [sys.executable, "-m", "benchmarks", "--inside", module, answer.name]
        try:
            done = subprocess.run(command, cwd=FOLDER.parent, timeout=timeout, stdout=sys.stderr, check=False)
        except subprocess.TimeoutExpired:
            return {"error": f"given up after {timeout:g} s"}
        text = Path(answer.name).read_text(encoding="utf-8")
    if not text:
        return {"error": f"the process ended with {done.returncode}; see its output above"}
    result: dict[str, Any] = json.loads(text)
    return result


def _measure_inside(module: str, answer: str) -> int:
    from benchmarks.measured import NotMeasured

    try:
        found = import_module(f"benchmarks.{module}").measure()
        result: dict[str, Any] = {name: {"value": one.value, "note": one.note} for name, one in found.items()}
    except NotMeasured as reason:
        result = {"error": str(reason)}
    Path(answer).write_text(json.dumps(result), encoding="utf-8")
    return 0


def _line(row: Row, found: dict[str, Any]) -> tuple[str, ...]:
    sign = "at least " if row.better == "higher" else ""
    budget = f"{sign}{row.budget:,g} {row.unit}"
    today = date.today().isoformat()
    one = found.get(row.name)
    if one is None:
        why = found.get("error", "the module gave no figure for this row")
        return (row.work, row.size, budget, "-", "not measured", why, row.others, today)
    value = f"{one['value']:,.3g} {row.unit}" if one["value"] < 100 else f"{one['value']:,.0f} {row.unit}"
    return (row.work, row.size, budget, value, row.verdict(one["value"]), one["note"], row.others, today)


def _merged(lines: list[tuple[str, ...]], rows: list[Row]) -> list[tuple[str, ...]]:
    """Put new lines among the ones that the page holds already, in the order of budgets.toml."""
    known = {line[:2]: line for line in _lines_of_page()} | {line[:2]: line for line in lines}
    return [known[row.work, row.size] for row in rows if (row.work, row.size) in known]


def _lines_of_page() -> list[tuple[str, ...]]:
    if not RESULTS.exists():
        return []
    table = [line for line in RESULTS.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    cells = [tuple(cell.strip() for cell in line.strip("|").split(" | ")) for line in table[1:]]
    return [line for line in cells if len(line) == len(_HEADER)]


def _page(lines: list[tuple[str, ...]]) -> str:
    rule = "|" + " --- |" * len(_HEADER)
    cells = [" | ".join(cell.replace("|", "/") or " " for cell in line) for line in (_HEADER, *lines)]
    written = [f"| {line} |" for line in cells]
    machine = f"{os.cpu_count()} cores, {_memory()}, {platform.system()}, Python {platform.python_version()}"
    return "\n".join(
        [
            "# Measured",
            "",
            f"Written by `make bench`. Last machine: {machine}. Budgets are set for 2 cores and 24 GB.",
            "",
            written[0],
            rule,
            *written[1:],
            "",
        ]
    )


def _memory() -> str:
    try:
        return f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GB"
    except (ValueError, OSError):
        return "memory unknown"


def _show(lines: list[tuple[str, ...]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table()
    for name in _HEADER[:6]:
        table.add_column(name)
    for line in lines:
        style = {"kept": "green", "BROKEN": "bold red"}.get(line[4], "yellow")
        table.add_row(*line[:4], f"[{style}]{line[4]}[/]", line[5])
    Console().print(table)
