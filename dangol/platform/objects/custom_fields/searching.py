"""Letting the search find records by a field that was filled before anybody wanted that, or no more."""

from __future__ import annotations

from dangol.platform.jobs.tasks import task
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.upkeep import rebuild
from dangol.platform.objects.writing import writer_of


def ask(object_name: str) -> None:
    """Make the search entries of an object anew, by a job."""
    fill.defer(once=f"custom_fields.search.{object_name}", object_name=object_name)


@task(name="custom_fields.search", queue_name="upkeep", lock="objects.fill_search")
def fill(object_name: str) -> None:
    """Make every record of an object findable anew."""
    current.fields_of(object_name)
    writer = writer_of(object_name)
    if writer is not None:
        rebuild(writer)
