"""What the worker of the crash test runs: a slow subscriber whose effect can be counted."""

from __future__ import annotations

import os
import sys
import time

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dangol.config.settings")
import django

django.setup()

from dangol.platform.events.models import EventRecord  # noqa: E402
from dangol.platform.events.stream import subscribe  # noqa: E402
from dangol.platform.jobs.models import Progress  # noqa: E402
from dangol.platform.jobs.worker import run  # noqa: E402


@subscribe("test.happened", name="test.effect")
def effect(record: EventRecord) -> None:
    """Leave one row; slow enough to be killed before, in and after it."""
    time.sleep(0.05)
    Progress.objects.create(kind="effect", title=str(record.subject_id))
    time.sleep(0.05)


if __name__ == "__main__":
    run(concurrency=2, once="--once" in sys.argv)
