"""What the parts started by `dangol start` have in common: a lock file, and an end when their parent ends.

    python -P -m dangol.platform.console.child web|web-2|...|worker

The parent keeps the writing end of a pipe; when the system closes it, the parent is dead, however it died.
"""

from __future__ import annotations

import contextlib
import faulthandler
import os
import signal
import sys
import threading
import time

from dangol.platform.db.home import Home
from dangol.platform.db.users import Lock

LIFELINE = "DANGOL_LIFELINE"
LISTENER = "DANGOL_LISTENER"
PULSE = "DANGOL_PULSE"
LAST_WORDS_SECONDS = 10
WHERE_ARE_YOU = signal.SIGUSR1
"""Asks a part to write into its log what each of its threads is doing."""


def end_with_parent(lifeline: int, patience_seconds: float = LAST_WORDS_SECONDS) -> None:
    """End this process and those it started when the pipe `lifeline` is closed: asked first, forced after a while."""

    def watch() -> None:
        with contextlib.suppress(OSError):
            os.read(lifeline, 1)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(patience_seconds)
        os.killpg(os.getpgrp(), signal.SIGKILL)

    threading.Thread(target=watch, name="lifeline", daemon=True).start()


def work() -> None:
    """Run jobs."""
    import django

    django.setup()
    from dangol.platform.jobs.worker import run

    run()


def main() -> None:
    """Be the part that the command line names."""
    name = sys.argv[1]
    faulthandler.register(WHERE_ARE_YOU, all_threads=True)
    end_with_parent(int(os.environ.pop(LIFELINE)))
    lock = Lock(Home.from_environment().run / f"{name}.lock")
    if not lock.take(wait_seconds=LAST_WORDS_SECONDS + 5):
        sys.exit(f"another {name} process of this home still runs")
    lock.write(str(os.getpid()))
    if name.partition("-")[0] == "web":
        from dangol.platform.console.serving import serve_web

        serve_web(int(os.environ.pop(LISTENER)), int(os.environ.pop(PULSE)))
    else:
        work()


if __name__ == "__main__":
    main()
