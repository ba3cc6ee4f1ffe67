"""`dangol lab clv`: the lifetime value models on any file of transactions, with no database."""

import json
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console


def clv(
    file: Annotated[Path, typer.Argument(help="Transactions: CSV (packed or not), Parquet, or CDNOW's own format.")],
    customer: Annotated[str | None, typer.Option(help="Column that names the customer.")] = None,
    date_: Annotated[str | None, typer.Option("--date", help="Column with the day of purchase.")] = None,
    amount: Annotated[
        str | None, typer.Option(help="Column with the money, or a product such as Quantity*UnitPrice.")
    ] = None,
    quantity: Annotated[
        str | None, typer.Option(help="Column with the quantity, if money is quantity x price.")
    ] = None,
    price: Annotated[str | None, typer.Option(help="Column with the price of one.")] = None,
    calibrate_until: Annotated[
        str | None, typer.Option(help="Last day to learn from, yyyy-mm-dd. Default: the middle of the file's time.")
    ] = None,
    horizon: Annotated[
        int | None, typer.Option(help="Days after it to test on. Default: the rest of the file.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object on standard output, nothing else.")] = False,
) -> None:
    """Learn how often customers come back and what they spend, test it on later days, and look ahead."""
    # Heavy libraries are loaded only when the command runs.
    from dangol.analytical.predictions.lifetime_value.lab.answers import as_json as answer
    from dangol.analytical.predictions.lifetime_value.lab.errors import LabError
    from dangol.analytical.predictions.lifetime_value.lab.report import print_report
    from dangol.analytical.predictions.lifetime_value.lab.study import Wishes, study

    try:
        columns = {"customer": customer, "date": date_, "amount": amount, "quantity": quantity, "price": price}
        wishes = Wishes(columns, _day(calibrate_until), horizon)
        with Console(stderr=True, quiet=as_json).status("Reading and learning ..."):
            done = study(file, wishes)
    except LabError as error:
        _fail(str(error), as_json)
    if as_json:
        typer.echo(json.dumps(answer(done), ensure_ascii=False))
    else:
        print_report(done, Console())


def _day(text: str | None) -> date | None:
    from dangol.analytical.predictions.lifetime_value.lab.errors import LabError

    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise LabError(
            f"--calibrate-until {text!r} is no day. Write it as yyyy-mm-dd, for example 2011-08-31."
        ) from None


def _fail(sentence: str, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps({"error": sentence}, ensure_ascii=False))
    else:
        typer.echo(sentence, err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    typer.run(clv)
