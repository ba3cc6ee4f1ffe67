"""The demo company: invented, loaded and analysed; then removed. One run each, as a newcomer meets it."""

import time
from datetime import date

from benchmarks.house import house
from benchmarks.measured import Measured

TODAY = date(2026, 11, 22)


def measure() -> dict[str, Measured]:
    """Load into an empty house, analyse, remove; the same company on every machine."""
    with house():
        from dangol.analytical.warehouse.analysis.services import analyze
        from dangol.config.demo.services.loading import load
        from dangol.config.demo.services.removing import remove
        from dangol.platform.access.actor import Actor

        actor = Actor.system("benchmark")
        begun = time.perf_counter()
        loaded = load(actor=actor, today=TODAY)
        stored = time.perf_counter()
        analyze(actor=actor)
        ready = time.perf_counter()
        remove(actor=actor)
        gone = time.perf_counter()
    rows = f"{loaded.people:,} customers, {loaded.orders:,} orders, {loaded.lines:,} lines"
    parts = f"{rows}; loaded in {stored - begun:.1f} s, analysed in {ready - stored:.1f} s"
    return {"demo_ready": Measured(ready - begun, parts), "demo_removed": Measured(gone - ready, rows)}
