"""What is stored about one reader's rights, asked at once: every request begins with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from dangol.platform.access.models import Share
from dangol.platform.accounts.actors import Staff
from dangol.platform.accounts.models import Role, User

_ASK = """
SELECT
  (SELECT json_agg(json_build_array(r.id, r.name, r.grants, r.fields, r.needs_totp) ORDER BY r.id)
     FROM accounts_role r JOIN accounts_user_roles held ON held.role_id = r.id WHERE held.user_id = %(user)s),
  (SELECT json_agg(json_build_array(id, team_id, manager_id)) FROM accounts_user),
  (SELECT json_agg(json_build_array(id, object_name, record_id, level, ends_on) ORDER BY id)
     FROM access_share WHERE user_id = %(user)s)
"""


@dataclass(frozen=True)
class Standing:
    """Roles, colleagues and shared records of one member of staff."""

    roles: Sequence[Role]
    staff: Staff
    shares: Sequence[Share]


def standing_of(user: User) -> Standing:
    """Where `user` stands now. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_ASK, {"user": user.pk})
        found = cursor.fetchone()
    roles, staff, shares = (part or [] for part in found)
    return Standing(
        [
            Role(id=pk, name=name, grants=grants, fields=fields, needs_totp=needs)
            for pk, name, grants, fields, needs in roles
        ],
        Staff([(person, team, manager) for person, team, manager in staff]),
        [
            Share(id=pk, object_name=name, record_id=record, user_id=user.pk, level=level, ends_on=_day(ends_on))
            for pk, name, record, level, ends_on in shares
        ],
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
