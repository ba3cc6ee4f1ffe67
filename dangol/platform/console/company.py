"""`dangol export --all`: the whole company into one archive; and reading one back, for `dangol restore`."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Annotated, Any

import typer

from dangol.platform.console.bars import Bars
from dangol.platform.console.output import Answer, ask
from dangol.platform.console.registry import register_command
from dangol.platform.console.session import session
from dangol.platform.db.errors import CannotContinue
from dangol.platform.db.home import Home

Place = Annotated[Path, typer.Option("--all", help="The .zip file, or the folder, to write.", show_default=False)]
Csv = Annotated[bool, typer.Option("--csv", help="CSV for other tools, in place of JSON lines; cannot be read back.")]
NoFiles = Annotated[bool, typer.Option("--no-files", help="Leave out the contents of attached files.")]


def export(all_: Place, csv: Csv = False, no_files: NoFiles = False) -> Answer:
    """Write everything the company has into one archive that people and other programs can read.

    All records with fields and objects of your own, their links, files, staff, consents, events and settings; no
    passwords, keys or other secrets. `dangol restore` reads it back into an empty house. For a copy of the house as
    it stands, keys included, use `dangol backup`.

    Example: `dangol export --all ~/company.zip`
    """
    target = all_.expanduser()
    is_zip = target.suffix.lower() == ".zip"
    _refuse_or_clear(target, is_zip)
    with session(), Bars() as bars:
        from dangol.platform.access.actor import Actor
        from dangol.platform.exports.company.packing import pack_folder, pack_zip
        from dangol.platform.jobs.progress import Tracker

        actor = Actor.system("dangol export --all").via("command line")
        half = target.with_name(f".{target.name}.part")
        _away(half)
        try:
            if not is_zip:
                half.mkdir(mode=0o700)
            else:
                half.touch(mode=0o600)
            content: Any = "csv" if csv else "jsonl"
            write = pack_zip if is_zip else pack_folder
            rows = write(half, actor, Tracker(None, bars.hear), content=content, has_files=not no_files)
            _away(target)
            half.replace(target)
        finally:
            _away(half)
    data = {"file": str(target.resolve()), "rows": rows, "content": content, "files": not no_files}
    return Answer(data, f"{rows:,} rows written to {target} · {target}에 {rows:,}행을 적었어요.")


def read_back(home: Home, place: Path) -> Answer:
    """Read an export of a whole company into this house, which must be empty; Dangol must not be running."""
    with session(home), Bars() as bars:
        from django.conf import settings

        from dangol.platform.access.actor import Actor
        from dangol.platform.events.stream import emit
        from dangol.platform.exports.company.archive import Archive
        from dangol.platform.exports.company.restoring import restore
        from dangol.platform.exports.events import WorkspaceRestored

        archive = Archive(place)
        try:
            done, total = 0, sum(part["bytes"] for part in archive.parts)

            def checked(size: int) -> None:
                nonlocal done
                done += size
                bars.hear(done, total, "Checking")

            archive.check(checked)
            counts = restore(
                archive, settings.DATABASES["owner"], lambda name, rows: bars.hear(0, rows, f"Reading {name}")
            )
        finally:
            archive.close()
        rows, made_at = sum(counts.values()), str(archive.manifest["made_at"])
        actor = Actor.system("dangol restore").via("command line")
        emit(WorkspaceRestored(made_at=made_at, rows=rows), actor=actor)
        _make_findable()
        data = {"file": str(place.resolve()), "rows": rows, "made_at": made_at,
                "tables": {name: count for name, count in counts.items() if count}}  # fmt: skip
    told = f"{rows:,} rows read back from {place} · {place}에서 {rows:,}행을 되살렸어요."
    return Answer(
        data, f"{told}\nNobody has a password yet. Let the first one in with: dangol staff link you@example.com"
    )


def _make_findable() -> None:
    from django.db import connections

    from dangol.platform.objects.upkeep import fill_search

    fill_search(timestamp=0)
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")


def _refuse_or_clear(target: Path, is_zip: bool) -> None:
    if not target.parent.is_dir():
        raise CannotContinue(f"There is no folder {target.parent}.", "Make it first, or choose another place.")
    if is_zip and target.is_dir():
        raise CannotContinue(f"{target} is a folder.", "Give the name of a .zip file, or of an empty folder.")
    if target.is_file() and not is_zip:
        raise CannotContinue(f"{target} is a file.", "Give a name that ends in .zip, or that of an empty folder.")
    if target.is_dir() and any(target.iterdir()):
        raise CannotContinue(f"{target} holds files already.", "Give the name of an empty folder.")
    if target.is_file():
        ask(f"{target} is there already. Write over it?")


def _away(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


register_command("export", "", export)
