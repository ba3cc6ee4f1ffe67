"""`dangol lab cross-sell`: what goes together in any file of order lines, tested, with no database."""

import sys
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from dangol.platform.console.output import Answer
from dangol.platform.console.registry import register_command


def cross_sell(
    file: Annotated[Path, typer.Argument(help="Order lines: CSV, plain or packed.", exists=True, dir_okay=False)],
    customer: Annotated[str | None, typer.Option(help="Column that names the customer.")] = None,
    product: Annotated[str | None, typer.Option(help="Column that names the product.")] = None,
    date_column: Annotated[str | None, typer.Option("--date", help="Column with the day.")] = None,
    quantity: Annotated[str | None, typer.Option(help="Column with the quantity; at or below 0: came back.")] = None,
    until: Annotated[str | None, typer.Option(help="Look at the file as of this day, yyyy-mm-dd.")] = None,
    days: Annotated[
        int | None, typer.Option(help="Days held out for the test. Default: a quarter, at most 90.", min=1)
    ] = None,
) -> Answer:
    """Count what the same customers buy, and test on later days whether offers made of that beat best-sellers.

    Columns are guessed; name those that are guessed wrong. Rows that cannot be used are counted with the reason.
    """
    # Heavy libraries are loaded only when the command runs.
    from dangol.analytical.recommendations.cross_sell.lab.study import as_json, report, study

    wishes = {"customer": customer, "product": product, "date": date_column, "quantity": quantity}
    with _patience():
        done = study(file, wishes, days=days, until=_day(until))
    return Answer(as_json(done), report(done))


def _day(text: str | None) -> date | None:
    from dangol.platform.db.errors import CannotContinue

    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise CannotContinue(f"--until {text!r} is no day.", "Write it as yyyy-mm-dd, e.g. 2011-09-10.") from None


def _patience() -> AbstractContextManager[object]:
    from rich.console import Console

    return Console(stderr=True, quiet=not sys.stderr.isatty()).status("Reading and counting ...")


register_command("lab", "cross-sell", cross_sell)
