"""Hangs the lifetime value models into the analysis."""

from __future__ import annotations

from dangol.analytical.warehouse import Analysis, register_step
from dangol.analytical.warehouse.steps import MODELS


def score_customers(analysis: Analysis) -> None:
    """Learn, test and score; the numeric libraries are loaded only when the step runs."""
    from dangol.analytical.predictions.lifetime_value import services

    services.score_customers(analysis)


register_step("lifetime_value", MODELS, score_customers)
