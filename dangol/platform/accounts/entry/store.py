"""Where sessions are kept: one row a browser, which says whose it is, from where, and when it was last seen.

The row's key is the SHA-256 of the one in the cookie, so a copy of the database opens no session. Reading a session is
one query, as with Django's own store; `seen_at` is written every few minutes, with the moment at which it ends.
"""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone

from dangol.platform.accounts.models import Session
from dangol.platform.accounts.queries import workspace

UNSIGNED = timedelta(hours=12)
SINCE = "signed_in_at"
MOST_AGENT = 400


class SessionStore(DatabaseStore):
    """A session. `origin` is the address and user agent of the browser that is here now; `row` what the table says."""

    row: Session | None = None
    origin: tuple[str, str] = ("", "")

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def load(self) -> dict[str, Any]:
        """The session's data; empty, and without a key, when there is no such session any more."""
        self.row = Session.objects.filter(
            session_key=stored_key(self.session_key or ""), expire_date__gt=timezone.now()
        ).first()
        if self.row is None:
            self._session_key = None
            return {}
        return dict(self.decode(self.row.session_data))

    def exists(self, session_key: str) -> bool:
        return Session.objects.filter(session_key=stored_key(session_key)).exists()

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            Session.objects.filter(session_key=stored_key(key)).delete()

    def create(self) -> None:
        self.row = None
        super().create()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row as it is written: whose it is follows from the data, so nothing can forget to say."""
        key, now = stored_key(self._get_or_create_session_key()), timezone.now()  # type: ignore[attr-defined]
        user_id = int(data[SESSION_KEY]) if SESSION_KEY in data else None
        row = self.row if self.row is not None and self.row.session_key == key else None
        if user_id is not None:
            data.setdefault(SINCE, now.timestamp())
        if row is None or row.user_id != user_id:
            row = self.row = Session(session_key=key, user_id=user_id, seen_at=now)
            row.address, row.agent = self.origin[0], self.origin[1][:MOST_AGENT]
            row.signed_in_at = signed_in_at(data) if user_id else None
            row.expire_date = ends_at(seen_at=now, since=row.signed_in_at)
        row.session_data = self.encode(data)
        return row

    def note_seen(self) -> bool:
        """Write down that the browser was here, if that was not done lately; True when it was written."""
        row, now = self.row, timezone.now()
        if row is None or row.user_id is None:
            return False
        is_same = (row.address, row.agent) == (self.origin[0], self.origin[1][:MOST_AGENT])
        if is_same and now - row.seen_at < _pause(row):
            return False
        row.seen_at, row.address, row.agent = now, self.origin[0], self.origin[1][:MOST_AGENT]
        row.expire_date = ends_at(seen_at=now, since=row.signed_in_at)
        values = {"seen_at": now, "address": row.address, "agent": row.agent, "expire_date": row.expire_date}
        return bool(Session.objects.filter(pk=row.pk).update(**values))


def stored_key(key: str) -> str:
    """How a session's key stands in the table."""
    return hashlib.sha256(key.encode()).hexdigest()


def signed_in_at(data: dict[str, Any]) -> datetime:
    """When whoever a session belongs to signed in."""
    return datetime.fromtimestamp(data[SINCE], timezone.get_default_timezone())


def ends_at(*, seen_at: datetime, since: datetime | None) -> datetime:
    """When a session ends that was last seen at `seen_at`; `since` is when somebody signed in, None for nobody."""
    if since is None:
        return seen_at + UNSIGNED
    ours = workspace()
    return min(seen_at + timedelta(minutes=ours.idle_minutes), since + timedelta(hours=ours.session_hours))


def _pause(row: Session) -> timedelta:
    """How long `seen_at` may be out of date: a tenth of what is left, one to five minutes."""
    return min(max((row.expire_date - row.seen_at) / 10, timedelta(minutes=1)), timedelta(minutes=5))
