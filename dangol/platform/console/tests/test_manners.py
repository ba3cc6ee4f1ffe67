"""What every command does with its answer, its questions and its failures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dangol.platform.console.tests.running import answer_of, dangol
from dangol.platform.db.home import Home
from dangol.platform.db.tests.users_of_database import environment

_NOISY = """
import subprocess, sys
from datetime import date
from decimal import Decimal
from typing import Annotated
import typer
from dangol.platform.console import main, output, registry
from dangol.platform.db.errors import CannotContinue

def noisy(guests: int, fail: Annotated[str, typer.Option(help="How.")] = "") -> dict:
    "Receive guests. Example: `dangol house noisy 3`"
    print("a library prints")
    subprocess.run(["echo", "a child prints"])
    output.say("told to people")
    if fail == "question":
        output.ask("Really?")
    if fail == "sentence":
        raise CannotContinue("The door is shut.", "Open it.")
    if fail == "disk":
        raise OSError(28, "No space left on device", "/data")
    if fail == "ctrl-c":
        raise KeyboardInterrupt
    if fail == "surprise":
        raise KeyError("nobody thought of this")
    return {"guests_seen": guests, "money": Decimal("1234567.890"), "day": date(2026, 1, 2)}

def base() -> dict:
    "Look at the house."
    return {"looked": True}

registry.register_command("house", "noisy", noisy)
registry.register_command("house", "", base)
main.load_slices = lambda: None
groups = {"house": main.GroupHelp("A house.", "dangol house noisy 3"), "empty": main.GroupHelp("Nothing.", "-")}
sys.exit(main.run(groups))
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def noisy(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", _NOISY, *arguments], env=environment(home), stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_json_is_the_only_thing_on_standard_output_whoever_prints(home: Home) -> None:
    done = noisy(home, "house", "noisy", "3", "--json")
    assert done.returncode == 0
    assert answer_of(done) == {"guests_seen": 3, "money": "1234567.890", "day": "2026-01-02"}
    for sentence in ("a library prints", "a child prints", "told to people"):
        assert sentence in done.stderr


def test_people_get_the_answer_in_lines_they_can_read(home: Home) -> None:
    done = noisy(home, "house", "noisy", "3000")
    assert "guests seen" in done.stdout
    assert "3,000" in done.stdout
    assert "1,234,567.890" in done.stdout


@pytest.mark.parametrize(
    ("how", "error", "help_offered"),
    [
        ("sentence", "The door is shut.", "Open it."),
        ("disk", "The disk that holds /data is full.", "Free some space"),
        ("question", "This needs an answer: Really?", "--yes"),
        ("surprise", "did not foresee", "DANGOL_DEBUG"),
    ],
)
def test_a_failure_is_a_sentence_and_what_to_do(home: Home, how: str, error: str, help_offered: str) -> None:
    for_machines = noisy(home, "house", "noisy", "3", "--fail", how, "--json")
    assert for_machines.returncode == 1
    told = answer_of(for_machines)
    assert set(told) == {"error", "what_to_do"}
    assert error in told["error"]
    assert help_offered in told["what_to_do"]
    for_people = noisy(home, "house", "noisy", "3", "--fail", how)
    assert for_people.returncode == 1
    assert error in for_people.stderr
    assert "Traceback" not in for_people.stderr


def test_a_command_stopped_by_hand_says_so_to_a_machine_too(home: Home) -> None:
    done = noisy(home, "house", "noisy", "3", "--fail", "ctrl-c", "--json")
    assert done.returncode == 130
    assert answer_of(done)["error"] == "Stopped."


def test_without_a_word_the_help_is_shown(home: Home) -> None:
    assert "Commands" in noisy(home).stdout


def test_yes_answers_every_question(home: Home) -> None:
    assert noisy(home, "house", "noisy", "3", "--fail", "question", "--yes").returncode == 0


@pytest.mark.parametrize(
    "wrong", [("house", "noisy", "many"), ("house", "noisy"), ("house", "nosy", "3"), ("cellar",), ("house", "-x")]
)
def test_a_command_typed_wrongly_is_one_json_object_too(home: Home, wrong: tuple[str, ...]) -> None:
    done = noisy(home, *wrong, "--json")
    assert done.returncode == 1
    assert set(answer_of(done)) == {"error", "what_to_do"}


def test_a_group_does_something_by_itself_and_has_members(home: Home) -> None:
    assert answer_of(noisy(home, "house", "--json")) == {"looked": True}
    assert "noisy" in noisy(home, "house", "--help").stdout


def test_help_shows_what_is_there_with_an_example_and_nothing_else(home: Home) -> None:
    listed = noisy(home, "--help").stdout
    assert "house" in listed
    assert "empty" not in listed
    assert "dangol house noisy 3" in noisy(home, "house", "--help").stdout
    assert noisy(home, "empty").returncode == 2
    assert not home.root.exists()


def test_the_commands_of_the_house_explain_themselves_without_touching_anything(home: Home) -> None:
    listed = dangol(home, "--help").stdout
    for name in ("start", "stop", "backup", "restore"):
        assert name in listed
        shown = dangol(home, name, "--help")
        assert shown.returncode == 0
        assert f"dangol {name}" in shown.stdout
        assert "--json" in shown.stdout
    assert not home.root.exists()


def test_stopping_what_does_not_run_is_no_failure(home: Home) -> None:
    assert answer_of(dangol(home, "stop", "--json")) == {"was_running": False}


def test_a_wrong_port_is_told(home: Home) -> None:
    done = dangol(home, "start", "--json", DANGOL_PORT="eighty")
    assert "is no port" in answer_of(done)["error"]


def test_each_answer_is_one_line(home: Home) -> None:
    done = noisy(home, "house", "noisy", "3", "--json")
    assert [json.loads(line)["guests_seen"] for line in done.stdout.splitlines()] == [3]
