"""CSV and JSON lines into a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dangol.platform.access.actor import Actor
from dangol.platform.objects.exporting import Form, Plan, Writer
from dangol.platform.ui.viewer import Viewer


class LinesFile:
    """The same bytes that a streamed answer would hold."""

    def __init__(self, path: Path, plan: Plan, form: Form, actor: Actor, viewer: Viewer) -> None:
        self.writer = Writer(actor, plan.columns, form, viewer)
        self._out = path.open("wb")
        self._out.write(self.writer.head())

    def write(self, chunk: list[tuple[Any, ...]]) -> None:
        """Add rows."""
        self._out.write(self.writer.piece(chunk))

    def close(self) -> None:
        """Nothing follows."""
        self._out.close()
