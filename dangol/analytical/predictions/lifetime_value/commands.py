"""`dangol lab clv`: the lifetime value models on any file of transactions, with no database."""

import sys
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from dangol.platform.console.output import Answer
from dangol.platform.console.registry import register_command


def clv(
    file: Annotated[Path, typer.Argument(help="Transactions: CSV (packed or not), Parquet, or CDNOW's own format.")],
    customer: Annotated[str | None, typer.Option(help="Column that names the customer.")] = None,
    date_column: Annotated[str | None, typer.Option("--date", help="Column with the day of purchase.")] = None,
    amount: Annotated[
        str | None, typer.Option(help="Column with the money, or a product such as 'Quantity*UnitPrice'.")
    ] = None,
    quantity: Annotated[str | None, typer.Option(help="Column with the quantity, if money is a product.")] = None,
    price: Annotated[str | None, typer.Option(help="Column with the price of one.")] = None,
    calibrate_until: Annotated[
        str | None, typer.Option(help="Last day to learn from, yyyy-mm-dd. Default: the middle of the file.")
    ] = None,
    horizon: Annotated[
        int | None, typer.Option(help="Days after it to test on. Default: the rest of the file.")
    ] = None,
) -> Answer:
    """Learn how often customers come back and what they spend, test it on later days, and look ahead.

    Columns are guessed; name those that are guessed wrong. Each row is used or counted with the reason it was not.
    """
    # Heavy libraries are loaded only when the command runs.
    from dangol.analytical.predictions.lifetime_value.lab.answers import as_json
    from dangol.analytical.predictions.lifetime_value.lab.report import report
    from dangol.analytical.predictions.lifetime_value.lab.study import Wishes, study

    columns = {"customer": customer, "date": date_column, "amount": amount, "quantity": quantity, "price": price}
    wishes = Wishes(columns, _day(calibrate_until), horizon)
    with _patience():
        done = study(file, wishes)
    return Answer(as_json(done), report(done))


def _day(text: str | None) -> date | None:
    from dangol.analytical.predictions.lifetime_value.lab.errors import LabError

    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise LabError(
            f"--calibrate-until {text!r} is no day. Write it as yyyy-mm-dd, for example 2011-08-31."
        ) from None


def _patience() -> AbstractContextManager[object]:
    from rich.console import Console

    return Console(stderr=True, quiet=not sys.stderr.isatty()).status("Reading and learning ...")


register_command("lab", "clv", clv)
