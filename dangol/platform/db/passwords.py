"""Names and passwords of the embedded server's three roles, kept in `keys/database.json`."""

from __future__ import annotations

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from dangol.platform.db.home import Home, read_json, write_private

DATABASE = "dangol"
ADMIN = "dangol_admin"
OWNER = "dangol_owner"
APP = "dangol_app"


@dataclass(frozen=True)
class Passwords:
    """`admin` only makes roles and the database, `owner` changes tables, `app` reads and writes rows."""

    admin: str
    owner: str
    app: str

    @staticmethod
    def file(home: Home) -> Path:
        """Where they are kept."""
        return home.keys / "database.json"

    @classmethod
    def read(cls, home: Home) -> Passwords | None:
        """Return the kept passwords, or None when there are none yet."""
        found = read_json(cls.file(home))
        try:
            return cls(**found) if found else None
        except TypeError:
            return None

    @classmethod
    def make(cls, home: Home) -> Passwords:
        """Make new ones and keep them."""
        made = cls(*(secrets.token_urlsafe(32) for _ in range(3)))
        write_private(cls.file(home), json.dumps(asdict(made)))
        return made
