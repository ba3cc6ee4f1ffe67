"""Marts over the lake: what orders add up to, by customer, by month, by cohort; and the run that refreshes all of it.

Higher rooms hang their own steps into that run with `register_step`; the warehouse imports none of them.
"""

from dangol.analytical.warehouse.steps import Analysis, register_step

__all__ = ["Analysis", "register_step"]
