"""What the worker of the crash test runs: a source that is always ready, and small batches, so that it dies in many."""

from __future__ import annotations

import os
import sys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")
import django

django.setup()

from dangol.collaborative.channels.messages.services import sending  # noqa: E402
from dangol.collaborative.channels.messages.tests import sending as given  # noqa: E402
from dangol.platform.jobs.worker import run  # noqa: E402

sending.BATCH = 60

if __name__ == "__main__":
    given.Campaign(purpose_id=given.purpose().pk).register()
    run(concurrency=2, once="--once" in sys.argv)
