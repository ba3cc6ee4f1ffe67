"""Journeys share one browser."""

from tests.journeys.browser import browser_window

__all__ = ["browser_window"]
