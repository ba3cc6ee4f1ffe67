"""How to reach the database, told without starting anything, so that settings can be read at any time."""

from __future__ import annotations

import os
import secrets
from typing import Any

from dangol.platform.db.errors import CannotContinue
from dangol.platform.db.home import PORT, Home, kept_secret
from dangol.platform.db.passwords import APP, DATABASE, OWNER, Passwords

POOL = {"min_size": 1, "max_size": 16, "timeout": 10, "max_idle": 300}
_KNOWN = ("host", "port", "dbname", "user", "password")


def server_url() -> str | None:
    """Return the address of a PostgreSQL server of somebody else, or None when the embedded one is used."""
    return os.environ.get("DATABASE_URL") or None


def database_settings(home: Home | None = None) -> dict[str, dict[str, Any]]:
    """Return Django's DATABASES: `default` for the plain role (pooled in the web process), `owner` for migrations.

    Before the first start of an embedded database its passwords are empty: nobody could connect yet anyhow.
    """
    url = server_url()
    if url:
        default, owner = _from_url(url), _from_url(os.environ.get("DATABASE_OWNER_URL") or url)
    else:
        home = home or Home.from_environment()
        passwords = Passwords.read(home) or Passwords("", "", "")
        default = _over_socket(home, APP, passwords.app)
        owner = _over_socket(home, OWNER, passwords.owner)
    default["CONN_HEALTH_CHECKS"] = owner["CONN_HEALTH_CHECKS"] = True
    if os.environ.get("DANGOL_PROCESS") == "web":
        default["OPTIONS"]["pool"] = dict(POOL)
    else:
        default["CONN_MAX_AGE"] = 60
    return {"default": default, "owner": owner}


def libpq_parameters(settings: dict[str, Any]) -> dict[str, Any]:
    """Return the same connection as libpq (psycopg, pg_dump) names it."""
    named = {
        "host": settings["HOST"], "port": settings["PORT"], "dbname": settings["NAME"],
        "user": settings["USER"], "password": settings["PASSWORD"],
        **{key: value for key, value in settings["OPTIONS"].items() if key != "pool"},
    }  # fmt: skip
    return {key: value for key, value in named.items() if value not in ("", None)}


def secret_key(home: Home) -> str:
    """Return the key that signs sessions; kept in the home, or made up for this process where there is no home yet."""
    if not home.keys.is_dir():
        return secrets.token_urlsafe(48)
    return kept_secret(home.keys / "secret_key")


def _over_socket(home: Home, user: str, password: str) -> dict[str, Any]:
    return _settings(str(home.socket_folder), PORT, DATABASE, user, password, {})


def _from_url(url: str) -> dict[str, Any]:
    from psycopg import ProgrammingError
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts: dict[str, Any] = dict(conninfo_to_dict(url))
    except ProgrammingError as error:
        raise CannotContinue(
            f"The address of the database cannot be read: {str(error).strip()}.",
            "Write DATABASE_URL as postgresql://user:password@host:5432/name.",
        ) from None
    host, port, name, user, password = (str(parts.pop(key, "")) for key in _KNOWN)
    return _settings(host, port, name, user, password, parts)


def _settings(
    host: str, port: int | str, name: str, user: str, password: str, options: dict[str, Any]
) -> dict[str, Any]:
    return {
        "ENGINE": "django.db.backends.postgresql",
        "HOST": host,
        "PORT": str(port),
        "NAME": name,
        "USER": user,
        "PASSWORD": password,
        "OPTIONS": options,
    }
