"""Reasons for which an analysis does not run. Pure."""

from __future__ import annotations


class AnalysisBusy(Exception):
    """Another analysis of the same database is under way."""

    what_to_do = "Wait until it has finished; the Overview shows how far it is."

    def __init__(self) -> None:
        super().__init__("Another analysis is running.")
