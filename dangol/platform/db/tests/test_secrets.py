from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dangol.platform.console.archive import FOLDERS
from dangol.platform.db.home import Home
from dangol.platform.db.secrets import CannotDecrypt, decrypt, encrypt, fingerprint


@pytest.fixture(autouse=True)
def home(tmp_path: Path, settings: Any) -> Home:
    settings.HOME = Home(tmp_path / "home").ensure()
    return settings.HOME


def test_a_password_is_kept_unreadable_and_read_again(home: Home) -> None:
    kept = encrypt("비밀번호 1")
    assert "비밀" not in kept
    assert decrypt(kept) == "비밀번호 1"
    assert encrypt("비밀번호 1") != kept
    assert (home.keys / "channels_key").stat().st_mode & 0o777 == 0o600


def test_no_password_stays_none(home: Home) -> None:
    assert encrypt("") == decrypt("") == ""


def test_a_changed_or_foreign_one_is_refused_with_a_sentence(home: Home, tmp_path: Path, settings: Any) -> None:
    kept = encrypt("secret")
    with pytest.raises(CannotDecrypt, match="enter it again"):
        decrypt(kept[:-4] + "AAAA")
    settings.HOME = Home(tmp_path / "other").ensure()
    with pytest.raises(CannotDecrypt):
        decrypt(kept)


def test_a_backup_carries_the_key() -> None:
    assert "keys" in FOLDERS


def test_a_fingerprint_is_the_same_here_and_another_elsewhere(tmp_path: Path, settings: Any, home: Home) -> None:
    here = fingerprint("abcd")
    assert here == fingerprint("abcd") != fingerprint("abce")
    settings.HOME = Home(tmp_path / "other").ensure()
    assert fingerprint("abcd") != here
