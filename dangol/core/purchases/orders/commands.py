"""`dangol import orders`: a file of orders from the command line."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from dangol.platform.console.bars import Bars
from dangol.platform.console.imports import columns_of, drawn
from dangol.platform.console.output import Answer, manners
from dangol.platform.console.registry import register_command
from dangol.platform.console.session import session

File = Annotated[
    Path, typer.Argument(help="CSV, plain or packed with gzip; any usual separator and encoding.", show_default=False)
]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", "-c", help="FIELD=COLUMN for a column guessed wrong, such as 'date=Paid at'. May repeat."),
]
CurrencyCode = Annotated[str, typer.Option(help="Currency of the amounts, such as GBP. Default: told by the file.")]
Rate = Annotated[str, typer.Option(help="One unit's worth in the company's currency, from the file's first day.")]
Shop = Annotated[str, typer.Option(help="Name of the shop; order numbers are unique within it.")]
Zone = Annotated[str, typer.Option(help="Where the shop's clock hangs, such as Europe/London. Default: the company's.")]
DayOrder = Annotated[str, typer.Option(help="dmy or mdy, for days such as 1/2/2011. Default: told by the file.")]
Mark = Annotated[str, typer.Option(help="'.' or ','. Default: told by the file.")]
Fees = Annotated[
    str | None, typer.Option(help="Product codes that are fees, separated by commas. Default: told by rule.")
]
Encoding = Annotated[str, typer.Option(help="Such as utf-8 or cp949. Default: told by the file.")]
Separator = Annotated[str, typer.Option(help="One character. Default: told by the file.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")]
AsideFile = Annotated[
    Path | None, typer.Option("--put-aside", help="Write the rows that were put aside to this CSV file, to mend.")
]


def import_orders_command(
    file: File,
    column: Columns = None,
    currency: CurrencyCode = "",
    rate: Rate = "",
    shop: Shop = "shop",
    time_zone: Zone = "",
    day_order: DayOrder = "",
    decimal_mark: Mark = "",
    fee_codes: Fees = None,
    encoding: Encoding = "",
    separator: Separator = "",
    dry_run: DryRun = False,
    put_aside: AsideFile = None,
) -> Answer:
    """Take in the orders of a shop: customers, products, orders and their lines.

    The columns are guessed by name and content. The same file taken in twice changes nothing; a newer file changes
    what differs. Rows that cannot be read are put aside with their reasons, and counted.
    """
    from dangol.platform.access.actor import Actor
    from dangol.platform.exchange.by_command import take_in

    options: dict[str, Any] = {
        "currency": currency, "rate": rate, "shop": shop, "time_zone": time_zone, "day_order": day_order,
        "decimal_mark": decimal_mark, "fee_codes": fee_codes, "encoding": encoding, "separator": separator,
    }  # fmt: skip
    with session(), Bars() as bars:
        options["is_currency_adopted"] = dry_run or _may_settle_currency(file, column or [])
        data = take_in(
            "orders", file, actor=Actor.system("dangol import orders").via("import"), columns=columns_of(column or []),
            options=options, is_dry=dry_run, listener=bars.hear, put_aside=put_aside,
        )  # fmt: skip
    return Answer(data, _shown(data))


def _may_settle_currency(file: Path, column: list[str]) -> bool:
    """Whether the company may count in the file's currency from now on: by --yes, or because the person says so."""
    if manners().says_yes:
        return True
    if manners().is_json or not sys.stdin.isatty():
        return False
    from dangol.core.purchases.orders.services.suggesting import suggest_choices
    from dangol.platform.access.actor import Actor
    from dangol.platform.exchange.by_command import look
    from dangol.platform.exchange.errors import BadFile

    try:
        table, mapping = look("orders", file, columns_of(column))
    except BadFile:
        return False
    found = suggest_choices(table, mapping, Actor.system("dangol import orders"))
    question = f"These amounts look like {found['currency']}. Shall the company count in it from now on?"
    return bool(found["is_currency_adopted"]) and typer.confirm(question, default=True, err=True)


def _shown(data: dict[str, Any]) -> Any:
    return drawn(
        data,
        ("Rows read", f"{data['rows_read']:,}"),
        ("  imported", f"{data['rows_imported']:,} ({data['rows_new']:,} new, {data['rows_changed']:,} changed)"),
        ("  put aside", f"{data['rows_put_aside']:,}"),
        ("Amount imported", f"{data['amount_imported']} {data['currency']}"),
        ("Amount put aside", f"{data['amount_put_aside']} {data['currency']}"),
        ("Orders", f"{data['orders']:,}, {data['orders_cancelled']:,} of them cancellations"),
        ("Customers", f"{data['people']:,}"),
        ("Products", f"{data['products']:,}"),
        ("Lines without a customer", f"{data['lines_without_customer']:,}"),
        ("Lines with fees", f"{data['lines_fee']:,}"),
        ("Seconds", f"{data['seconds']}"),
    )


register_command("import", "orders", import_orders_command)
