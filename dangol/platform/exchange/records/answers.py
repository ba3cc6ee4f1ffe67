"""What an import of records answers: counts, reasons and sentences."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from dangol.platform.exchange.records.manners import Findings
from dangol.platform.exchange.records.plan import Plan
from dangol.platform.exchange.records.rows import CELL_LEFT
from dangol.platform.exchange.records.tally import Tally
from dangol.platform.exchange.records.unknown import Unknown
from dangol.platform.exchange.registry import Job

REASONS: dict[str, Any] = {
    "bad_email": gettext_lazy("This is not an e-mail address."),
    "bad_phone": gettext_lazy("This is not a phone number."),
    "bad_url": gettext_lazy("This is not a web address."),
    "bad_number": gettext_lazy("This is not a number."),
    "not_whole": gettext_lazy("This is not a whole number."),
    "too_precise": gettext_lazy("The number has more digits than can be kept exactly."),
    "bad_date": gettext_lazy("The date cannot be read."),
    "bad_choice": gettext_lazy("This is none of the values that the field has."),
    "bad_bool": gettext_lazy("This is neither yes nor no."),
    "bad_country": gettext_lazy("There is no such country."),
    "bad_language": gettext_lazy("There is no such language."),
    "bad_currency": gettext_lazy("There is no such currency."),
    "formula_error": gettext_lazy("A formula of the table failed here."),
    "nothing_in_it": gettext_lazy("The row holds nothing in the columns that are used."),
    "ambiguous": gettext_lazy("Several records here fit this row, so nobody knows which one is meant."),
    "contradiction": gettext_lazy("The fields that were matched on belong to two different records here."),
    "unknown_here": gettext_lazy("No record here fits this row, and none was to be added."),
    "not_yours": gettext_lazy("There is such a record already that you may not change."),
    "taken": gettext_lazy("Another record has this value already, and it may be there only once."),
    "in_trash": gettext_lazy("The record lies in the trash."),
    "no_right": gettext_lazy("You do not have the right to do this."),
    "no_related": gettext_lazy("There is no record of this name, and none was to be added."),
    "two_related": gettext_lazy("Several records have this name, so nobody knows which one is meant."),
    "nobody": gettext_lazy("Nobody on the staff has this name or e-mail."),
    "line_too_long": gettext_lazy("The line is longer than any row of a table."),
    "broken_quote": gettext_lazy("A quotation mark is opened and never closed."),
    "nul_character": gettext_lazy("The row holds a character (NUL) that no text can hold."),
    "too_many_cells": gettext_lazy(
        "The row has more cells than there are columns; a separator may stand inside a text."
    ),
    "bad_external_id": gettext_lazy("The id of another system is too long, or holds signs that cannot be printed."),
    "other": gettext_lazy("Another reason, told beside the row."),
}


def answer(
    tally: Tally,
    plan: Plan,
    findings: Findings,
    job: Job,
    *,
    is_dry: bool,
    seconds: float,
    event_id: str,
    related: int,
    unknown: Unknown,
) -> dict[str, Any]:
    """The answer as JSON."""
    days = findings.day_order()
    return {
        "rows_read": tally.read,
        "rows_imported": tally.read - tally.aside,
        "rows_put_aside": tally.aside,
        "rows_new": tally.new,
        "rows_changed": tally.changed,
        "rows_unchanged": tally.same,
        "related_new": related,
        "reasons": dict(tally.reasons.most_common()),
        "warnings": _warnings(tally, plan, findings, job),
        "match": list(plan.choices.match),
        "encoding": job.table.encoding,
        "day_order": job.options.get("day_order") or days.order,
        "is_dry_run": is_dry,
        "seconds": round(seconds, 2),
        "event_id": event_id,
        "unknown_values": {name: dict(values.most_common()) for name, values in unknown.items()},
        **({"samples": tally.samples} if is_dry else {}),
    }


def _warnings(tally: Tally, plan: Plan, findings: Findings, job: Job) -> list[str]:
    found = []
    if not tally.read:
        found.append(_("The file has names of columns, and no rows below them."))
    if not plan.choices.match:
        found.append(_("No field to match on is in the file: every row becomes a new record."))
    days = findings.day_order()
    if days.by in ("span", "guess") and not job.options.get("day_order"):
        found.append(
            _("Days such as 2/3/2011 are read as day/month/year; nothing in the file proves it.")
            if days.order == "dmy"
            else _("Days such as 2/3/2011 are read as month/day/year; nothing in the file proves it.")
        )
    mark, is_certain = findings.decimal_mark()
    if findings.numbers and not is_certain and not job.options.get("decimal_mark"):
        found.append(_("Numbers such as 1,234 are read as thousands; nothing in the file proves it."))
    elif mark == "," and not job.options.get("decimal_mark"):
        found.append(_("The comma is read as the decimal mark."))
    found += _cells_left(tally, plan)
    found += [str(note(count)) for code, count in tally.notes.items() if (note := plan.habits.notes.get(code))]
    return found


def _cells_left(tally: Tally, plan: Plan) -> list[str]:
    """Of which cells nothing was taken, and why."""
    found = []
    for code, count in tally.notes.items():
        if code.startswith(CELL_LEFT):
            why, name = code.removeprefix(CELL_LEFT).split(":", 1)
            label = plan.fields[name].label if name in plan.fields else name
            found.append(ngettext(
                "%(count)d cell of “%(field)s” is left blank: %(why)s",
                "%(count)d cells of “%(field)s” are left blank: %(why)s", count,
            ) % {"count": count, "field": label, "why": REASONS.get(why, why)})  # fmt: skip
    return found
