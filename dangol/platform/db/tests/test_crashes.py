"""The embedded database when processes are killed, files are stale, folders are closed and disks are full."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from dangol.platform.db import cluster as clusters
from dangol.platform.db import identity as identities
from dangol.platform.db.errors import CannotContinue
from dangol.platform.db.home import Home
from dangol.platform.db.identity import Identity, find_identity
from dangol.platform.db.processes import wait_until
from dangol.platform.db.tests.users_of_database import (
    User,
    is_all_over,
    keeper_of,
    modes_above,
    query,
    server_of,
    small_disk,
    using,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    home = Home(tmp_path / "home")
    yield home
    assert is_all_over(home), "a test left a process behind"


def fill(home: Home) -> None:
    query(home, "CREATE TABLE note (n int)", alias="owner")
    query(home, "INSERT INTO note SELECT generate_series(1, 100000)")


def count(home: Home) -> object:
    return query(home, "SELECT count(*) FROM note")[0][0]


def test_the_server_ends_soon_when_its_only_user_is_killed(home: Home) -> None:
    with using(home) as user:
        fill(home)
        user.kill()
        assert is_all_over(home, seconds=60)
    with using(home):
        assert count(home) == 100000


def test_the_server_stays_when_one_of_two_users_is_killed(home: Home) -> None:
    with using(home) as first, using(home) as second:
        server = server_of(home)
        first.kill()
        assert not wait_until(lambda: not server.is_running(), 3, pause=0.1)
        assert query(home, "SELECT 1") == [(1,)]
        second.leave()
    assert not server.is_running()


def test_a_killed_server_comes_back_with_all_its_rows(home: Home) -> None:
    with using(home) as user:
        fill(home)
        first = server_of(home)
        first.kill()
        assert wait_until(lambda: _answers(home), 120)
        assert server_of(home).pid != first.pid
        assert count(home) == 100000
        assert user.leave() == "down"


def test_the_server_ends_when_its_keeper_is_killed_and_the_next_user_brings_it_back(home: Home) -> None:
    with using(home):
        fill(home)
        server = server_of(home)
        keeper_of(home).kill()
        assert wait_until(lambda: not server.is_running(), 60)
        with using(home) as second:
            assert second.first_word == "up"
            assert count(home) == 100000


def test_user_and_keeper_and_server_killed_together_leave_nothing_that_stops_the_next_start(home: Home) -> None:
    with using(home) as user:
        fill(home)
        victims = [psutil.Process(user.process.pid), keeper_of(home), server_of(home)]
        for victim in victims:
            victim.suspend()
        for victim in victims:
            victim.kill()
        user.process.communicate()
    with using(home) as second:
        assert second.first_word == "up"
        assert count(home) == 100000


def test_a_server_left_running_without_a_keeper_is_ended_before_a_new_one_starts(home: Home) -> None:
    """As on a system that cannot tell a child of its parent's death."""
    home.ensure()
    made = clusters.Cluster.of(home)
    made.prepare()
    orphan = subprocess.Popen(
        made.identity.command(str(clusters.binaries() / "postgres"), "-D", str(home.pg)),
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip
    assert wait_until(lambda: made.state() == "ready", 60)
    with using(home) as user:
        assert user.first_word == "up"
        assert orphan.wait(timeout=10) == 0
        assert server_of(home).pid != orphan.pid


@pytest.mark.parametrize("dress", ["plain", "named like a server", "a server of another folder"])
def test_an_innocent_process_whose_number_stands_in_a_stale_file_survives(
    home: Home, tmp_path: Path, dress: str
) -> None:
    with using(home) as user:
        fill(home)
        user.leave()
    names = {
        "plain": ["sleep", "600"],
        "named like a server": ["postgres", "-D", str(home.pg)],
        "a server of another folder": ["postgres", "-D", str(tmp_path)],
    }
    code = "import os, sys, time; time.sleep(600)"
    innocent = subprocess.Popen([names[dress][0], "-c", code, *names[dress][1:]], executable=sys.executable, cwd="/")
    try:
        stale = f"{innocent.pid}\n{home.pg}\n1700000000\n5432\n{home.socket_folder}\n\n  1234 5678\nready   \n"
        (home.pg / "postmaster.pid").write_text(stale)
        (home.socket_folder / ".s.PGSQL.5432.lock").write_text(stale)
        with using(home) as user:
            assert user.first_word == "up"
            assert count(home) == 100000
            user.leave()
        assert innocent.poll() is None
    finally:
        innocent.kill()
        innocent.wait()


def test_a_start_that_was_killed_half_way_through_is_begun_anew(home: Home) -> None:
    home.ensure()
    (home.root / "pg.new" / "data" / "base").mkdir(parents=True)
    with using(home) as user:
        assert user.first_word == "up"
    assert not (home.root / "pg.new").exists()


@pytest.mark.skipif(os.getuid() != 0, reason="needs root: PostgreSQL refuses to run as root, Dangol does not")
def test_root_under_a_closed_parent_runs_the_server_as_somebody_else(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    home = Home(closed / "home")
    before = modes_above(home.root)
    with using(home) as user:
        assert user.first_word == "up"
        assert server_of(home).uids().effective != 0
        assert query(home, "SELECT 1") == [(1,)]
        assert modes_above(home.root) == before
        user.leave()
    assert modes_above(home.root) == before
    assert home.root.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(os.getuid() != 0, reason="needs root")
@pytest.mark.parametrize("way", ["capability", "namespace"])
def test_each_way_out_of_root_works_with_data_and_programs_in_closed_folders(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    wheel = clusters.binaries().parents[1]
    for folder in (wheel / "pginstall18", wheel.with_name(f"{wheel.name}.libs")):
        shutil.copytree(folder, closed / folder.relative_to(wheel.parent))
    for module in (clusters, identities):
        monkeypatch.setattr(module, "binaries", lambda: closed / wheel.name / "pginstall18" / "bin")
    home = Home(closed / "home").ensure()
    try:
        identity = find_identity(home.pg, ways=[way])
    except CannotContinue:
        pytest.skip(f"this machine does not allow: {way}")
    _start_and_stop(home, identity)
    # A home that was begun in the other way is taken over.
    for other in ("namespace", "capability"):
        _start_and_stop(home, find_identity(home.pg, ways=[other]))


def test_a_disk_that_fills_while_the_database_is_made_is_told(tmp_path: Path) -> None:
    with small_disk(tmp_path, "nr_inodes=200") as disk:
        home = Home(disk / "home")
        user = User(home)
        assert "is full" in user.first_word
        assert "Free some space" in user.first_word
        user.leave()
        assert is_all_over(home)
        assert not home.pg.exists()


def test_a_disk_without_room_is_told_before_anything_starts(tmp_path: Path) -> None:
    with small_disk(tmp_path, "size=20m") as disk:
        user = User(Home(disk / "home"))
        assert "MB are free" in user.first_word
        user.leave()


def test_rows_survive_a_disk_that_fills_while_the_server_runs(tmp_path: Path) -> None:
    with small_disk(tmp_path, "size=200m") as disk, using(home := Home(disk / "home")) as user:
        fill(home)
        ballast = disk / "ballast"
        ballast.write_bytes(b"x" * (shutil.disk_usage(disk).free - 4 * 1024**2))
        with pytest.raises(psycopg.Error):
            query(home, "INSERT INTO note SELECT generate_series(1, 2000000)")
        ballast.unlink()
        assert wait_until(lambda: _answers(home), 60, pause=0.2)
        assert count(home) == 100000
        query(home, "INSERT INTO note VALUES (1)")
        assert user.leave() == "down"


def _start_and_stop(home: Home, identity: Identity) -> None:
    made = clusters.Cluster(home, identity)
    made.prepare()
    server = made.start()
    assert wait_until(lambda: made.state() == "ready" or server.poll() is not None, 60)
    assert server.poll() is None, (home.log / "postgres.log").read_text()
    server.send_signal(signal.SIGINT)
    assert server.wait(timeout=20) == 0


def _answers(home: Home) -> bool:
    try:
        return query(home, "SELECT 1") == [(1,)]
    except Exception:
        return False
