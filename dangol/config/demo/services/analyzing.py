"""Loading with everything that follows, and having everything counted anew in the background."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

from dangol.analytical.warehouse.analysis.services import analyze
from dangol.analytical.warehouse.analysis.tasks import analyze_now
from dangol.config.demo.generator.words import Language
from dangol.config.demo.services.loading import Loaded, load
from dangol.platform.access.actor import Actor
from dangol.platform.jobs.progress import Tracker

Listener = Callable[[int, int, str], None]


def load_and_analyze(
    *, actor: Actor, today: date, language: Language | None = None, listener: Listener | None = None
) -> tuple[Loaded, dict[str, Any]]:
    """Load the demo company and work out here and now what is known of its customers.

    Returns what was loaded and what the analysis found (nothing, when it was here already). `listener(done, total,
    step)` hears of each step. Raises Forbidden, DemoRefused; AnalysisBusy once the company is stored.
    """
    loaded = load(actor=actor, today=today, language=language, progress=Tracker(None, listener))
    return loaded, analyze(actor=actor, listener=listener) if loaded.is_new else {}


def analyze_soon() -> None:
    """Have everything counted anew by a job, in the running transaction; one that waits already will do."""
    analyze_now.defer(once="warehouse.analyze")
