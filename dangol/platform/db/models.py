"""What every table of a customer fact shares: when it was written, and by which transaction."""

from __future__ import annotations

import os
import time
from threading import Lock
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Func
from django.db.models.functions import Now

_ONE_AT_A_TIME = Lock()
_last_id = 0


def uuid7() -> UUID:
    """Return a time-ordered identifier (RFC 9562, version 7): 48 bits of milliseconds, 74 of chance.

    Those of one process rise, also within a millisecond (6.2, method 2): what was done first in a transaction is told
    first.
    """
    global _last_id
    millis = time.time_ns() // 1_000_000
    value = (millis << 80) | int.from_bytes(os.urandom(10), "big")
    value = (value & ~(0xF << 76)) | (0x7 << 76)
    value = (value & ~(0x3 << 62)) | (0x2 << 62)
    with _ONE_AT_A_TIME:
        _last_id = max(value, _last_id + 1)
        return UUID(int=_last_id)


class CurrentTransaction(Func):
    """The 64-bit id of the running transaction; it never wraps round."""

    function = "pg_current_xact_id"
    arity = 0


class XidField(models.Field):  # type: ignore[type-arg]
    """A column of type `xid8`, read as an integer."""

    def db_type(self, connection: Any) -> str:
        return "xid8"

    def from_db_value(self, value: Any, expression: Any, connection: Any) -> int | None:
        return None if value is None else int(value)

    def get_prep_value(self, value: Any) -> Any:
        return None if value is None else str(value)


class Tracked(models.Model):
    """A row whose every change can be found again by the warehouse, however the change was made.

    `changed_at` and `changed_xid` are set by the database itself (see `changes.track_changes`), so a bulk statement
    is tracked as well as a form.
    """

    created_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_at = models.DateTimeField(db_default=Now(), editable=False)
    changed_xid = XidField(db_default=CurrentTransaction(), editable=False)

    class Meta:
        abstract = True


class Tombstone(models.Model):
    """A row of a tracked table that was deleted for good."""

    table = models.TextField(db_column="table_name")
    key = models.BigIntegerField()
    xid = XidField(db_default=CurrentTransaction())

    class Meta:
        db_table = "db_tombstone"
        indexes = [models.Index(fields=["table", "xid"], name="db_tombstone_table_xid")]
