"""Backup and restore."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dangol.platform.console.restore import UPGRADE_NOTE
from dangol.platform.console.tests.running import DANGOL, answer_of, dangol
from dangol.platform.db.connections import kept_secret, secret_key
from dangol.platform.db.embedded import ensure_database
from dangol.platform.db.home import Home
from dangol.platform.db.passwords import Passwords
from dangol.platform.db.processes import wait_until
from dangol.platform.db.tests.users_of_database import environment, query

_TABLES = """
CREATE TABLE guest (id int PRIMARY KEY, name text, changed_xid xid8 DEFAULT pg_current_xact_id());
CREATE TABLE visit (on_day date, guest int, xid xid8 DEFAULT pg_current_xact_id()) PARTITION BY RANGE (on_day);
CREATE TABLE visit_2026 PARTITION OF visit FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE TABLE stay (id int, guest int REFERENCES guest ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED,
  changed_xid xid8 DEFAULT pg_current_xact_id());
CREATE FUNCTION forbid() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'visits are not changed'; END $$;
CREATE TRIGGER visit_kept BEFORE UPDATE ON visit FOR EACH ROW EXECUTE FUNCTION forbid();
INSERT INTO guest SELECT n, '손님 ' || n FROM generate_series(1, 500) n;
INSERT INTO stay SELECT n, n FROM generate_series(1, 500) n;
"""
_MANY_TRANSACTIONS = "DO $$ BEGIN FOR n IN 1..5000 LOOP PERFORM pg_current_xact_id(); COMMIT; END LOOP; END $$"


@dataclass(frozen=True)
class Kept:
    """A home and what `dangol backup` made and said of it."""

    home: Home
    archive: Path
    said: dict[str, Any]


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A home with rows, files and keys, whose transactions are numbered far beyond those of a new cluster."""
    folder = tmp_path_factory.mktemp("kept")
    home = Home(folder / "home").ensure()
    with ensure_database(home) as database:
        query(home, _TABLES, alias="owner")
        with psycopg.connect(**{**database.admin(), "dbname": "dangol"}, autocommit=True) as connection:
            connection.execute(_MANY_TRANSACTIONS)
        query(home, "INSERT INTO visit SELECT '2026-05-05', n FROM generate_series(1, 500) n")
    (home.files / "한글 폴더").mkdir()
    (home.files / "한글 폴더" / "contract.bin").write_bytes(os.urandom(300_000))
    (home.files / "empty.txt").touch()
    (home.keys / "channels").write_text("a key that opens secrets")
    kept_secret(home.keys / "secret_key")
    said = answer_of(dangol(home, "backup", str(folder / "kept"), "--json"))
    return Kept(home, folder / "kept.tar.gz", said)


@pytest.fixture
def full(kept: Kept, tmp_path: Path) -> Home:
    """A home of one's own with the same contents, to change."""
    shutil.copytree(kept.home.root, tmp_path / "full", ignore=shutil.ignore_patterns("run"))
    return Home(tmp_path / "full").ensure()


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "database.json"
    }


def rows(home: Home) -> tuple[object, ...]:
    with ensure_database(home):
        return (
            query(home, "SELECT id, name FROM guest ORDER BY id"),
            query(home, "SELECT on_day, guest FROM visit ORDER BY guest"),
        )


def test_rows_files_and_keys_come_back_in_an_empty_home(kept: Kept, tmp_path: Path) -> None:
    full, other = kept.home, Home(tmp_path / "other")
    assert kept.said["file"] == str(kept.archive)
    assert kept.archive.stat().st_mode & 0o077 == 0
    back = answer_of(dangol(other, "restore", str(kept.archive), "--json"))
    assert back["files"] == kept.said["files"] == 2
    assert rows(other) == rows(full)
    assert contents(other.files) == contents(full.files)
    assert contents(other.keys) == contents(full.keys)
    assert secret_key(other) == secret_key(full)
    assert Passwords.read(other) != Passwords.read(full)


