"""A child process that is started again when it falls."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from dangol.platform.console.child import LIFELINE, PULSE, WHERE_ARE_YOU
from dangol.platform.console.pulse import Pulse

FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 30.0
STEADY_SECONDS = 60.0
DUMP_SECONDS = 0.5
STDERR = 2


@dataclass
class Part:
    """One part of the system: `web`, `web-2`, ..., `worker`. Without a `log` it writes to our own standard error.

    One with a `pulse` gives signs of life by it, and is started again when these end.
    """

    name: str
    log: Path | None
    environment: Mapping[str, str]
    pass_fds: tuple[int, ...]
    say: Callable[[str], None]
    pulse: Pulse | None = None
    process: subprocess.Popen[bytes] | None = None
    starts_at: float = 0.0
    pause: float = FIRST_PAUSE_SECONDS
    started_at: float = field(default=0.0)

    def look(self) -> None:
        """Start the part when it is due; note its fall when it has ended, and end it when it hangs."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            self._note_fall(self.process.returncode, now)
        if self.process is None and now >= self.starts_at:
            self._start(now)
        if self.process is not None and self.pulse is not None and self.pulse.is_lost(now):
            self._end_hung(self.pulse.silence_seconds)

    def ask_to_end(self) -> None:
        """Ask the part and everything it started to end."""
        self._signal(signal.SIGTERM)

    def is_running(self) -> bool:
        """True while the process lives."""
        return self.process is not None and self.process.poll() is None

    def make_end(self) -> None:
        """Force what still runs of the part to end."""
        if self.process is not None:
            self._signal(signal.SIGKILL)
            self.process.wait()
            self.process = None

    def _start(self, now: float) -> None:
        command = [sys.executable, "-P", "-m", "dangol.platform.console.child", self.name]
        environment, pass_fds = {**os.environ, **self.environment}, self.pass_fds
        if self.pulse is not None:
            self.pulse.begin(now)
            environment[PULSE] = str(self.pulse.writing)
            pass_fds = (*pass_fds, self.pulse.writing)
        with self._open_log() as log:
            out = log or STDERR
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, start_new_session=True,
                env=environment, pass_fds=pass_fds,
            )  # fmt: skip
        self.started_at = now

    def _end_hung(self, seconds: float) -> None:
        """End a part that lives and does nothing; where it hangs goes into its log, if it can still tell."""
        self.say(f"The {self.name} part has given no sign of life for {seconds:.0f} s; ending it.")
        self._signal(WHERE_ARE_YOU)
        time.sleep(DUMP_SECONDS)
        self._signal(signal.SIGKILL)

    def _note_fall(self, code: int, now: float) -> None:
        """Plan the next start: soon after a steady life, later and later after falls in a row."""
        self._signal(signal.SIGKILL)
        self.process = None
        if now - self.started_at > STEADY_SECONDS:
            self.pause = FIRST_PAUSE_SECONDS
        self.starts_at = now + self.pause
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        where = f" See {self.log}." if self.log else ""
        self.say(f"The {self.name} part ended ({how}); starting it again in {self.pause:.1f} s.{where}")
        self.pause = min(self.pause * 2, LONGEST_PAUSE_SECONDS)

    def _signal(self, sign: signal.Signals) -> None:
        # The part leads a process group of its own, so this reaches what it started too.
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, sign)

    def _open_log(self) -> contextlib.AbstractContextManager[IO[bytes] | None]:
        return self.log.open("ab") if self.log else contextlib.nullcontext()


def lifeline() -> tuple[int, dict[str, str]]:
    """Return the reading end of a pipe that breaks when this process dies, and how a child is told of it."""
    reading, _ = os.pipe()  # the writing end stays open, here alone, for as long as this process lives
    return reading, {LIFELINE: str(reading)}
