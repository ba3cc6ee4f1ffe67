"""What a command says: its answer on standard output, everything else on standard error.

With `--json` exactly one JSON object comes out on standard output, whatever a library or a child process prints: for
as long as the command runs, standard output is the same as standard error, and only the answer knows the real one.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from dangol.platform.db.errors import CannotContinue


@dataclass(frozen=True)
class Answer:
    """What a command found out: `data` for machines, `shown` (text, or anything rich can print) for people.

    `code` is the exit code.
    """

    data: Mapping[str, Any]
    shown: Any = None
    code: int = 0


@dataclass
class Manners:
    """How this run was asked to behave."""

    is_json: bool = False
    says_yes: bool = False
    out: IO[str] | None = None
    has_answered: bool = False


_manners: ContextVar[Manners] = ContextVar("manners")


def manners() -> Manners:
    """Return how the running command was asked to behave."""
    try:
        return _manners.get()
    except LookupError:
        _manners.set(Manners())
        return _manners.get()


@contextmanager
def well_mannered(is_json: bool) -> Iterator[Manners]:
    """Keep standard output for the one answer while a command runs with --json."""
    kept = Manners(is_json=is_json)
    token = _manners.set(kept)
    if not is_json:
        yield kept
        _manners.reset(token)
        return
    sys.stdout.flush()
    real = os.dup(1)
    os.dup2(2, 1)
    with os.fdopen(real, "w", encoding="utf-8") as kept.out:
        try:
            yield kept
        finally:
            sys.stdout.flush()
            os.dup2(real, 1)
            _manners.reset(token)


def say(sentence: str) -> None:
    """Tell a person what goes on."""
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201


def ask(question: str) -> None:
    """Go on only when the answer is yes; `--yes` answers it beforehand.

    Raises:
        CannotContinue: nobody is there to answer, or the answer is no.
    """
    if manners().says_yes:
        return
    if manners().is_json or not sys.stdin.isatty():
        raise CannotContinue(f"This needs an answer: {question}", "Add --yes to answer yes.")
    say(f"{question} [y/N] ")
    if sys.stdin.readline().strip().lower() not in ("y", "yes", "ㅛ", "네", "예"):
        raise CannotContinue("Nothing was changed.", "Answer y, or add --yes, to go on.")


def give(answer: Any) -> None:
    """Hand out the answer of a command."""
    if answer is None and (manners().has_answered or not manners().is_json):
        return
    found = answer if isinstance(answer, Answer) else Answer(answer if isinstance(answer, Mapping) else {})
    if manners().is_json:
        write_json(found.data)
    else:
        _show(found)


def write_json(data: Mapping[str, Any]) -> None:
    """Write the one JSON object; there is never a second one."""
    if manners().has_answered:
        return
    manners().has_answered = True
    out = manners().out or sys.stdout
    out.write(json.dumps(data, default=_plain, ensure_ascii=False) + "\n")
    out.flush()


def give_error(error: CannotContinue) -> None:
    """Tell what is wrong and what to do, to a person or to a machine."""
    if manners().is_json:
        write_json(error.as_dict())
    else:
        say(f"{error.sentence}\n{error.what_to_do}".rstrip())


def _show(answer: Answer) -> None:
    from rich.console import Console
    from rich.table import Table

    if answer.shown is not None:
        Console().print(answer.shown, soft_wrap=isinstance(answer.shown, str))  # a link stays whole
    elif answer.data:
        table = Table.grid(padding=(0, 2))
        for key, value in answer.data.items():
            table.add_row(key.replace("_", " "), _readable(value))
        Console().print(table)


def _readable(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "-"}[value]
    if isinstance(value, int | Decimal):
        return f"{value:,}"
    if isinstance(value, Mapping | list | tuple):
        return json.dumps(value, default=_plain, ensure_ascii=False)
    return str(value)


def _plain(value: Any) -> Any:
    """Return what JSON can hold: money as text, so that no digit is lost; days and moments as ISO text."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, set | frozenset | tuple):
        return list(value)
    if isinstance(value, Decimal | Path):
        return str(value)
    return str(value)