def test_restored_rows_belong_to_a_transaction_of_their_new_cluster(kept: Kept, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    (other.root / "run").mkdir(parents=True)
    (other.root / "lake").mkdir()
    dangol(other, "restore", str(kept.archive), "--yes")
    assert not other.lake.exists()
    with ensure_database(other):
        for table, column in (("visit", "xid"), ("guest", "changed_xid")):
            seen = f"count(DISTINCT {column}), bool_and({column} < pg_snapshot_xmin(pg_current_snapshot()))"
            assert query(other, f"SELECT {seen} FROM {table}") == [(1, True)]
        with pytest.raises(psycopg.errors.RaiseException, match="not changed"):
            query(other, "UPDATE visit SET guest = 1")
        query(other, "INSERT INTO guest VALUES (501, 'new')")


def test_a_home_with_data_is_replaced_only_when_asked(kept: Kept, full: Home) -> None:
    (full.root / UPGRADE_NOTE).write_text('{"step": "tables"}')  # of an upgrade that was killed
    with ensure_database(full):
        query(full, "DELETE FROM guest WHERE id > 10; CREATE TABLE later (n int)", alias="owner")
        query(full, "CREATE TABLE django_migrations (n int)", alias="owner")
    (full.files / "later.txt").write_text("came later")
    refused = dangol(full, "restore", str(kept.archive), "--json")
    assert "--yes" in answer_of(refused)["what_to_do"]
    assert (full.files / "later.txt").exists()
    assert dangol(full, "restore", str(kept.archive), "--yes").returncode == 0
    assert not (full.files / "later.txt").exists()
    with ensure_database(full):
        assert query(full, "SELECT count(*), to_regclass('later') FROM guest") == [(500, None)]
    assert {path.name for path in full.root.iterdir()} == {"files", "keys", "log", "pg", "run"}


@pytest.mark.parametrize("harm", ["cut", "one byte", "no archive", "a stranger's"])
def test_a_damaged_archive_changes_nothing(kept: Kept, tmp_path: Path, harm: str) -> None:
    full, archive = kept.home, Path(shutil.copy(kept.archive, tmp_path))
    _damage(archive, harm)
    before = contents(full.files), contents(full.keys), rows(full)
    done = dangol(full, "restore", str(archive), "--yes", "--json")
    assert done.returncode == 1
    assert "no complete backup" in answer_of(done)["error"]
    assert (contents(full.files), contents(full.keys), rows(full)) == before
    assert not (full.root / "restore.new").exists()


def test_a_dump_that_breaks_off_leaves_the_old_rows(
    full: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dangol.platform.console.dump import load_dump, write_dump
    from dangol.platform.db.connections import libpq_parameters
    from dangol.platform.db.errors import CannotContinue

    before = rows(full)
    with ensure_database(full) as database:
        owner = libpq_parameters(database.settings()["owner"])
        query(full, "INSERT INTO guest SELECT n, repeat(md5(n::text), 20) FROM generate_series(1000, 30000) n")
        write_dump(owner, tmp_path / "dump", lambda _: None)
        query(full, "DELETE FROM guest WHERE id >= 1000")
        whole = (tmp_path / "dump").read_bytes()
        (tmp_path / "dump").write_bytes(whole[: len(whole) // 2])
        with pytest.raises(CannotContinue, match="is as it was"):
            load_dump(owner, tmp_path / "dump", "restored x", lambda _: None)
    assert rows(full) == before


@pytest.mark.slow
@pytest.mark.parametrize("pause", [0.0, 0.1, 0.3, 0.6])
def test_a_restore_that_is_killed_leaves_the_old_data_or_the_new_and_never_a_mixture(
    full: Home, tmp_path: Path, pause: float
) -> None:
    with ensure_database(full):
        query(full, "INSERT INTO guest SELECT n, repeat(md5(n::text), 9) FROM generate_series(1000, 60000) n")
    dangol(full, "backup", str(tmp_path / "kept"))
    other = Home(tmp_path / "other")
    with ensure_database(other):
        query(
            other, "CREATE TABLE guest (id int, name text); CREATE TABLE visit (on_day date, guest int)", alias="owner"
        )
        query(other, "INSERT INTO guest VALUES (0, 'old')")
    (other.files / "old.txt").write_text("old")
    kept_secret(other.keys / "secret_key")
    old, new = ((*rows(home), contents(home.files), contents(home.keys)) for home in (other, full))
    restoring = subprocess.Popen(
        [*DANGOL, "restore", str(tmp_path / "kept.tar.gz"), "--yes"], env=environment(other), stderr=subprocess.DEVNULL
    )
    wait_until(lambda: (other.root / "restore.json").exists() or restoring.poll() is not None, 60, pause=0.001)
    wait_until(lambda: restoring.poll() is not None, pause)
    restoring.kill()
    restoring.wait()
    assert dangol(other, "backup", str(tmp_path / "after")).returncode == 0
    assert (*rows(other), contents(other.files), contents(other.keys)) in (old, new)
    assert {path.name for path in other.root.iterdir()} == {"files", "keys", "log", "pg", "run"}


def test_nothing_is_restored_under_a_running_command(kept: Kept) -> None:
    with ensure_database(kept.home):
        told = answer_of(dangol(kept.home, "restore", str(kept.archive), "--yes", "--json"))
    assert "use the database" in told["error"]


def test_a_backup_is_not_written_over_without_asking(kept: Kept, tmp_path: Path) -> None:
    earlier = tmp_path / "earlier.tar.gz"
    earlier.write_text("precious")
    assert "--yes" in answer_of(dangol(kept.home, "backup", str(earlier), "--json"))["what_to_do"]
    assert earlier.read_text() == "precious"


def test_a_backup_of_the_embedded_database_is_restored_into_a_server_elsewhere_and_back(
    kept: Kept, tmp_path: Path
) -> None:
    host = Home(tmp_path / "host")
    with ensure_database(host) as server:
        admin = server.admin()
        with psycopg.connect(**admin, autocommit=True) as connection:
            connection.execute("CREATE ROLE elsewhere LOGIN PASSWORD 'secret'")
            connection.execute("CREATE DATABASE elsewhere OWNER elsewhere")
        address = f"postgresql://elsewhere:secret@/elsewhere?host={admin['host']}&port={admin['port']}"
        away = Home(tmp_path / "away")
        done = dangol(away, "restore", str(kept.archive), "--json", DATABASE_URL=address)
        assert answer_of(done)["files"] == 2
        saved = dangol(away, "backup", str(tmp_path / "again"), "--json", DATABASE_URL=address)
        assert answer_of(saved)["files"] == 2
        assert not away.pg.exists()
    home_again = Home(tmp_path / "again-home")
    dangol(home_again, "restore", str(tmp_path / "again.tar.gz"))
    assert rows(home_again) == rows(kept.home)


def _damage(archive: Path, harm: str) -> None:
    whole = archive.read_bytes()
    if harm == "cut":
        archive.write_bytes(whole[: len(whole) // 2])
    elif harm == "one byte":
        plain = bytearray(gzip.decompress(whole))
        plain[len(plain) // 2] ^= 1
        archive.write_bytes(gzip.compress(bytes(plain)))
    elif harm == "no archive":
        archive.write_text("I am a letter")
    else:
        with tarfile.open(archive, "w:gz") as tar:
            tar.add(__file__, arcname="../../evil.py")
