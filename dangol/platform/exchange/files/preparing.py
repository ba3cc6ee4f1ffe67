"""Making a text table of whatever file was given, in a child process; what goes wrong is said in a sentence."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from dangol.platform.exchange.errors import BadFile
from dangol.platform.exchange.files.vcards import is_vcard

LONGEST_WAIT_SECONDS = 600
SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")


@dataclass(frozen=True)
class Prepared:
    """A file as a text table: where it lies, and of a spreadsheet the sheets and the one that was taken."""

    path: Path
    sheets: tuple[str, ...] = ()
    sheet: str = ""


def needs_preparing(path: Path) -> bool:
    """Whether a file is a spreadsheet or holds address cards, told by its first bytes."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        first = stream.read(256)
    return first.startswith(SPREADSHEETS) or is_vcard(first)


def prepare(path: Path, target: Path, *, password: str = "", sheet: str = "") -> Prepared:
    """Write a spreadsheet or address cards as CSV to `target`. Raises `BadFile`; nothing is left there then."""
    command = [sys.executable, "-P", "-W", "ignore", "-m", "dangol.platform.exchange.files.convert", str(path),
               str(target)]  # fmt: skip
    try:
        done = subprocess.run(
            command, input=json.dumps({"password": password, "sheet": sheet}), capture_output=True, text=True,
            timeout=LONGEST_WAIT_SECONDS, check=False, env=_environment(),
        )  # fmt: skip
        answer: dict[str, Any] = json.loads(done.stdout) if done.returncode == 0 else {"error": "too_large"}
    except (subprocess.TimeoutExpired, json.JSONDecodeError):
        answer = {"error": "too_large"}
    if error := answer.get("error"):
        target.unlink(missing_ok=True)
        raise BadFile(*_sentences(str(error)))
    target.chmod(0o600)
    return Prepared(target, tuple(answer["sheets"]), answer["sheet"])


def _environment() -> dict[str, str]:
    """Only what a Python needs to start: no passwords, no address of the database."""
    return {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "HOME", "LANG", "TMPDIR") if name in os.environ}


def _sentences(code: str) -> tuple[str, str]:
    known = {
        "password_needed": (_("The file is protected by a password."), _("Give the password with the file.")),
        "password_wrong": (_("The password does not open the file."), _("Check it and choose the file again.")),
        "damaged": (_("The spreadsheet cannot be opened; it is damaged or unfinished."),
                    _("Open it in Excel, save it anew (or as CSV UTF-8), and choose that file.")),
        "no_spreadsheet": (_("This is a packed file (ZIP), but no spreadsheet."),
                           _("Unpack it and choose the table inside: CSV or Excel.")),
        "no_sheet": (_("There is no sheet with a table in this file."),
                     _("Choose a file with a line of column names and rows below it.")),
        "bomb": (_("Unpacked, this file would be far larger than any table."),
                 _("Save the table as CSV and choose that file.")),
        "too_large": (_("The spreadsheet is too large to be opened."),
                      _("Save it as CSV UTF-8, or split it, and choose that file.")),
    }  # fmt: skip
    return known.get(code, known["damaged"])
