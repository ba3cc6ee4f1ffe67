"""How many files may be taken out at once: each holds a web process for as long as it is read.

A file that is being read beats every few seconds; one that is silent for a minute (its reader went, its process died)
holds no place any more.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import SynchronousOnlyOperation
from django.db import DatabaseError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.jobs.models import Progress

KIND = "export"
PER_PERSON, IN_ALL = 2, 6
SILENT = timedelta(seconds=60)
BEAT_SECONDS = 5.0
RETRY_SECONDS = 30
LOCK = 0x64616E67_6F6C02
State = Progress.State


class TooManyExports(Exception):
    """Too many files are being taken out; `seconds` say when to try again."""

    seconds = RETRY_SECONDS


def take_place(actor: Actor, what: str, total: int = 0) -> UUID:
    """Take a place for one file. Raises TooManyExports."""
    now = timezone.now()
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
        going = Progress.objects.filter(kind=KIND, state=State.RUNNING)
        going.filter(beat_at__lt=now - SILENT).update(state=State.FAILED, finished_at=now)
        users: list[Any] = list(going.values_list("user_id", flat=True))
        if users.count(actor.user_id) >= PER_PERSON:
            sentence = _("You are taking out %(count)s files already. Wait until one is done, then try again.")
            raise TooManyExports(sentence % {"count": PER_PERSON})
        if len(users) >= IN_ALL:
            raise TooManyExports(_("Too many files are being taken out at once. Try again in half a minute."))
        return Progress.objects.create(
            kind=KIND, title=what, state=State.RUNNING, total=total, user_id=actor.user_id, started_at=now, beat_at=now
        ).pk


def handed_out(place: UUID, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces as they are asked for; the place is given back after the last, or when nobody reads on."""
    beaten = time.monotonic()
    try:
        for piece in pieces:
            if time.monotonic() - beaten > BEAT_SECONDS:
                beaten = time.monotonic()
                _note(place, beat_at=timezone.now())
            yield piece
    finally:
        # Where a reader went, this runs wherever the generator is cleared away; then the silence gives the place back.
        with suppress(DatabaseError, SynchronousOnlyOperation):
            _note(place, state=State.DONE, finished_at=timezone.now())


def _note(place: UUID, **values: Any) -> None:
    Progress.objects.filter(pk=place).update(**values)
