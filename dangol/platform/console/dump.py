"""The database as a file, and back: PostgreSQL's own tools, under the owner's name."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from psycopg.conninfo import make_conninfo

from dangol.platform.db.errors import CannotContinue, disk_full
from dangol.platform.db.identity import binaries

_BLOCK = 1024 * 1024
# Servers before 17 do not know this setting, which the newer dump sets in its first lines.
_UNKNOWN_TO_OLD = b"SET transaction_timeout = 0;\n"
_HEAD_LINES = 60

_PRELUDE = """
SET lock_timeout = '15s';
DO $$ DECLARE place text; BEGIN
  FOR place IN SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema' LOOP
    EXECUTE format('DROP SCHEMA %I CASCADE', place);
  END LOOP;
END $$;
CREATE SCHEMA public;
"""
# Numbers of transactions belong to the cluster that gave them; in another one they would lie in the future.
# Foreign keys that wait for the end would forbid the switching of triggers in the same transaction.
_POSTLUDE = """
SET search_path = public;
SET CONSTRAINTS ALL IMMEDIATE;
DO $$ DECLARE place regclass; columns text; BEGIN
  FOR place, columns IN
    SELECT c.oid::regclass, string_agg(format('%I = pg_current_xact_id()', a.attname), ', ')
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE a.atttypid = 'xid8'::regtype AND NOT a.attisdropped AND a.attgenerated = ''
      AND c.relkind IN ('r', 'p') AND NOT c.relispartition
      AND n.nspname !~ '^pg_' AND n.nspname <> 'information_schema'
    GROUP BY c.oid
  LOOP
    EXECUTE format('ALTER TABLE %s DISABLE TRIGGER USER', place);
    EXECUTE format('UPDATE %s SET %s', place, columns);
    EXECUTE format('ALTER TABLE %s ENABLE TRIGGER USER', place);
  END LOOP;
END $$;
"""


def write_dump(parameters: dict[str, Any], target: Path, watch: Callable[[int], None]) -> None:
    """Write all rows and tables into `target`, as of one moment; `watch` is told its growing size in bytes.

    Raises:
        CannotContinue: with the tool's own reason.
    """
    command = [_tool("pg_dump"), "--format=custom", "--no-owner", "--no-privileges", f"--file={target}"]
    with tempfile.TemporaryFile() as errors, _started(command, parameters, stderr=errors) as tool:
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                tool.wait(0.2)
                break
            watch(target.stat().st_size if target.exists() else 0)
        if tool.returncode != 0:
            raise _failure("The database could not be saved", errors)


def load_dump(parameters: dict[str, Any], dump: Path, mark: str, moved: Callable[[int], None]) -> None:
    """Put a dump in the place of everything the database holds, in one transaction: all of it or nothing.

    `mark` becomes the comment on the schema, by which one can tell later that it was done.

    Raises:
        CannotContinue: with the tool's own reason; the database is as it was.
    """
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile() as errors:
        steps = {"before.sql": _PRELUDE, "after.sql": f"{_POSTLUDE}COMMENT ON SCHEMA public IS '{mark}';\n"}
        for name, content in steps.items():
            (Path(folder) / name).write_text(content)
        script = [_tool("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(dump)]
        load = [
            _tool("psql"), "--no-psqlrc", "--quiet", "--set=ON_ERROR_STOP=1", "--single-transaction",
            "--output=/dev/null", f"--file={folder}/before.sql", "--file=-", f"--file={folder}/after.sql",
        ]  # fmt: skip
        with (
            _started(script, None, stdout=subprocess.PIPE, stderr=errors) as source,
            _started(load, parameters, stdin=subprocess.PIPE, stderr=errors) as sink,
        ):
            is_whole = _pour(source, sink, moved)
            if not is_whole or sink.wait() != 0:
                raise _failure("The database could not be restored and is as it was", errors)


def _pour(source: subprocess.Popen[bytes], sink: subprocess.Popen[bytes], moved: Callable[[int], None]) -> bool:
    """Pass the script on; a script that breaks off must not be committed, so its reader is killed then."""
    assert source.stdout is not None
    assert sink.stdin is not None
    with contextlib.suppress(BrokenPipeError):
        for _ in range(_HEAD_LINES):
            line = source.stdout.readline()
            if line != _UNKNOWN_TO_OLD:
                sink.stdin.write(line)
        while block := source.stdout.read(_BLOCK):
            sink.stdin.write(block)
            moved(len(block))
    source.stdout.close()
    is_whole = source.wait() == 0
    if not is_whole:
        sink.kill()
    with contextlib.suppress(BrokenPipeError):
        sink.stdin.close()
    return is_whole


@contextlib.contextmanager
def _started(command: list[str], parameters: dict[str, Any] | None, **streams: Any) -> Any:
    """Run a tool for as long as the block lasts; the password goes by the environment, which others cannot read."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    if parameters is not None:
        open_part = {key: value for key, value in parameters.items() if key != "password"}
        command = [*command, f"--dbname={make_conninfo(**open_part)}"]
        environment["PGPASSWORD"] = str(parameters.get("password", ""))
    tool = subprocess.Popen(command, env={**environment, "LC_ALL": "C"}, **{"stdin": subprocess.DEVNULL, **streams})
    try:
        yield tool
    finally:
        if tool.poll() is None:
            tool.kill()
        tool.wait()


def _tool(name: str) -> str:
    return str(binaries() / name)


def _failure(what: str, errors: IO[bytes]) -> CannotContinue:
    errors.seek(0)
    said = errors.read().decode(errors="replace").strip()
    if "No space left" in said or "could not extend file" in said:
        return disk_full("the database or the backup")
    reason = next((line for line in said.splitlines() if "ERROR" in line or "error:" in line), said[:300])
    return CannotContinue(f"{what}: {reason or 'the tool ended without a word'}", "Mend that and try again.")
