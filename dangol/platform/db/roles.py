"""The two roles of the application and its database; what each may do."""

from __future__ import annotations

import time
from typing import Any

import psycopg
from psycopg import sql

from dangol.platform.db.connections import libpq_parameters
from dangol.platform.db.errors import CannotContinue
from dangol.platform.db.home import Home
from dangol.platform.db.passwords import APP, DATABASE, OWNER, Passwords

OLDEST_SERVER = 150000
_GRANTS = (
    "GRANT USAGE ON SCHEMA public TO {app}",
    "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {app}",
    "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO {app}",
    "ALTER DEFAULT PRIVILEGES FOR ROLE {owner} GRANT USAGE, SELECT ON SEQUENCES TO {app}",
)


def prepare(admin: dict[str, Any], home: Home) -> None:
    """Make the roles and the database where they are missing, and set the passwords kept in the home."""
    passwords = Passwords.read(home)
    assert passwords is not None
    with _connect(admin) as connection:
        for role, password in ((OWNER, passwords.owner), (APP, passwords.app)):
            _make_role(connection, role, password)
        if not _exists(connection, "pg_database WHERE datname", DATABASE):
            connection.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(_name(DATABASE), _name(OWNER)))
            _limit_database(connection)
    with _connect({**admin, "dbname": DATABASE}) as connection:
        connection.execute(sql.SQL("ALTER SCHEMA public OWNER TO {}").format(_name(OWNER)))
        connection.execute("REVOKE ALL ON SCHEMA public FROM PUBLIC")
        grant(connection, OWNER, APP)


def grant(connection: psycopg.Connection[Any], owner: str, app: str) -> None:
    """Let `app` read and write the rows of all tables that `owner` has made or will make."""
    for statement in _GRANTS:
        connection.execute(sql.SQL(statement).format(owner=_name(owner), app=_name(app)))


def takes_connections(parameters: dict[str, Any]) -> bool:
    """True when the server lets us in; a wrong password raises."""
    try:
        psycopg.connect(**parameters, connect_timeout=5).close()
    except psycopg.OperationalError:
        return False
    return True


def check_server(settings: dict[str, dict[str, Any]]) -> None:
    """Refuse a server that is too old or cannot be reached; let the plain role in where there are two roles."""
    for alias in ("default", "owner"):
        parameters = libpq_parameters(settings[alias])
        try:
            connection = psycopg.connect(**parameters, connect_timeout=10)
        except psycopg.OperationalError as error:
            raise _unreachable(parameters, error) from None
        with connection:
            version = connection.info.server_version
        if version < OLDEST_SERVER:
            raise CannotContinue(
                f"The server in DATABASE_URL is PostgreSQL {version // 10000}; Dangol needs 15 or newer.",
                "Upgrade the server, or leave DATABASE_URL empty to use the one that Dangol brings along.",
            )
    if settings["owner"]["USER"] != settings["default"]["USER"]:
        with psycopg.connect(**libpq_parameters(settings["owner"])) as connection:
            grant(connection, settings["owner"]["USER"], settings["default"]["USER"])


def _connect(parameters: dict[str, Any]) -> psycopg.Connection[Any]:
    """Connect, waiting a little where a server that has just come up is still busy."""
    deadline = time.monotonic() + 30
    while True:
        try:
            return psycopg.connect(**parameters, autocommit=True, connect_timeout=10)
        except psycopg.errors.InvalidPassword as error:
            raise _unreachable(parameters, error) from None
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                raise _unreachable(parameters, error) from None
            time.sleep(0.1)


def _unreachable(parameters: dict[str, Any], error: Exception) -> CannotContinue:
    reason = str(error).strip().splitlines()[-1].removeprefix("FATAL:").strip()
    where = f"{parameters.get('dbname', '')} on {parameters.get('host', 'this machine')}"
    return CannotContinue(
        f"The database {where} cannot be reached: {reason}",
        "Check that the server runs and that DATABASE_URL names the right host, user and password.",
    )


def _make_role(connection: psycopg.Connection[Any], role: str, password: str) -> None:
    # The verifier is made here, so that the password itself never reaches the server's log.
    verifier = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256").decode()
    verb = "ALTER" if _exists(connection, "pg_roles WHERE rolname", role) else "CREATE"
    connection.execute(
        sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            sql.SQL(verb), _name(role), sql.Literal(verifier)
        )
    )


def _limit_database(connection: psycopg.Connection[Any]) -> None:
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(_name(DATABASE)))
    connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(_name(DATABASE), _name(APP)))


def _exists(connection: psycopg.Connection[Any], where: str, value: str) -> bool:
    query = sql.SQL("SELECT 1 FROM {} = %s").format(sql.SQL(where))
    return connection.execute(query, [value]).fetchone() is not None


def _name(name: str) -> sql.Identifier:
    return sql.Identifier(name)
