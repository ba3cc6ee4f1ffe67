"""Bodies that told other systems of somebody who is erased."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from dangol.backoffice.webhooks.deliveries.models import Message
from dangol.platform.events.models import EventRecord
from dangol.platform.objects.holders import Subject

WHY = "a person is erased"


def erase_bodies(subject: Subject) -> int:
    """Take out what was told of the person; other systems have it already and are told that she is gone."""
    return int(_about(subject).delete()[0])


def count_bodies(subject: Subject) -> int:
    """How many there are."""
    return int(_about(subject).count())


def _about(subject: Subject) -> Any:
    events = EventRecord.objects.filter(about_id=subject.person_id).values("pk")
    hers = EventRecord.objects.filter(subject="person", subject_id=subject.person_id).values("pk")
    found = Q(event_id__in=events) | Q(event_id__in=hers)
    for mark in subject.marks:
        found |= Q(body__contains=mark)
    return Message.objects.for_system(WHY).filter(found)
