"""What is told to a person when something cannot go on: what is wrong, and what to do about it."""

from __future__ import annotations

import errno

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_FORBIDDEN = (errno.EACCES, errno.EPERM, errno.EROFS)


class CannotContinue(Exception):
    """Something that a person has to mend. `sentence` says what is wrong, `what_to_do` what would help."""

    def __init__(self, sentence: str, what_to_do: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.what_to_do = what_to_do

    def as_dict(self) -> dict[str, str]:
        """Return the shape in which machines get it."""
        return {"error": self.sentence, "what_to_do": self.what_to_do}


def disk_full(where: object) -> CannotContinue:
    """Return the sentence for a full disk; `where` is the folder that could not grow."""
    return CannotContinue(
        f"The disk that holds {where} is full.",
        "Free some space there, or move the folder to a larger disk and point DANGOL_HOME at it.",
    )


def from_os_error(error: OSError, where: object) -> CannotContinue | None:
    """Return the sentence for an error of the operating system, or None when it is none that a person can mend."""
    if error.errno in _FULL:
        return disk_full(error.filename or where)
    if error.errno in _FORBIDDEN:
        return CannotContinue(
            f"{error.filename or where} cannot be read or written ({error.strerror}).",
            "Run Dangol as the user who owns the folder, or point DANGOL_HOME at a folder of your own.",
        )
    return None
