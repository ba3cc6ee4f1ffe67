"""The embedded database in peaceful times."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from dangol.platform.db import roles
from dangol.platform.db.connections import database_settings, libpq_parameters
from dangol.platform.db.embedded import ensure_database
from dangol.platform.db.errors import CannotContinue
from dangol.platform.db.home import Home
from dangol.platform.db.passwords import Passwords
from dangol.platform.db.tests.users_of_database import environment, is_all_over, keeper_of, query, server_of, using


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv("DANGOL_HOME", str(tmp_path / "home"))
    return Home.from_environment()


def test_the_plain_role_writes_rows_and_makes_no_tables(home: Home) -> None:
    with ensure_database(home):
        query(home, "CREATE TABLE guest (name text)", alias="owner")
        query(home, "INSERT INTO guest VALUES ('Kim')")
        assert query(home, "SELECT name FROM guest") == [("Kim",)]
        for forbidden in ("CREATE TABLE own (a int)", "DROP TABLE guest", "ALTER TABLE guest ADD age int"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                query(home, forbidden)


def test_nobody_gets_in_without_a_password(home: Home) -> None:
    with ensure_database(home):
        for alias in ("default", "owner"):
            parameters = libpq_parameters(database_settings(home)[alias])
            with pytest.raises(psycopg.OperationalError, match=r"password"):
                psycopg.connect(**{**parameters, "password": "wrong"})
            parameters.pop("password")
            with pytest.raises(psycopg.OperationalError, match=r"password"):
                psycopg.connect(**parameters, passfile=os.devnull)


def test_the_server_listens_on_no_network_address(home: Home) -> None:
    with ensure_database(home):
        assert server_of(home).net_connections(kind="inet") == []


def test_users_share_one_server_and_the_last_one_out_stops_it(home: Home) -> None:
    with using(home) as first:
        server = server_of(home)
        with using(home) as second:
            assert server_of(home) == server
            assert first.leave() == "down"
            assert server_of(home) == server
            assert query(home, "SELECT 1") == [(1,)]
            assert second.leave() == "down"
    assert not server.is_running()
    assert is_all_over(home, seconds=60)


def test_many_who_come_at_once_start_one_server(home: Home) -> None:
    code = "from dangol.platform.db.embedded import ensure_database\nwith ensure_database(): print('up')"
    crowd = [
        subprocess.Popen([sys.executable, "-c", code], env=environment(home), stdout=subprocess.PIPE, text=True)
        for _ in range(6)
    ]
    assert [person.communicate(timeout=120)[0] for person in crowd] == ["up\n"] * 6
    assert is_all_over(home)


def test_a_home_whose_database_keys_were_lost_opens_again(home: Home) -> None:
    with ensure_database(home):
        query(home, "CREATE TABLE kept (n int); INSERT INTO kept VALUES (7)", alias="owner")
    Passwords.file(home).unlink()
    with ensure_database(home):
        assert query(home, "SELECT n FROM kept") == [(7,)]


def test_a_deep_home_with_a_space_in_its_name_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    home = Home(tmp_path / "내 자료" / ("d" * 90) / "home")
    with ensure_database(home):
        assert query(home, "SELECT 1") == [(1,)]
        assert home.socket_folder.stat().st_mode & 0o777 == 0o700
    assert not list(home.socket_folder.iterdir())
    home.socket_folder.rmdir()


def test_data_of_another_version_of_postgresql_is_left_alone(home: Home) -> None:
    with ensure_database(home):
        pass
    (home.pg / "PG_VERSION").write_text("17\n")
    with pytest.raises(CannotContinue) as told:
        ensure_database(home)
    assert "PostgreSQL 17" in told.value.sentence
    assert is_all_over(home)


def test_an_address_of_a_database_is_used_instead(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ensure_database(home) as database:
        owner = database.settings()["owner"]
        address = "postgresql://{USER}:{PASSWORD}@/{NAME}?host={HOST}&port={PORT}".format(**owner)
        monkeypatch.setenv("DATABASE_URL", address)
        other = Home(tmp_path / "other")
        with ensure_database(other) as pointed:
            assert not pointed.is_embedded
            assert query(other, "SELECT current_user") == [("dangol_owner",)]
            assert not other.pg.exists()
        monkeypatch.delenv("DATABASE_URL")


def test_a_server_elsewhere_may_have_two_roles(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ensure_database(home) as database:
        admin = database.admin()
        with psycopg.connect(**admin, autocommit=True) as connection:
            connection.execute("CREATE ROLE builder LOGIN PASSWORD 'b'; CREATE ROLE clerk LOGIN PASSWORD 'c'")
            connection.execute("CREATE DATABASE elsewhere OWNER builder")
        address = "postgresql://{}@/elsewhere?host={host}&port={port}"
        monkeypatch.setenv("DATABASE_URL", address.format("clerk:c", **admin))
        monkeypatch.setenv("DATABASE_OWNER_URL", address.format("builder:b", **admin))
        other = Home(tmp_path / "other")
        with ensure_database(other):
            query(other, "CREATE TABLE desk (n int)", alias="owner")
            query(other, "INSERT INTO desk VALUES (1)")
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                query(other, "CREATE TABLE own (n int)")
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL"):
            monkeypatch.delenv(name)


def test_a_server_that_is_too_old_is_refused(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ensure_database(home) as database:
        settings = database.settings()
        monkeypatch.setattr(roles, "OLDEST_SERVER", 990000)
        with pytest.raises(CannotContinue, match="Dangol needs 15 or newer"):
            roles.check_server(settings)


@pytest.mark.parametrize(
    ("address", "said"),
    [("postgresql://a@127.0.0.1:1/b", "cannot be reached"), ("not an address", "cannot be read")],
)
def test_an_address_that_leads_nowhere_is_told(
    home: Home, monkeypatch: pytest.MonkeyPatch, address: str, said: str
) -> None:
    monkeypatch.setenv("DATABASE_URL", address)
    with pytest.raises(CannotContinue, match=said):
        ensure_database(home)


def test_the_keeper_is_small(home: Home) -> None:
    with using(home):
        assert keeper_of(home).memory_info().rss < 40 * 1024**2
