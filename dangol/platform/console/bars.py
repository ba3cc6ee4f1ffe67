"""Progress bars of a job with several steps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from dangol.platform.console.progress import progress_bar


class Bars:
    """One bar after the other, one for each step."""

    def __init__(self) -> None:
        self._stack, self._step = ExitStack(), ""
        self._advance: Callable[[int], None] = lambda done: None

    def __enter__(self) -> Bars:
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def hear(self, done: int, total: int, step: str) -> None:
        """Show how far a step is."""
        if step != self._step:
            self._stack.close()
            self._step = step
            self._advance = self._stack.enter_context(progress_bar(step, total or None))
        self._advance(done)
