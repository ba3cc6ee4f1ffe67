"""Whether a web process still lives, by its own signs.

A process that died is seen at once; one that lives and hangs is not. So its event loop writes a byte a second into a
pipe. That works for each of several processes behind one socket, and a slow database or a request that takes long is
no reason to end any: these do not hold the loop up.
"""

from __future__ import annotations

import os

from dangol.platform.db.environment import number_from

DEFAULT_PATIENCE_SECONDS = 30.0
LONGEST_START_SECONDS = 300.0
LONGEST_LOOK_SECONDS = 1.0


class Pulse:
    """A pipe for signs of life, and how long there were none."""

    def __init__(self) -> None:
        self.patience_seconds = patience()
        self._reading, self.writing = os.pipe()
        for end in (self._reading, self.writing):
            os.set_blocking(end, False)
        self.silence_seconds, self._looked_at, self._has_beaten = 0.0, 0.0, False

    def begin(self, now: float) -> None:
        """A new process begins at `now` (`time.monotonic`)."""
        self._has_come()
        self.silence_seconds, self._looked_at, self._has_beaten = 0.0, now, False

    def is_lost(self, now: float) -> bool:
        """Whether the process has been silent for too long; to be asked several times a second.

        Time in which nobody looked does not count: the whole machine may have slept. One that has given no sign yet
        may still be starting, on a slow machine for minutes.
        """
        self.silence_seconds += min(now - self._looked_at, LONGEST_LOOK_SECONDS)
        self._looked_at = now
        if self._has_come():
            self.silence_seconds, self._has_beaten = 0.0, True
        limit = self.patience_seconds if self._has_beaten else max(self.patience_seconds, LONGEST_START_SECONDS)
        return self.silence_seconds > limit

    def _has_come(self) -> bool:
        try:
            return bool(os.read(self._reading, 65536))
        except BlockingIOError:
            return False


def patience() -> float:
    """Seconds without a sign of life after which a web process is ended: DANGOL_HUNG_AFTER. Raises CannotContinue."""
    return number_from("DANGOL_HUNG_AFTER", DEFAULT_PATIENCE_SECONDS, 2, 3600)
