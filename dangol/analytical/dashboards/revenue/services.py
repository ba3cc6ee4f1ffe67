"""Adding up what the lifetime value model expects of everybody, as a step of the analysis."""

from __future__ import annotations

from dangol.analytical.warehouse import Analysis

FIGURE = "expected_totals"


def tell_expected_totals(analysis: Analysis) -> None:
    """Leave the money expected in 90 and 365 days for the pages; nothing when the model is not shown."""
    found = analysis.counts.get("lifetime_value", {})
    money = found.get("expected_value", {}) if found.get("is_shown") else {}
    rows = [{"value_90": str(money["90"]), "value_365": str(money["365"])}] if {"90", "365"} <= set(money) else []
    analysis.tell(FIGURE, rows)
