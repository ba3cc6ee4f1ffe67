"""Numbers that come from the environment."""

from __future__ import annotations

import os

from dangol.platform.db.errors import CannotContinue


def number_from(name: str, default: float, least: float, most: float) -> float:
    """Return the number in the variable `name`, `default` when it is not set.

    Raises:
        CannotContinue: it is no number from `least` to `most`.
    """
    given = os.environ.get(name) or str(default)
    try:
        found = float(given)
    except ValueError:
        found = float("nan")
    if not least <= found <= most:
        raise CannotContinue(f"{name} is {given!r}.", f"Set it to a number from {least:g} to {most:.0f}.")
    return found
