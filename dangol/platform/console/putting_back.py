"""`dangol restore`: a backup of a house, or an export of a whole company."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Annotated

import typer

from dangol.platform.console.output import Answer
from dangol.platform.console.restore import restore as restore_backup
from dangol.platform.console.restore import stopped
from dangol.platform.db.home import Home

MANIFEST = "manifest.json"


def restore(
    file: Annotated[Path, typer.Argument(help="What `dangol backup` or `dangol export --all` wrote.")],
) -> Answer:
    """Put everything back from one file: database, uploaded files, keys.

    Asks before it replaces data that are there; these stay untouched until all of the new ones are in place. Dangol
    must not be running. What is worked out from data (the lake) is built anew by the next `dangol analyze`.

    What `dangol export --all` wrote is read into an empty house only, and comes without passwords and other secrets.

    Example: `dangol restore ~/dangol-monday.tar.gz`
    """
    place = file.expanduser()
    if not _is_company(place):
        return restore_backup(place)
    from dangol.platform.console.company import read_back

    home = Home.from_environment().ensure()
    with stopped(home):
        return read_back(home, place)


def _is_company(place: Path) -> bool:
    """Whether it is an export of a whole company: a ZIP file or a folder with a manifest, and no packed tar."""
    return (place / MANIFEST).is_file() if place.is_dir() else zipfile.is_zipfile(place)
