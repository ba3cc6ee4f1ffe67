"""`dangol restore` of a backup, in an order that a crash at any moment cannot spoil.

1. Unpack into `restore.new` beside the data and compare with the manifest.
2. Write down in `restore.json` that a restore is under way.
3. Put the rows in place in one transaction, which also marks the schema with this restore's number.
4. Exchange the folders, drop the lake, forget the note.

Whoever finds the note later looks for the mark: there, step 4 is finished; not there, everything new is thrown away.
"""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dangol.platform.console.output import Answer, ask, say
from dangol.platform.console.progress import progress_bar
from dangol.platform.db.connections import database_settings, libpq_parameters
from dangol.platform.db.embedded import Database, ensure_database
from dangol.platform.db.errors import CannotContinue
from dangol.platform.db.home import Home, read_json, write_private
from dangol.platform.db.users import Lock, Register, is_held

NEW, NOTE, ASIDE = "restore.new", "restore.json", ".before-restore"
UPGRADE_NOTE = "upgrade.json"
"""What an upgrade that is under way, or was killed, leaves beside the data; it says nothing of those of an archive."""


def restore(file: Path) -> Answer:
    """Put everything back from an archive that `dangol backup` wrote: database, uploaded files, keys."""
    archive = file.expanduser()
    if not archive.is_file():
        raise CannotContinue(f"There is no file {archive}.", "Give the name of a file that `dangol backup` wrote.")
    home = Home.from_environment().ensure()
    with alone(home):
        return _restore(home, archive)


def finish_interrupted(home: Home) -> None:
    """Bring a restore that was killed to its end, or undo it. The database must be up.

    Raises:
        CannotContinue: a restore is running at this moment.
    """
    if is_held(home.run / "restore.lock"):
        raise CannotContinue("A restore is running.", "Wait until it has finished, then try again.")
    note = read_json(home.root / NOTE)
    if note is not None:
        if _mark(home) == note["mark"]:
            _exchange_folders(home)
        (home.root / NOTE).unlink()
    shutil.rmtree(home.root / NEW, ignore_errors=True)


@contextmanager
def stopped(home: Home) -> Iterator[None]:
    """Keep `dangol start` away while the block runs."""
    lock = Lock(home.run / "start.lock")
    if not lock.take(wait_seconds=0.3):
        raise CannotContinue("Dangol is running for this folder.", "Stop it first with: dangol stop")
    lock.write("{}")
    try:
        yield
    finally:
        lock.release()


@contextmanager
def alone(home: Home) -> Iterator[None]:
    """Keep `dangol start` and other restores away while the block runs."""
    with stopped(home):
        lock = Lock(home.run / "restore.lock")
        if not lock.take(wait_seconds=0.3):
            raise CannotContinue("Another restore is running for this folder.", "Wait until it has finished.")
        try:
            yield
        finally:
            lock.release()


def _restore(home: Home, archive: Path) -> Answer:
    with ensure_database(home, say) as database:
        others = len(Register(home.run).living()) - 1
        if database.is_embedded and others > 0:
            raise CannotContinue(f"{others} other Dangol command(s) use the database.", "Wait until they have ended.")
        # A restore that was killed before this one is of no interest any more, but its rows may be in place already.
        settle_earlier(home)
        if not _is_empty(home):
            ask(f"{home.root} holds data already. Replace all of it with what is in {archive}?")
        manifest = put_back(home, database, archive)
        (home.root / UPGRADE_NOTE).unlink(missing_ok=True)
    data = {
        "file": str(archive.resolve()), "version": manifest.version, "made_at": manifest.made_at,
        "files": sum(name.startswith("files/") for name in manifest.members),
    }  # fmt: skip
    return Answer(data, f"Restored from {archive} · {archive} 파일에서 되살렸어요.")


def put_back(home: Home, database: Database, archive: Path) -> Any:
    """Put everything in an archive in the place of what is there; returns what the archive says of itself.

    Whoever calls keeps others away (`alone`) and has settled an earlier restore.
    """
    manifest = _unpack(home, archive)
    _put_in_place(home, database)
    database.prepare_roles()
    _refresh_statistics(home)
    return manifest


def settle_earlier(home: Home) -> None:
    """Finish or forget a restore that was killed, when another takes its place."""
    note = read_json(home.root / NOTE)
    if note is not None and _mark(home) == note["mark"]:
        _exchange_folders(home)
    (home.root / NOTE).unlink(missing_ok=True)
    shutil.rmtree(home.root / NEW, ignore_errors=True)


def _unpack(home: Home, archive: Path) -> Any:
    from dangol.platform.console.archive import DUMP, FOLDERS, unpack

    new, done = home.root / NEW, 0
    new.mkdir(mode=0o700)
    for folder in FOLDERS:
        (new / folder).mkdir(mode=0o700)
    try:
        with progress_bar("Unpacking and checking") as show:

            def moved(size: int) -> None:
                nonlocal done
                done += size
                show(done)

            manifest = unpack(archive, new, moved)
        if not (new / DUMP).is_file():
            raise CannotContinue(f"{archive} holds no database.", "Take another backup.")
        _refuse_later(manifest.version)
    except BaseException:
        shutil.rmtree(new, ignore_errors=True)
        raise
    return manifest


def _put_in_place(home: Home, database: Database) -> None:
    from dangol.platform.console.archive import DUMP
    from dangol.platform.console.dump import load_dump

    mark, new = f"restored {secrets.token_hex(8)}", home.root / NEW
    write_private(home.root / NOTE, json.dumps({"mark": mark}))
    try:
        with progress_bar("Restoring the database") as moved:
            load_dump(libpq_parameters(database.settings()["owner"]), new / DUMP, mark, moved)
    except BaseException:
        if _mark(home) != mark:
            (home.root / NOTE).unlink(missing_ok=True)
            shutil.rmtree(new, ignore_errors=True)
        raise
    _exchange_folders(home)
    (home.root / NOTE).unlink()


def _exchange_folders(home: Home) -> None:
    """Put the new folders in the old ones' place; each step may have been done before a crash."""
    new = home.root / NEW
    for name in ("files", "keys"):
        here, aside = home.root / name, home.root / f"{name}{ASIDE}"
        if (new / name).exists():
            if (here / "database.json").exists():  # the cluster's passwords are not the archive's to change
                shutil.copy2(here / "database.json", new / name)
            if here.exists() and not aside.exists():
                here.rename(aside)
            shutil.rmtree(here, ignore_errors=True)
            (new / name).rename(here)
    for gone in (home.lake, new, home.root / f"files{ASIDE}", home.root / f"keys{ASIDE}"):
        shutil.rmtree(gone, ignore_errors=True)


def _refuse_later(made_by: str) -> None:
    here = version("dangol")
    if _numbers(made_by) > _numbers(here):
        raise CannotContinue(
            f"The backup was made by Dangol {made_by}; this is {here}.", "Bring this Dangol up to date first."
        )


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdecimal())


def _is_empty(home: Home) -> bool:
    return _ask_database(home, "SELECT to_regclass('public.django_migrations') IS NULL") is True and not any(
        home.files.iterdir()
    )


def _mark(home: Home) -> object:
    return _ask_database(home, "SELECT obj_description(to_regnamespace('public'), 'pg_namespace')")


def _refresh_statistics(home: Home) -> None:
    _ask_database(home, "ANALYZE")


def _ask_database(home: Home, question: str) -> object:
    import psycopg

    with psycopg.connect(**libpq_parameters(database_settings(home)["owner"]), autocommit=True) as connection:
        cursor = connection.execute(question.encode())
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None
