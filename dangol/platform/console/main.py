"""The command `dangol`: finds the command that was asked for, runs it, and tells failures in a sentence."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import typer

from dangol.platform.console import command_line, output, registry
from dangol.platform.db.errors import CannotContinue, disk_full, from_os_error
from dangol.platform.db.home import Home

HELP = """Dangol, a CRM in three parts over one customer record.

Data lives in the folder that DANGOL_HOME names (~/.local/share/dangol if it names none). A command starts the
database by itself when no `dangol start` is running.
"""
STOPPED_BY_HAND = 130
_STOPPED = CannotContinue("Stopped.", "What was finished before stays; run the command again for the rest.")
_CLICK_ERROR: type[Exception] = typer.BadParameter.__mro__[2]


@dataclass(frozen=True)
class GroupHelp:
    """A group of registered commands: what it is for, and an example that can be typed."""

    summary: str
    example: str


def run(groups: Mapping[str, GroupHelp], arguments: list[str] | None = None) -> int:
    """Run the command line and return the exit code."""
    given = sys.argv[1:] if arguments is None else arguments
    with output.well_mannered("--json" in given):
        try:
            code = _root(groups).main(args=given, prog_name="dangol", standalone_mode=False)
        except Exception as error:
            return _tell(error)
        if code == STOPPED_BY_HAND:
            output.give_error(_STOPPED)
        return code if isinstance(code, int) else 0


def load_slices() -> None:
    """Import every slice's commands, and make those that take in files; needs no database."""
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
    from dangol.platform.console.imports import register_imports

    register_imports()


def _root(groups: Mapping[str, GroupHelp]) -> command_line.Group:
    from dangol.platform.console.backup import backup
    from dangol.platform.console.doctor import doctor
    from dangol.platform.console.putting_back import restore
    from dangol.platform.console.start import start
    from dangol.platform.console.stop import stop
    from dangol.platform.console.upgrade import upgrade

    own: dict[str, registry.Command] = {
        "start": start, "stop": stop, "backup": backup, "restore": restore, "upgrade": upgrade, "doctor": doctor,
    }  # fmt: skip

    def registered() -> dict[str, Any]:
        from dangol.platform.console import company, staff  # noqa: F401

        load_slices()
        return {name: _group(name, text) for name, text in groups.items() if registry.commands_of(name)}

    ready = {name: command_line.command(name, function) for name, function in own.items()}
    order = ["start", "stop", *groups, "backup", "restore", "upgrade", "doctor"]
    return command_line.Group("dangol", registered, order, commands=ready, help=HELP, no_args_is_help=True)


def _group(name: str, text: GroupHelp) -> Any:
    registered = registry.commands_of(name)
    own = registered.pop("", None)
    if own is not None and not registered:
        return command_line.command(name, own)
    members = {key: command_line.command(key, function) for key, function in registered.items()}
    more: dict[str, Any] = {"no_args_is_help": True}
    if own is not None:
        base = command_line.command(name, own)
        more = {"invoke_without_command": True, "callback": _alone(base), "params": base.params}
    help_text = f"{text.summary}\n\nExample: `{text.example}`"
    return command_line.Group(name, dict, list(members), _late(name), commands=members, help=help_text, **more)


def _late(group: str) -> Any:
    """What finds a command of a group that is known only once the database is."""

    def find(name: str) -> Any:
        function = registry.late_command(group, name)
        return command_line.command(name, function) if function else None

    return find


def _alone(base: Any) -> Any:
    """Return what a group does when none of its commands is named."""
    import functools

    @functools.wraps(base.callback)
    def run_alone(**named: Any) -> Any:
        from typer._click.globals import get_current_context

        if get_current_context().invoked_subcommand is None:
            return base.callback(**named)
        return None

    return run_alone


def _tell(error: Exception) -> int:
    """Tell a failure to the person or machine that asked, and return the exit code."""
    if isinstance(error, typer.Abort):
        output.give_error(_STOPPED)
        return STOPPED_BY_HAND
    if isinstance(error, _CLICK_ERROR) and not output.manners().is_json:
        return _tell_usage(error)
    output.give_error(explained(error))
    return 1


def _tell_usage(error: Exception) -> int:
    from typer import rich_utils

    if type(error).__name__ == "NoArgsIsHelpError":
        return 0
    rich_utils.rich_format_error(error)  # type: ignore[arg-type]
    return int(getattr(error, "exit_code", 2))


def explained(error: Exception) -> CannotContinue:
    """Return the sentence for any failure; one that nobody foresaw goes to a log with all it says."""
    if isinstance(error, CannotContinue):
        return error
    if isinstance(error, _CLICK_ERROR):
        return CannotContinue(getattr(error, "message", str(error)), "See dangol --help.")
    if isinstance(error, OSError) and (known := from_os_error(error, Home.from_environment().root)):
        return known
    if type(error).__module__.startswith("dangol.") and str(error):
        return CannotContinue(str(error), getattr(error, "what_to_do", "") or "Add --help to see how it is used.")
    kinds = {kind.__name__ for kind in type(error.__cause__ or error).__mro__}
    if "DiskFull" in kinds:
        return disk_full(Home.from_environment().root)
    if kinds & {"OperationalError", "InterfaceError"}:
        return CannotContinue(
            f"The database stopped answering in the middle of the work: {str(error).strip()}",
            "Run the command again; what was not finished was not kept.",
        )
    return _unforeseen(error)


def _unforeseen(error: Exception) -> CannotContinue:
    told = "".join(traceback.format_exception(error))
    if os.environ.get("DANGOL_DEBUG") == "1":
        output.say(told)
    log = Home.from_environment().log / "console.log"
    try:
        with log.open("a", encoding="utf-8") as stream:
            stream.write(told)
        where = f"All that is known is in {log}."
    except OSError:
        where = "Set DANGOL_DEBUG=1 and run it again to see all that is known."
    return CannotContinue(f"Something went wrong that Dangol did not foresee: {error!r}", where)
