"""What tests of visitors, visits and touches share: a source, and a batch that goes through all steps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from dangol.core.behavior.sources.models import Source
from dangol.core.behavior.stream.steps import Batch, StreamEvent, steps_after, steps_before
from dangol.core.behavior.visitors.models import Trust

START = datetime(2026, 11, 2, 9, tzinfo=UTC)
_numbers = count(1)


def minutes(value: float) -> datetime:
    """So many minutes after the beginning of the tests' time."""
    return START + timedelta(minutes=value)


def a_source(**trust: Any) -> Source:
    """A web source, and what is believed of it."""
    source = Source(
        name="Shop", kind="web", allowed_origins=["https://shop.test"], learning_until=timezone.now()
    )  # fmt: skip
    source.save()
    if trust:
        Trust(source=source, **trust).save()
    return source


def told(source: Source, at: datetime, kind: str = "page", name: str = "", **more: Any) -> StreamEvent:
    """One event of a source."""
    device = more.pop("device", "a")
    path = more.pop("path", "/p" if kind == "page" else "")
    properties: Mapping[str, Any] = more.pop("properties", {})
    return StreamEvent(
        id=next(_numbers), source_id=source.pk, kind=kind, name=name, at=at,
        received_at=more.pop("received_at", max(at, timezone.now())), anonymous_id=device, path=path,
        url=more.pop("url", f"https://shop.test{path}" if path else ""), properties=dict(properties), **more,
    )  # fmt: skip


def work_off(*events: StreamEvent) -> list[StreamEvent]:
    """Put events through every step that slices register, as the work-off does."""
    batch = Batch(list(events))
    with transaction.atomic(), connection.cursor() as cursor:
        for step in [*steps_before(), *steps_after()]:
            step(batch, cursor)
    return batch.events
