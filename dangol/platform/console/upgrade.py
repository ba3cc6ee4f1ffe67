"""`dangol upgrade`: bring data to this version, with a way back.

1. Stop what runs, keep others away.
2. Write a backup into `backups/` and note it in `upgrade.json`.
3. Bring the tables to this version as their owner; each change is whole or not at all.
4. Make anew what this version reads otherwise: roles, search, lake.
5. Forget the note.

When step 3 fails, the backup is put back. Whoever is killed in between is picked up where it stood by the next
`dangol upgrade`, with the backup of the first one: never with one of data that are half way.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated, Any

import typer

from dangol.platform.console.output import Answer, say
from dangol.platform.console.restore import UPGRADE_NOTE as NOTE
from dangol.platform.db.embedded import Database, ensure_database
from dangol.platform.db.errors import CannotContinue
from dangol.platform.db.home import Home, read_json, write_private
from dangol.platform.db.users import is_held

BACKUPS = "backups"
KEPT_BACKUPS = 3


@dataclass
class Upgrade:
    """One run of the command: what it did so far, for people and machines."""

    home: Home
    steps: list[dict[str, Any]] = field(default_factory=list)

    def do(self, name: str, sentence: str, work: Callable[[], Any]) -> Any:
        """Do one step, say so, and note how long it took."""
        say(f"{sentence} ...")
        began = time.monotonic()
        result = work()
        self.steps.append({"step": name, "seconds": round(time.monotonic() - began, 2), "result": result})
        return result


def upgrade(
    no_backup: Annotated[
        bool, typer.Option("--no-backup", help="Go on without a backup, and without a way back.")
    ] = False,
    rebuild: Annotated[str, typer.Option(help="What to make anew though it fits: search, lake or all.")] = "needed",
) -> Answer:
    """Bring the data to this version: backup first, then the tables, then what is worked out from them.

    Stops a running Dangol; start it again afterwards (`dangol start` does the same by itself when it meets data of an
    earlier version). When a step fails, everything is as it was before. It can be
    killed at any moment and run again.

    Example: `dangol upgrade`
    """
    if rebuild not in ("needed", "search", "lake", "all"):
        raise CannotContinue(f"{rebuild!r} cannot be made anew.", "Choose search, lake or all.")
    home = Home.from_environment().ensure()
    was_running = _stop_running(home)
    from dangol.platform.console.restore import alone

    with alone(home), ensure_database(home, say) as database:
        return _upgrade(Upgrade(home), database, no_backup, rebuild, was_running)


def before_start(home: Home, database: Database, *, no_backup: bool = False) -> None:
    """What `dangol start` does on data of an earlier version before anything runs: the same as `dangol upgrade`.

    Whoever calls holds the home's `start.lock`, or starts on behalf of who does.

    Raises:
        CannotContinue: it did not work; everything is as it was before.
    """
    from dangol.platform.db.users import Lock

    say("The data belong to an earlier version of Dangol; bringing them over, with a backup first.")
    lock = Lock(home.run / "restore.lock")
    if not lock.take(wait_seconds=0.3):
        raise CannotContinue("A restore or an upgrade is running for this folder.", "Wait until it has finished.")
    try:
        _upgrade(Upgrade(home), database, no_backup, "needed", was_running=False)
    finally:
        lock.release()


def _upgrade(run: Upgrade, database: Database, no_backup: bool, rebuild: str, was_running: bool) -> Answer:
    from dangol.platform.console.session import set_up_django

    set_up_django(run.home)
    from dangol.platform.console.restore import settle_earlier

    settle_earlier(run.home)
    note = _go_on(run, database)
    _refuse_later_data()
    pending = _pending()
    if pending and not note.get("is_new"):
        if not database.is_embedded:
            _refuse_other_workers()
        if not note.get("backup") and not no_backup:
            note["backup"] = run.do("backup", "Saving everything", lambda: _back_up(run.home, database))
        _write_note(run.home, {**note, "from": note.get("from") or _kept_version(run.home), "step": "tables"})
    if pending:
        _change_tables(run, database, note, pending)
    _make_anew(run, rebuild, has_changed=bool(pending) or bool(note.get("step")))
    (run.home.root / NOTE).unlink(missing_ok=True)
    _forget_old_backups(run.home)
    return _answer(run, pending, note, was_running)


def _go_on(run: Upgrade, database: Database) -> dict[str, Any]:
    """Return what an upgrade that was killed left behind; one that was killed while going back goes back first."""
    note = read_json(run.home.root / NOTE) or {}
    if note:
        say("An earlier upgrade was ended in the middle; going on with it.")
    if note.get("step") == "back":
        _put_back(run, database, note)
        note = {}
    if note.get("backup") and not Path(note["backup"]).is_file():
        note.pop("backup")
    note["is_new"] = _is_empty()
    return note


def _change_tables(run: Upgrade, database: Database, note: dict[str, Any], pending: list[str]) -> None:
    from django.core.management import call_command
    from django.db import connections

    def change() -> list[str]:
        call_command("migrate", database="owner", verbosity=0, interactive=False)
        connections["owner"].close()
        return pending

    try:
        run.do("tables", f"Changing the tables ({len(pending)} changes)", change)
    except Exception as error:
        connections.close_all()
        raise _went_back(run, database, note, error) from error


def _went_back(run: Upgrade, database: Database, note: dict[str, Any], error: Exception) -> CannotContinue:
    """Put the backup back, and return what to tell."""
    from dangol.platform.jobs.failures import sentence_of

    said = f"The tables could not be changed: {sentence_of(error)}"
    if not note.get("backup"):
        (run.home.root / NOTE).unlink(missing_ok=True)
        return CannotContinue(f"{said}. Changes before it stay.", "Mend the cause and run `dangol upgrade` again.")
    _put_back(run, database, note)
    return CannotContinue(
        f"{said}. Everything is as it was before.",
        f"Go back to the version before, or mend the cause and run it again. The backup is {note['backup']}.",
    )


def _put_back(run: Upgrade, database: Database, note: dict[str, Any]) -> None:
    from dangol.platform.console.restore import put_back

    _write_note(run.home, {**note, "step": "back"})
    run.do("back", "Putting the backup back", lambda: put_back(run.home, database, Path(note["backup"])))
    (run.home.root / NOTE).unlink(missing_ok=True)


def _make_anew(run: Upgrade, rebuild: str, *, has_changed: bool) -> None:
    from dangol.platform.console import rebuilding

    if has_changed:
        _write_note(run.home, {**(read_json(run.home.root / NOTE) or {}), "step": "anew"})
        run.do("roles", "Giving the roles their rights to what is new", rebuilding.roles)
    is_search = rebuild in ("search", "all")
    is_lake = rebuild in ("lake", "all")
    if has_changed or is_search:
        run.do("search", "Looking after the search", lambda: rebuilding.search(is_forced=is_search))
    if has_changed or is_lake:
        run.do("lake", "Looking after the lake", lambda: rebuilding.lake(run.home, is_forced=is_lake))


def _answer(run: Upgrade, pending: list[str], note: dict[str, Any], was_running: bool) -> Answer:
    data = {
        "version": version("dangol"), "changes": pending, "backup": note.get("backup"), "steps": run.steps,
        "was_running": was_running,
    }  # fmt: skip
    if not pending and not run.steps:
        said = "Everything is up to date · 최신 상태예요."
    else:
        said = f"Up to date with Dangol {version('dangol')} · 최신 상태로 바꿨어요."
    return Answer(data, said + ("\nStart it again with: dangol start" if was_running else ""))


def _stop_running(home: Home) -> bool:
    """Stop a `dangol start` of this home; True when there was one."""
    from dangol.platform.console.stop import stop

    if not is_held(home.run / "start.lock"):
        return False
    say("Stopping what runs ...")
    return bool(stop().data["was_running"])


def _refuse_other_workers() -> None:
    """A worker of another machine on the same server would meet tables that it does not know."""
    from dangol.platform.jobs.queue import alive_workers

    if count := alive_workers():
        raise CannotContinue(
            f"{count} worker(s) on another machine still use this database.",
            "Stop Dangol there too, wait half a minute, and run it again.",
        )


def _refuse_later_data() -> None:
    from django.db import connections
    from django.db.migrations.loader import MigrationLoader

    from dangol.platform.console.session import refuse_later

    refuse_later(MigrationLoader(connections["owner"]))


def _pending() -> list[str]:
    from dangol.platform.console.migrated import pending

    return pending()


def _is_empty() -> bool:
    from django.db import connections

    return "django_migrations" not in connections["default"].introspection.table_names()


def _back_up(home: Home, database: Database) -> str:
    from dangol.platform.console.backup import write_backup

    folder = home.root / BACKUPS
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"before-upgrade-{datetime.now(UTC):%Y%m%d-%H%M%S}.tar.gz"
    return str(write_backup(home, database, target).data["file"])


def _forget_old_backups(home: Home) -> None:
    for old in sorted((home.root / BACKUPS).glob("before-upgrade-*.tar.gz"))[:-KEPT_BACKUPS]:
        old.unlink(missing_ok=True)


def _kept_version(home: Home) -> str:
    return str((read_json(home.root / NOTE) or {}).get("from") or version("dangol"))


def _write_note(home: Home, note: dict[str, Any]) -> None:
    write_private(home.root / NOTE, json.dumps({**note, "at": datetime.now(UTC).isoformat()}))
