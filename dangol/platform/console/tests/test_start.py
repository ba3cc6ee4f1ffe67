"""`dangol start` in good days and bad ones."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import psutil
import psycopg
import pytest

from dangol.platform.console.child import WHERE_ARE_YOU
from dangol.platform.console.tests.running import DANGOL, answer_of, dangol, free_port, started
from dangol.platform.db.embedded import ensure_database
from dangol.platform.db.home import Home
from dangol.platform.db.processes import postmaster_of, wait_until
from dangol.platform.db.tests.users_of_database import (
    environment,
    has_new_holder,
    is_all_over,
    keeper_of,
    processes_of,
    query,
    server_of,
    small_disk,
)

pytestmark = pytest.mark.slow


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return Home(tmp_path / "home")


def test_everything_comes_up_is_told_once_and_goes_down_with_ctrl_c(home: Home) -> None:
    with started(home) as running:
        assert running.told["address"] == f"http://127.0.0.1:{running.port}"
        assert running.told["pid"] == running.process.pid
        assert running.health() == (200, {"web": "up", "database": "up", "worker": "up"})
        assert running.end(signal.SIGINT) == 0
        assert running.process.stdout is not None
        assert is_all_over(home, seconds=60)
        assert "Traceback" not in running.said


def test_the_first_member_of_staff_is_let_in_from_the_command_line(home: Home) -> None:
    with started(home) as running:
        assert running.told["has_staff"] is False
        told = answer_of(dangol(home, "staff", "add", "kim@shop.test", "--json"))
        assert told["role"] == "administrator"
        assert len(told["password"]) > 12
        again = answer_of(dangol(home, "staff", "add", "kim@shop.test", "--json"))
        assert set(again) == {"error", "what_to_do"}
        assert query(home, "SELECT email FROM accounts_user") == [("kim@shop.test",)]
        wrong = answer_of(dangol(home, "staff", "add", "lee@shop.test", "--role", "king", "--json"))
        assert "administrator" in wrong["what_to_do"]


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGHUP])
def test_a_polite_signal_stops_everything(home: Home, sign: signal.Signals) -> None:
    with started(home) as running:
        assert running.end(sign) == 0
        assert is_all_over(home, seconds=60)


def test_several_web_processes_answer_at_one_address_and_count_together(home: Home) -> None:
    with started(home, DANGOL_WEB_PROCESSES="2") as running:
        assert running.part("web").pid != running.part("web-2").pid
        for _ in range(20):
            assert running.get("/login")[0] == 200
        lines = running.get("/metrics")[1].splitlines()
        counted = [line for line in lines if line.startswith("dangol_http_requests_total") and 'route="login"' in line]
        assert [float(line.split()[-1]) for line in counted] == [20.0]


def test_a_wrong_number_of_web_processes_is_told(home: Home) -> None:
    told = answer_of(dangol(home, "start", "--json", DANGOL_WEB_PROCESSES="many"))
    assert "DANGOL_WEB_PROCESSES" in told["error"]


def test_a_killed_part_comes_back(home: Home) -> None:
    with started(home, DANGOL_WEB_PROCESSES="2") as running:
        for name in ("web", "web-2", "worker"):
            fallen = running.part(name)
            fallen.kill()
            assert wait_until(partial(has_new_holder, home.run / f"{name}.lock", fallen.pid), 120)
            assert running.is_healthy()
            assert f"The {name} part ended (signal 9)" in running.said


def serves(log: Path, process: psutil.Process) -> bool:
    """Ask where it is, and see whether it stood in its server the last time: one that still loads has more time."""
    process.send_signal(WHERE_ARE_YOU)
    return os.path.join("uvicorn", "server.py") in log.read_text()


def test_a_web_process_that_hangs_is_ended_and_started_again(home: Home) -> None:
    with started(home, DANGOL_WEB_PROCESSES="2", DANGOL_HUNG_AFTER="30") as running:
        other, hung = running.part("web"), running.part("web-2")
        assert wait_until(partial(serves, home.log / "web-2.log", hung), 60, pause=0.5)
        hung.suspend()
        assert wait_until(partial(has_new_holder, home.run / "web-2.lock", hung.pid), 120)
        assert running.is_healthy()
        assert "The web-2 part has given no sign of life for 30 s" in running.said
        assert running.part("web") == other, "the other one answered all the while"


def test_a_killed_worker_shows_in_the_health_until_it_is_back(home: Home) -> None:
    with started(home) as running:
        running.part("worker").kill()
        assert wait_until(lambda: running.health()[0] == 503, 60, pause=0.02)
        assert running.is_healthy()


def test_a_killed_database_comes_back(home: Home) -> None:
    with started(home) as running:
        fallen = server_of(home)
        fallen.kill()
        assert wait_until(lambda: postmaster_of(home.pg) not in (None, fallen.pid), 120)
        assert running.is_healthy()
        assert server_of(home).pid != fallen.pid


def test_a_killed_keeper_of_the_database_comes_back(home: Home) -> None:
    with started(home) as running:
        fallen = keeper_of(home)
        fallen.kill()
        assert wait_until(partial(has_new_holder, home.run / "keeper.lock", fallen.pid), 120)
        assert running.is_healthy()


def test_when_the_supervisor_is_killed_its_children_end_and_the_next_start_takes_the_same_port(home: Home) -> None:
    with started(home) as running:
        running.process.kill()
        running.process.communicate()
        with started(home, running.port) as second:
            assert second.health()[0] == 200
            second.end()
    assert is_all_over(home, seconds=60)


def test_children_of_a_killed_supervisor_do_not_outlive_it_long(home: Home) -> None:
    with started(home) as running:
        running.process.kill()
        running.process.communicate()
        assert is_all_over(home, seconds=60), processes_of(home)


def test_a_second_start_is_told_where_the_first_one_is(home: Home) -> None:
    with started(home) as running:
        told = answer_of(dangol(home, "start", "--json", DANGOL_PORT=str(free_port())))
        assert "already running" in told["error"]
        assert running.told["address"] in told["error"]
        assert "dangol stop" in told["what_to_do"]
        assert running.health()[0] == 200


def test_a_busy_port_is_named_with_a_free_one_and_its_holder_is_left_alone(home: Home) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        told = answer_of(dangol(home, "start", "--json", DANGOL_PORT=str(port)))
        assert f"Port {port}" in told["error"]
        assert "DANGOL_PORT=" in told["what_to_do"]
        socket.create_connection(("127.0.0.1", port)).close()
    assert is_all_over(home, seconds=60)


def test_stop_ends_the_running_one_and_waits_for_it(home: Home) -> None:
    with started(home) as running:
        told = answer_of(dangol(home, "stop", "--json"))
        assert told == {"was_running": True, "pid": running.process.pid}
        assert is_all_over(home, seconds=60)
        assert running.process.wait(timeout=5) == 0


def test_stop_signals_nobody_whose_number_was_only_written_down(home: Home) -> None:
    home.ensure()
    innocent = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)", "start"])
    try:
        (home.run / "start.lock").write_text(json.dumps({"pid": innocent.pid, "address": "http://127.0.0.1:1"}))
        assert answer_of(dangol(home, "stop", "--json")) == {"was_running": False}
        with started(home) as running:
            (home.run / "start.lock").write_text(json.dumps({"pid": innocent.pid, "address": "x"}))
            assert "no `dangol start`" in answer_of(dangol(home, "stop", "--json"))["error"]
            assert innocent.poll() is None
            assert running.health()[0] == 200
    finally:
        innocent.kill()
        innocent.wait()


def test_a_command_beside_a_running_start_shares_its_database(home: Home, tmp_path: Path) -> None:
    with started(home) as running:
        server = server_of(home)
        assert dangol(home, "backup", str(tmp_path / "kept")).returncode == 0
        assert server_of(home) == server
        assert running.health()[0] == 200


def test_a_disk_that_fills_is_told_while_it_runs_and_all_goes_on_when_there_is_room(tmp_path: Path) -> None:
    with small_disk(tmp_path, "size=400m") as disk, started(home := Home(disk / "home")) as running:
        (disk / "ballast").write_bytes(b"x" * (shutil.disk_usage(disk).free - 4 * 1024**2))
        assert wait_until(lambda: "is full" in running.said, 60, pause=0.2)
        (disk / "ballast").unlink()
        assert running.is_healthy()
        assert running.end() == 0
        assert is_all_over(home, seconds=60)


def test_a_full_disk_is_told_instead_of_starting(tmp_path: Path) -> None:
    with small_disk(tmp_path, "size=20m") as disk:
        told = answer_of(dangol(Home(disk / "home"), "start", "--json"))
        assert "MB are free" in told["error"]
        assert "Free some space" in told["what_to_do"]


def test_it_knows_itself_to_be_up_under_the_name_of_a_real_server(home: Home) -> None:
    with started(home, DANGOL_HOSTS=".shop.example,shop.example", DANGOL_HTTPS="1") as running:
        assert "address" in running.told


def test_it_runs_on_a_server_elsewhere(home: Home, tmp_path: Path) -> None:
    with ensure_database(Home(tmp_path / "host")) as server:
        admin = server.admin()
        with psycopg.connect(**admin, autocommit=True) as connection:
            connection.execute("CREATE ROLE elsewhere LOGIN PASSWORD 'secret'")
            connection.execute("CREATE DATABASE elsewhere OWNER elsewhere")
        address = "postgresql://elsewhere:secret@/elsewhere?host={host}&port={port}".format(**admin)
        with started(home, DATABASE_URL=address) as running:
            assert running.health()[0] == 200
            assert not home.pg.exists()


def test_ctrl_c_in_a_terminal_reaches_the_whole_group_and_still_ends_in_order(home: Home) -> None:
    """A terminal sends the signal to everybody in the foreground at once."""
    with started(home) as running:
        os.killpg(running.process.pid, signal.SIGINT)
        running.process.communicate(timeout=60)
        assert running.process.returncode == 0
        assert is_all_over(home, seconds=60)
        assert "database system is shut down" in (home.log / "postgres.log").read_text()


def test_a_signal_while_it_is_still_starting_leaves_nothing(home: Home) -> None:
    for pause in (0.7, 1.5, 3.0, 6.0):
        starting = subprocess.Popen(
            [*DANGOL, "start"], env=environment(home, DANGOL_PORT=str(free_port())), start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        wait_until(lambda: False, pause)
        starting.send_signal(signal.SIGTERM)  # one started in the background may have been told to ignore Ctrl-C
        starting.communicate(timeout=120)
        assert is_all_over(home, seconds=60), pause
