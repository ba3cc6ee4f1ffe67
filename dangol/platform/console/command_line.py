"""Turns a function into a command with the manners that all commands share."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from dangol.platform.console import output

_YES = Annotated[bool, typer.Option("--yes", "-y", help="Answer yes to every question.")]
_JSON = Annotated[bool, typer.Option("--json", help="One JSON object on standard output, everything else beside it.")]
CONTEXT = {"help_option_names": ["--help", "-h"]}


def command(name: str, function: Callable[..., Any]) -> Any:
    """Return `function` as a command called `name`, with --yes and --json and its answer handed out."""
    app = typer.Typer(add_completion=False, rich_markup_mode="markdown", context_settings=CONTEXT)
    app.command(name, help=inspect.cleandoc(function.__doc__ or ""))(_mannered(function))
    return typer.main.get_command(app)


class Group(TyperGroup):
    """A group whose commands are found when they are asked for, so that `dangol start` loads nothing of the slices."""

    def __init__(
        self, name: str, find: Callable[[], Mapping[str, Any]], order: Sequence[str],
        late: Callable[[str], Any] = lambda name: None, **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(name=name, rich_markup_mode="markdown", **{**more, "context_settings": CONTEXT})
        self._late = late
        self._order = order
        self._find: Callable[[], Mapping[str, Any]] | None = find

    def list_commands(self, ctx: Any) -> list[str]:
        """Return the names of all commands there are, in the order of a day's work."""
        self._load()
        return [name for name in self._order if name in self.commands]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Return one command, or None."""
        if cmd_name not in self.commands:
            self._load()
        return super().get_command(ctx, cmd_name) or self._late(cmd_name)

    def _load(self) -> None:
        if self._find is not None:
            find, self._find = self._find, None
            for name, found in find().items():
                self.commands.setdefault(name, found)


def _mannered(function: Callable[..., Any]) -> Callable[..., None]:
    """Return the function with the two options added, keeping the annotations that Typer reads."""
    signature = inspect.signature(function, eval_str=True)
    offered: dict[str, Any] = {"--yes": ("yes_", _YES), "--json": ("json_", _JSON)}
    wanted = dict(place for flag, place in offered.items() if not _has_option(signature, flag))

    @functools.wraps(function)
    def run(*positional: Any, **named: Any) -> None:
        asked = {key: named.pop(key) for key in wanted}
        output.manners().says_yes = asked.get("yes_", named.get("yes", False))
        answer = function(*positional, **named)
        if "json_" in wanted:
            output.give(answer)
        if isinstance(answer, output.Answer) and answer.code:
            raise typer.Exit(answer.code)

    added = [inspect.Parameter(key, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=kind)
             for key, kind in wanted.items()]  # fmt: skip
    parameters = [p.replace(kind=inspect.Parameter.KEYWORD_ONLY) for p in signature.parameters.values()]
    run.__signature__ = signature.replace(parameters=[*parameters, *added])  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in [*parameters, *added]}
    del run.__wrapped__
    return run


def _has_option(signature: inspect.Signature, flag: str) -> bool:
    """True when the function has an option of its own by that name."""
    for parameter in signature.parameters.values():
        for kind in getattr(parameter.annotation, "__metadata__", ()):
            if flag in (getattr(kind, "param_decls", None) or ()):
                return True
    return False
