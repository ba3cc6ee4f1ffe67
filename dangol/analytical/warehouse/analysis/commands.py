"""`dangol analyze`: everything we know, brought up to date."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

import typer

from dangol.platform.console.output import Answer
from dangol.platform.console.progress import progress_bar
from dangol.platform.console.registry import register_command
from dangol.platform.console.session import session


def analyze(
    as_of: Annotated[
        str | None,
        typer.Option(help="Look at the shop as of this day, yyyy-mm-dd. Default: the day of its last order."),
    ] = None,
) -> Answer:
    """Load what changed and refresh revenue, cohorts, tiers and lifetime value.

    Everything is written at the end in one go. Stopped or killed, it is simply run again.
    """
    # Heavy libraries are loaded only when the command runs.
    from dangol.analytical.warehouse.analysis import services
    from dangol.platform.access.actor import Actor

    day = _day(as_of)
    with session(), progress_bar("Analysis", 100) as advance:
        found = services.analyze(
            actor=Actor.system("dangol analyze").via("command line"),
            as_of=day,
            listener=lambda done, total, step: advance(done * 100 // total if total else 0),
        )
    return Answer(found, _for_people(found))


def _day(text: str | None) -> date | None:
    from dangol.platform.db.errors import CannotContinue

    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CannotContinue(
            f"--as-of {text!r} is no day.", "Write it as yyyy-mm-dd, for example 2011-12-09."
        ) from None


def _for_people(found: dict[str, Any]) -> str:
    lines = [f"As of {found['as_of']}: {found.get('customers', 0):,} customers."]
    for name, taken in found["extracted"].items():
        how = "loaded" if taken["is_full"] else "changed"
        lines.append(f"  {name}: {taken['rows']:,} rows, {taken['changed']:,} {how}, {taken['gone']:,} gone")
    lines += [
        f"  {tier['tier']}: {tier['customers']:,} customers bring {tier['share_of_value']:.1%}"
        for tier in found.get("tiers", [])
    ]
    lines += [f"Note: {warning}" for warning in found["warnings"]]
    lines.append("Seconds: " + ", ".join(f"{name} {seconds:.1f}" for name, seconds in found["seconds"].items()))
    return "\n".join(lines)


register_command("analyze", "", analyze)
