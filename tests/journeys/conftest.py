"""Journeys share one browser and one house."""

from tests.journeys.browser import browser_window, open_house

__all__ = ["browser_window", "open_house"]
