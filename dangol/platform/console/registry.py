"""What slices add to the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Command = Callable[..., Any]
Say = Callable[[str], None]


@dataclass(frozen=True)
class Login:
    """A way into the demo company: what the person does there, in both languages, and how to sign in."""

    role: str
    role_ko: str
    name: str
    password: str


@dataclass(frozen=True)
class Demo:
    """The demo company. `load` does nothing unless the database is empty, and says whether it loaded anything."""

    load: Callable[[Say], bool]
    remove: Callable[[Say], None]
    logins: Callable[[], list[Login]]


_commands: dict[str, dict[str, Command]] = {}
_late: dict[str, Callable[[str], Command | None]] = {}
_demo: list[Demo] = []
_before_start: list[Callable[[], None]] = []


def register_command(group: str, name: str, function: Command) -> None:
    """Add `dangol GROUP NAME`; with an empty `name`, what `dangol GROUP` does by itself.

    The function's signature and docstring are the command's arguments and help (as Typer reads them). `--yes` and
    `--json` are added. What it returns is the answer: a dictionary, or `output.Answer` to show people something else.
    An exception of our own is shown as its sentence, and its attribute `what_to_do` after it.

    Raises:
        ValueError: another function has that place already.
    """
    place = _commands.setdefault(group, {})
    if place.get(name, function) is not function:
        raise ValueError(f"dangol {group} {name} is registered twice")
    place[name] = function


def commands_of(group: str) -> dict[str, Command]:
    """Return the registered commands of a group by name, in order of the alphabet."""
    return dict(sorted(_commands.get(group, {}).items()))


def register_late(group: str, find: Callable[[str], Command | None]) -> None:
    """Say which function `dangol GROUP NAME` is for a name that nothing was registered for: `find(name)`, or None.

    It may open the database: it is asked only for such a name, never for help.
    """
    _late[group] = find


def late_command(group: str, name: str) -> Command | None:
    """The command that is known late, None where there is none."""
    return _late[group](name) if group in _late else None


def register_before_start(function: Callable[[], None]) -> None:
    """Let `function` be called each time before the parts start, with the database up and migrated."""
    if function not in _before_start:
        _before_start.append(function)


def before_start() -> list[Callable[[], None]]:
    """What is called before the parts start."""
    return list(_before_start)


def register_demo(
    load: Callable[[Say], bool], remove: Callable[[Say], None], logins: Callable[[], list[Login]]
) -> None:
    """Name the demo company that `dangol start --demo` loads."""
    _demo[:] = [Demo(load, remove, logins)]


def demo() -> Demo | None:
    """Return the demo company, or None when no slice brings one."""
    return _demo[0] if _demo else None
