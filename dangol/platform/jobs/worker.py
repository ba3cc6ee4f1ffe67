"""The process that runs jobs."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from typing import Any

from dangol.platform.db.environment import number_from
from dangol.platform.jobs.loops import start_loops

STALLED_AFTER_SECONDS = number_from("DANGOL_STALLED_AFTER", 30, 1, 3600)
HEARTBEAT_SECONDS = min(5.0, STALLED_AFTER_SECONDS / 3)


def run(*, concurrency: int = 2, once: bool = False) -> None:
    """Run jobs until SIGTERM or Ctrl-C, finishing what is under way; with `once`, until the queue is empty.

    Before the first job, and again and again, it takes up what killed workers left behind. Beside the jobs run the
    loops, except with `once`.
    """
    end_loops = None if once else start_loops()
    try:
        asyncio.run(_run(concurrency, once))
    finally:
        if end_loops is not None:
            end_loops()


async def _run(concurrency: int, once: bool) -> None:
    from procrastinate.contrib.django import app as queue

    connector: Any = queue.connector
    worker_app = queue.with_connector(connector.get_worker_connector())
    async with worker_app.open_async():
        watch = asyncio.ensure_future(_take_up_stalled(worker_app.job_manager))
        work = asyncio.ensure_future(
            worker_app.run_worker_async(
                concurrency=concurrency,
                wait=not once,
                install_signal_handlers=False,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_AFTER_SECONDS,
                shutdown_graceful_timeout=10,
                fetch_job_polling_interval=2,
            )
        )
        loop = asyncio.get_running_loop()
        for sign in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(ValueError, NotImplementedError):
                loop.add_signal_handler(sign, work.cancel)
        with contextlib.suppress(asyncio.CancelledError):
            await work
        watch.cancel()


async def _take_up_stalled(manager: object) -> None:
    from dangol.platform.jobs.upkeep import take_up_stalled

    while True:
        await take_up_stalled(manager, STALLED_AFTER_SECONDS)
        await asyncio.sleep(STALLED_AFTER_SECONDS / 2)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")
    import django

    django.setup()
    run()
