"""What the engine says when it cannot go on."""

from __future__ import annotations

from dangol.platform.db.errors import CannotContinue


class LakeBusy(CannotContinue):
    """Another process writes to the lake."""

    def __init__(self) -> None:
        super().__init__(
            "Another analysis is loading data right now.",
            "Wait until it has finished; `dangol status` shows how far it is.",
        )


class NothingLoaded(CannotContinue):
    """A table was asked for that the lake does not hold."""

    def __init__(self, name: str) -> None:
        super().__init__(f"The warehouse holds no {name} yet.", "Run `dangol analyze` first.")
