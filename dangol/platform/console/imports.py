"""`dangol import OBJECT FILE`: records of any object from the command line."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from dangol.platform.console.bars import Bars
from dangol.platform.console.output import Answer
from dangol.platform.console.registry import commands_of, register_command, register_late
from dangol.platform.console.session import session

File = Annotated[Path, typer.Argument(help="CSV (plain or gzip), Excel, or vCard for people.", show_default=False)]
Columns = Annotated[
    list[str] | None,
    typer.Option("--column", "-c", help="FIELD=COLUMN for a column guessed wrong, such as 'email=Mail'. May repeat."),
]
Match = Annotated[
    list[str] | None,
    typer.Option("--match", "-m", help="Field by which known records are found. May repeat, strongest first."),
]
Together = Annotated[bool, typer.Option("--together", help="Only all of the --match fields together tell a record.")]
System = Annotated[
    str, typer.Option(help="Whose ids stand in the column of external_id, as programs name it to the API: shop, erp-2.")
]
Values = Annotated[
    list[str] | None,
    typer.Option("--value", help="FIELD:VALUE=MEANING for a value that the field does not know. May repeat."),
]
Unreadable = Annotated[bool, typer.Option("--blank", help="Leave cells that cannot be read blank; take their rows.")]
Mode = Annotated[str, typer.Option(help="both, new or change: what is written.")]
Fill = Annotated[bool, typer.Option("--fill", help="Only fill in what is blank here; never overwrite.")]
NoRelated = Annotated[bool, typer.Option("--no-related", help="Add no related records (companies of people).")]
DayOrder = Annotated[str, typer.Option(help="dmy or mdy, for days such as 1/2/2011. Default: told by the file.")]
Mark = Annotated[str, typer.Option(help="'.' or ','. Default: told by the file.")]
Zone = Annotated[str, typer.Option(help="Such as Europe/London. Default: the company's.")]
Region = Annotated[str, typer.Option(help="Country of phone numbers without one, such as KR. Default: the company's.")]
Encoding = Annotated[str, typer.Option(help="Such as utf-8 or cp949. Default: told by the file.")]
Separator = Annotated[str, typer.Option(help="One character. Default: told by the file.")]
Sheet = Annotated[str, typer.Option(help="Sheet of a spreadsheet. Default: the first with a table.")]
Password = Annotated[
    str, typer.Option(help="Opens a protected spreadsheet; better given as DANGOL_FILE_PASSWORD.",
                      envvar="DANGOL_FILE_PASSWORD")
]  # fmt: skip
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and write nothing.")]
Afresh = Annotated[bool, typer.Option("--afresh", help="Begin with the first row, not where a broken run stopped.")]
AsideFile = Annotated[
    Path | None, typer.Option("--put-aside", help="Write the rows that were put aside to this CSV file, to mend.")
]


def register_imports() -> None:
    """Add a command for each object that has none of its own."""
    from dangol.platform.exchange.registry import importers

    known = commands_of("import")
    for importer in importers():
        if importer.name not in known:
            register_command("import", importer.name, _command(importer.name, str(importer.label)))

    register_late("import", _of_the_company)


_HELP = """Take in records from a file: {label}.

