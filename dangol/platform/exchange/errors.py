"""What is wrong with a file, in sentences."""

from __future__ import annotations

from dangol.platform.db.errors import CannotContinue


class BadFile(CannotContinue):
    """The file cannot be read as a table."""


class BadMapping(CannotContinue):
    """The columns that were chosen are not enough, or contradict each other."""


class BadOption(CannotContinue):
    """A choice beside the columns cannot be used."""
