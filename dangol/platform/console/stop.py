"""`dangol stop`."""

from __future__ import annotations

import signal
import time
from contextlib import suppress

import psutil

from dangol.platform.console.output import Answer
from dangol.platform.db.errors import CannotContinue
from dangol.platform.db.home import Home
from dangol.platform.db.users import is_held

PATIENCE_SECONDS = 120


def stop() -> Answer:
    """Stop the Dangol that runs for this DANGOL_HOME, and wait until everything of it has ended.

    Example: `dangol stop`
    """
    from dangol.platform.console.supervisor import running_note

    home = Home.from_environment()
    if not is_held(home.run / "start.lock"):
        return Answer({"was_running": False}, "Dangol is not running · 단골이 실행 중이 아니에요.")
    number = running_note(home).get("pid")
    process = _verified(number, home)
    with suppress(psutil.NoSuchProcess):
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while is_held(home.run / "start.lock"):
        if time.monotonic() > deadline:
            raise CannotContinue(f"Dangol (process {number}) has not stopped after {PATIENCE_SECONDS} s.", "Wait more.")
        time.sleep(0.05)
    return Answer({"was_running": True, "pid": number}, "Dangol has stopped · 단골을 멈췄어요.")


def _verified(number: object, home: Home) -> psutil.Process:
    """Return the process to stop, after making sure that it is a `dangol start` that holds this home."""
    try:
        process = psutil.Process(number if isinstance(number, int) else -1)
        holds = any(opened.path == str((home.run / "start.lock").resolve()) for opened in process.open_files())
        if holds and "start" in process.cmdline():
            return process
    except (psutil.Error, ValueError):
        pass
    raise CannotContinue(
        f"Something holds {home.run / 'start.lock'}, but it is no `dangol start` that this user may stop.",
        "Stop it in the terminal where it runs, or as the user who started it.",
    )