The columns are guessed by name and content; known records are found and brought up to date. The same file taken in
twice changes nothing. A run that broke off goes on where it stopped when the command is given again.
"""


def _of_the_company(name: str) -> Any:
    """The command of an object that the company added itself."""
    from dangol.platform.exchange.registry import importers

    with session():
        found = next((known for known in importers() if known.name == name), None)
        return _command(name, str(found.label)) if found else None


def _command(kind: str, label: str) -> Any:
    def import_records_command(
        file: File,
        column: Columns = None,
        value: Values = None,
        system: System = "",
        match: Match = None,
        together: Together = False,
        mode: Mode = "both",
        fill: Fill = False,
        blank: Unreadable = False,
        no_related: NoRelated = False,
        day_order: DayOrder = "",
        decimal_mark: Mark = "",
        time_zone: Zone = "",
        region: Region = "",
        encoding: Encoding = "",
        separator: Separator = "",
        sheet: Sheet = "",
        password: Password = "",
        dry_run: DryRun = False,
        afresh: Afresh = False,
        put_aside: AsideFile = None,
    ) -> Answer:
        options: dict[str, Any] = {
            "match_how": "all" if together else "any", "mode": mode, "fill": "fill" if fill else "",
            "unreadable": "blank" if blank else "",
            "related": not no_related, "day_order": day_order, "decimal_mark": decimal_mark, "time_zone": time_zone,
            "region": region, "encoding": encoding, "separator": separator, "sheet": sheet,
            "password": password, "system": system, "meanings": meanings_of(value or []),
        }  # fmt: skip
        if match is not None:
            options["match"] = match
        more = {"is_dry": dry_run, "put_aside": put_aside, "is_afresh": afresh}
        return _take_in(kind, file, column or [], options, more)

    import_records_command.__doc__ = _HELP.format(label=label)
    return import_records_command


def _take_in(kind: str, file: Path, column: list[str], options: dict[str, Any], more: dict[str, Any]) -> Answer:
    from dangol.platform.access.actor import Actor
    from dangol.platform.exchange.by_command import take_in

    with session(), Bars() as bars:
        actor = Actor.system(f"dangol import {kind}").via("import")
        data = take_in(kind, file, actor=actor, columns=columns_of(column), options=options, listener=bars.hear, **more)
    return Answer(data, _shown(data))


def columns_of(given: list[str]) -> dict[str, str]:
    """{field: column} of `FIELD=COLUMN`. Raises `BadMapping`."""
    from dangol.platform.exchange.errors import BadMapping

    found = {}
    for pair in given:
        field, sign, name = pair.partition("=")
        if not sign:
            raise BadMapping(f"--column {pair!r} is not FIELD=COLUMN.", "Write it like: --column 'email=Mail'.")
        found[field.strip()] = name.strip()
    return found


def meanings_of(given: list[str]) -> dict[str, dict[str, str]]:
    """{field: {value in the file: meaning}} of `FIELD:VALUE=MEANING`; an empty one leaves it blank. Raises
    `BadMapping`."""
    from dangol.platform.exchange.errors import BadMapping
    from dangol.platform.exchange.records.meanings import LEFT_BLANK

    found: dict[str, dict[str, str]] = {}
    for text in given:
        pair, sign, meaning = text.rpartition("=")
        field, colon, value = pair.partition(":")
        if not sign or not colon:
            raise BadMapping(f"--value {text!r} is not FIELD:VALUE=MEANING.", "Write it like: --value 'grade:A=gold'.")
        found.setdefault(field.strip(), {})[value.strip()] = meaning.strip() or LEFT_BLANK
    return found


def _shown(data: dict[str, Any]) -> Any:
    found_by = ", ".join(data["match"]) or "nothing"
    return drawn(
        data,
        ("Rows read", f"{data['rows_read']:,}"),
        ("  new", f"{data['rows_new']:,}"),
        ("  changed", f"{data['rows_changed']:,}"),
        ("  as before", f"{data['rows_unchanged']:,}"),
        ("  put aside", f"{data['rows_put_aside']:,}"),
        ("Related records added", f"{data['related_new']:,}"),
        ("Columns", ", ".join(f"{field} = {column}" for field, column in data["columns"].items())),
        ("Known ones found by", found_by),
        ("Seconds", f"{data['seconds']}"),
    )


def drawn(data: dict[str, Any], *lines: tuple[str, str]) -> Any:
    """What a person reads of an import: `lines` in a table, what to know, the reasons of what was put aside."""
    from rich.console import Group
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    for name, value in lines:
        table.add_row(name, value)
    notes = [f"- {sentence}" for sentence in data["warnings"]]
    reasons = [f"- {count:,} rows: {data['reason_texts'][code]}" for code, count in data["reasons"].items()]
    head = ["Dry run: nothing was written."] if data["is_dry_run"] else []
    parts: list[Any] = [
        *head,
        table,
        *(["", "To know:", *notes] if notes else []),
        *(["", "Put aside:", *reasons] if reasons else []),
    ]
    return Group(*parts)
