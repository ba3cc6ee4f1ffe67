"""Hangs the counting of pairs into the analysis."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.analytical.warehouse import Analysis, register_step
from dangol.analytical.warehouse.steps import MODELS


def count_pairs(analysis: Analysis) -> None:
    """Count and test; the numeric libraries are loaded only when the step runs."""
    from dangol.analytical.recommendations.cross_sell import services

    services.count_pairs(analysis)


register_step("cross_sell", MODELS, count_pairs, label=_("counting which products go together"))
