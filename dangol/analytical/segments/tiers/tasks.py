"""Hangs the tiers into the analysis."""

from dangol.analytical.segments.tiers.services import rank_customers
from dangol.analytical.warehouse import register_step
from dangol.analytical.warehouse.steps import TIERS

register_step("tiers", TIERS, rank_customers)
