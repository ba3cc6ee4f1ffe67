from __future__ import annotations

import pytest

from dangol.platform.db.environment import number_from
from dangol.platform.db.errors import CannotContinue


@pytest.mark.parametrize(("given", "found"), [(None, 30), ("", 30), ("5", 5), ("2.5", 2.5), ("3600", 3600)])
def test_a_number_is_read(given: str | None, found: float, monkeypatch: pytest.MonkeyPatch) -> None:
    if given is not None:
        monkeypatch.setenv("DANGOL_TRY", given)
    assert number_from("DANGOL_TRY", 30, 1, 3600) == found


@pytest.mark.parametrize("given", ["soon", "0", "-3", "nan", "inf", "1e9", "1,000"])
def test_what_is_no_such_number_is_told_with_what_would_be(given: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGOL_TRY", given)
    with pytest.raises(CannotContinue, match=f"DANGOL_TRY is '{given}'") as caught:
        number_from("DANGOL_TRY", 30, 1, 3600)
    assert caught.value.what_to_do == "Set it to a number from 1 to 3600."
