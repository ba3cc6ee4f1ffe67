"""Hangs the marts into the analysis."""

from dangol.analytical.warehouse.marts.services import make_marts
from dangol.analytical.warehouse.steps import MARTS, register_step

register_step("marts", MARTS, make_marts)
