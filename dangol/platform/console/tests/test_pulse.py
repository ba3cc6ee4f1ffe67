"""When a web process counts as hung."""

from __future__ import annotations

import os

import pytest

from dangol.platform.console.pulse import LONGEST_START_SECONDS, Pulse, patience
from dangol.platform.db.errors import CannotContinue


def looked(pulse: Pulse, begin: float, seconds: float) -> bool:
    """Look four times a second for so long; whether the process is lost in the end."""
    found = False
    for quarter in range(1, int(seconds * 4) + 1):
        found = pulse.is_lost(begin + quarter / 4)
    return found


def test_who_gave_signs_and_does_so_no_more_is_lost() -> None:
    pulse = Pulse()
    pulse.begin(100.0)
    os.write(pulse.writing, b"...")
    assert not looked(pulse, 100.0, 30)
    assert looked(pulse, 130.0, 1)
    os.write(pulse.writing, b".")
    assert not pulse.is_lost(131.0), "it was only slow"
    pulse.begin(200.0)
    assert not looked(pulse, 200.0, 60), "the next one may take its time"


def test_who_is_still_starting_is_not_lost_but_not_for_ever() -> None:
    pulse = Pulse()
    pulse.begin(0.0)
    assert not looked(pulse, 0.0, LONGEST_START_SECONDS)
    assert looked(pulse, LONGEST_START_SECONDS, 1)


def test_a_machine_that_slept_is_no_reason() -> None:
    pulse = Pulse()
    pulse.begin(0.0)
    os.write(pulse.writing, b".")
    assert not pulse.is_lost(0.25)
    assert not pulse.is_lost(50_000.0)


def test_a_patience_that_is_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGOL_HUNG_AFTER", "soon")
    with pytest.raises(CannotContinue, match="DANGOL_HUNG_AFTER"):
        patience()
