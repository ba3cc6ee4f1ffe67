"""The folder of an installation."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from dangol.platform.db.connections import secret_key
from dangol.platform.db.errors import CannotContinue
from dangol.platform.db.home import SOCKET_PATH_LIMIT, Home
from dangol.platform.db.tests.users_of_database import modes_above


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_every_folder_of_a_home_is_for_its_owner_alone(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").ensure()
    assert {mode(path) for path in (home.root, home.run, home.files, home.keys, home.log)} == {0o700}


def test_a_home_that_was_open_is_closed_and_nothing_above_it_changes(tmp_path: Path) -> None:
    parent = tmp_path / "parent"
    (parent / "home" / "run").mkdir(parents=True)
    parent.chmod(0o755)
    (parent / "home").chmod(0o755)
    before = modes_above(parent / "home")
    home = Home(parent / "home").ensure()
    assert mode(home.root) == 0o700
    assert modes_above(home.root) == before


def test_a_folder_with_other_peoples_files_is_refused_and_left_as_it_was(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir(mode=0o755)
    (tmp_path / "letters" / "to-mother.txt").write_text("Dear mother")
    with pytest.raises(CannotContinue, match="not Dangol's"):
        Home(tmp_path / "letters").ensure()
    assert mode(tmp_path / "letters") == 0o755


def test_a_home_that_cannot_be_made_is_told_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(CannotContinue) as told:
        Home(tmp_path / "file" / "home").ensure()
    assert "cannot be used" in told.value.sentence
    assert "DANGOL_HOME" in told.value.what_to_do


def test_the_socket_of_a_deep_home_has_a_short_path(tmp_path: Path) -> None:
    deep = Home(tmp_path / ("d" * 60) / ("e" * 60))
    assert str(deep.socket_folder).startswith("/tmp/dangol-")
    assert len(str(deep.socket_folder / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_LIMIT
    assert deep.socket_folder != Home(tmp_path / ("d" * 60) / ("f" * 60)).socket_folder


def test_the_secret_key_stays_the_same_and_is_private(tmp_path: Path) -> None:
    home = Home(tmp_path / "home").ensure()
    assert secret_key(home) == secret_key(home)
    assert mode(home.keys / "secret_key") == 0o600


def test_without_a_home_nothing_is_written_to_read_the_settings(tmp_path: Path) -> None:
    home = Home(tmp_path / "nowhere")
    assert len(secret_key(home)) > 40
    assert not home.root.exists()
