"""What was told lately, so that a page that was away for a moment knows whether it missed something."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection

from dangol.platform.realtime.rules import Topic

KEPT = 20_000
SLACK_MS = 5_000
"""What the clocks of several machines in front of one database may differ, and a notice may take."""


class Memory:
    """The latest notices with the moment (milliseconds) each was heard. Without a moment `since`, nothing is known."""

    def __init__(self, kept: int = KEPT) -> None:
        self._said: deque[tuple[int, str, frozenset[int] | None]] = deque(maxlen=kept)
        self.since: int | None = None

    def begin(self, at: int) -> None:
        """From now on every notice is heard."""
        self._said.clear()
        self.since = at

    def end(self) -> None:
        """From now on notices may be missed."""
        self.since = None

    def note(self, at: int, kind: str, numbers: frozenset[int] | None) -> None:
        """Keep a notice; the oldest makes room, and what came before is known no more."""
        if len(self._said) == self._said.maxlen:
            self.since = self._said[0][0] + 1
        self._said.append((at, kind, numbers))

    def may_have_missed(self, topics: Collection[Topic], since: int) -> bool:
        """Whether something was told of these since a moment, or it is not known that nothing was."""
        if self.since is None or since - SLACK_MS < self.since:
            return True
        for at, kind, numbers in reversed(self._said):
            if at < since - SLACK_MS:
                return False
            if any(t.kind == kind and (numbers is None or t.number in numbers) for t in topics):
                return True
        return False
