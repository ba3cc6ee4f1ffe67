"""`dangol doctor`."""

from __future__ import annotations

from typing import Any

from dangol.platform.console.output import Answer, say
from dangol.platform.db.embedded import ensure_database
from dangol.platform.db.home import Home

MARKS = {"good": "[green]✓[/green]", "warn": "[yellow]![/yellow]", "bad": "[red]✗[/red]", "unknown": "?"}


def doctor() -> Answer:
    """Look whether everything is well, and say what to do where it is not; exit code 1 when something is bad.

    Example: `dangol doctor --json`
    """
    home = Home.from_environment()
    with ensure_database(home, say):
        from dangol.platform.console.session import set_up_django

        set_up_django(home)
        from dangol.platform.console.checks import look_at_all, worst

        found = look_at_all()
    data = {
        "state": worst(found),
        "checks": [
            {"name": one.check.name, "state": one.finding.state, "sentence": one.finding.sentence,
             "what_to_do": one.finding.what_to_do}
            for one in found
        ],
    }  # fmt: skip
    return Answer(data, _shown(found), code=1 if data["state"] == "bad" else 0)


def _shown(found: list[Any]) -> Any:
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    for one in found:
        do = f"\n[dim]{one.finding.what_to_do}[/dim]" if one.finding.what_to_do else ""
        table.add_row(MARKS[one.finding.state], str(one.check.label), f"{one.finding.sentence}{do}")
    return table
