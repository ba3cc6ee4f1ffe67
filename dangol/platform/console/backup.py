"""`dangol backup`."""

from __future__ import annotations

import json
import tempfile
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from dangol.platform.console.output import Answer, ask, say
from dangol.platform.console.progress import progress_bar
from dangol.platform.console.restore import finish_interrupted
from dangol.platform.db.connections import libpq_parameters
from dangol.platform.db.embedded import Database, ensure_database
from dangol.platform.db.errors import CannotContinue
from dangol.platform.db.home import Home, write_private

BACKUP_NOTE = "last_backup.json"


def backup(
    file: Annotated[Path, typer.Argument(help="The archive to write; .tar.gz is added to a name without it.")],
) -> Answer:
    """Write everything into one file: database, uploaded files, keys.

    Runs beside a running `dangol start`. The file holds the keys that open encrypted data and is readable by you
    alone: keep it as safe as the data itself.

    Example: `dangol backup ~/dangol-monday.tar.gz`
    """
    target = _named(file.expanduser())
    if target.exists():
        ask(f"{target} is there already. Write over it?")
    home = Home.from_environment()
    with ensure_database(home, say) as database:
        finish_interrupted(home)
        return write_backup(home, database, target)


def write_backup(home: Home, database: Database, target: Path) -> Answer:
    """Write the archive. The rows are those of one moment; a file that a row names then is in it too."""
    from dangol.platform.console.archive import pack
    from dangol.platform.console.dump import write_dump

    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".dangol-backup-") as folder:
        dump = Path(folder) / "database.dump"
        with progress_bar("Saving the database") as moved:
            write_dump(libpq_parameters(database.settings()["owner"]), dump, moved)
        done, total = 0, dump.stat().st_size + sum(_size(path) for path in home.files.rglob("*"))
        with progress_bar("Packing", total) as show:

            def moved_on(size: int) -> None:
                nonlocal done
                done += size
                show(done)

            made_at = datetime.now(UTC).isoformat(timespec="seconds")
            manifest = pack(target, dump, home.root, version("dangol"), made_at, moved_on)
    note_backup(home, target, made_at)
    data = {
        "file": str(target.resolve()), "bytes": target.stat().st_size, "version": manifest.version,
        "made_at": manifest.made_at, "files": sum(name.startswith("files/") for name in manifest.members),
    }  # fmt: skip
    return Answer(data, f"Saved to {target} ({_megabytes(data['bytes'])}) · {target} 파일에 저장했어요.")


def note_backup(home: Home, target: Path, made_at: str) -> None:
    """Note where the last backup is and when it was made, for the page that tells how old it is."""
    note = {"made_at": made_at, "file": str(target.resolve()), "bytes": target.stat().st_size}
    write_private(home.log / BACKUP_NOTE, json.dumps(note))


def _named(path: Path) -> Path:
    named = path if path.name.endswith((".tar.gz", ".tgz")) else path.with_name(f"{path.name}.tar.gz")
    if not named.parent.is_dir():
        raise CannotContinue(f"There is no folder {named.parent}.", "Make it first, or choose another place.")
    if named.is_dir():
        raise CannotContinue(f"{named} is a folder.", "Give the name of a file to write.")
    return named


def _size(path: Path) -> int:
    return path.stat().st_size if path.is_file() else 0


def _megabytes(size: object) -> str:
    return f"{int(str(size)) / 1024**2:.1f} MB"
