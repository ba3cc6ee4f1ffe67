"""Taking in a file of orders: read, laid down, compared, and written in one transaction, or not at all.

A process that dies in the middle leaves nothing behind; the same file taken in again changes nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from dangol.core.catalog.prices.models import ExchangeRate
from dangol.core.catalog.prices.services import set_exchange_rate
from dangol.core.purchases.orders.events import OrdersImported
from dangol.core.purchases.orders.rules.buyers import gather_buyers
from dangol.core.purchases.orders.rules.choices import Choices, Findings, manners
from dangol.core.purchases.orders.rules.gathering import Gathering, Line
from dangol.core.purchases.orders.services import applying, judging, matching, undoing
from dangol.core.purchases.orders.services.answers import about_trash, answer
from dangol.core.purchases.orders.services.money import Currency, decide_currency
from dangol.core.purchases.orders.services.staging import Stage, refresh_statistics, stage_heads, staging
from dangol.core.purchases.orders.services.statements import fetch_one, run
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.accounts.queries import workspace
from dangol.platform.accounts.services import change_workspace
from dangol.platform.events.stream import emit
from dangol.platform.exchange.queries import last_result
from dangol.platform.exchange.reader import Table
from dangol.platform.exchange.services import keep_put_aside, names, sample_put_aside
from dangol.platform.jobs.progress import Tracker
from dangol.platform.realtime import telling as realtime

LOCK = 0x64616E67_6F6C01  # one import of orders at a time


@dataclass
class _Work:
    """One import under way."""

    actor: Actor
    table: Table
    columns: Mapping[str, int]
    choices: Choices
    tracker: Tracker
    run_id: str
    is_dry: bool
    started: float = field(default_factory=time.monotonic)
    findings: Findings = field(default_factory=Findings)
    currency: Currency = field(default_factory=lambda: Currency("", "", False, ()))
    gathering: Any = None
    people: int = 0
    differences: dict[str, int] = field(default_factory=dict)
    event_id: str = ""
    said: list[str] = field(default_factory=list)


def import_orders(
    *,
    actor: Actor,
    table: Table,
    columns: Mapping[str, int],
    choices: Choices,
    tracker: Tracker,
    run_id: str = "",
    is_dry: bool = False,
) -> dict[str, Any]:
    """Take in the orders of a file, or with `is_dry` say what would be done and write nothing.

    Args:
        table: the file as a table; `columns` {field: index} of it, `choices` what was decided for all of it.
        tracker: hears how far it is, and may ask to stop; until the end a stop leaves nothing behind.
        run_id: the `ImportRun` to which put-aside rows are kept; none are without it.

    Returns:
        Counts and sums as JSON; `rows_read` = `rows_imported` + `rows_put_aside`.

    Raises:
        Forbidden: the actor may not create orders.
        CannotContinue: the file cannot be read.
    """
    require(actor, "create", "order")
    work = _Work(actor, table, columns, choices, tracker, run_id, is_dry)
    tracker.begin(_("Looking through the file"))
    work.findings.look(table.rows(), columns, tracker.advance)
    work.choices = choices = _as_last_time(choices, work.findings)
    work.currency = decide_currency(actor, choices, work.findings, has_column="currency" in columns)
    with staging():
        _lay_down(work)
        with transaction.atomic():
            run("SET LOCAL work_mem = '128MB'")
            if not is_dry:
                fetch_one("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            _compare(work)
            if not is_dry:
                _write(work)
            result = _answer(work)
            if is_dry:
                result["samples"] = sample_put_aside("staged_aside", names(table.header, columns))
    return result


def _as_last_time(choices: Choices, findings: Findings) -> Choices:
    """Read days that prove nothing like those of the shop's last file that was taken in."""
    if choices.day_order or findings.day_order().by not in ("span", "guess"):
        return choices
    last = last_result("orders", shop=choices.shop)
    return replace(choices, day_order=str(last.get("day_order", "")))


def _lay_down(work: _Work) -> None:
    """Read every row and send it to the temporary tables."""
    ours = workspace()
    how = manners(
        work.choices, work.findings, currency=work.currency.code, time_zone=ours.time_zone,
        phone_region=work.findings.home_country() or ours.country,
    )  # fmt: skip
    work.gathering = gathering = Gathering(work.columns, how, len(work.table.header))
    stage = Stage()
    work.tracker.begin(_("Reading rows"), work.findings.rows)
    take, add, put_aside, advance = gathering.take, stage.add, stage.put_aside, work.tracker.advance
    for row in work.table.rows():
        taken = take(row)
        if taken.__class__ is Line:
            add(taken)
        else:
            put_aside(taken)  # type: ignore[arg-type]
        if gathering.read % 5000 == 0:
            advance(5000)
    stage.flush()
    gathering.finish()
    buyers, whose = gather_buyers(gathering.orders.values())
    work.people = len(buyers)
    stage_heads(gathering, buyers, whose)


def _compare(work: _Work) -> None:
    """Find what is known already, and what differs."""
    work.tracker.begin(_("Comparing with what is known"))
    _stage_rates(work)
    matching.match_people()
    matching.match_products(is_kind_chosen=work.choices.fee_codes is not None)
    matching.match_orders(shop=work.choices.shop, currency=work.currency.ours, time_zone=workspace().time_zone)
    matching.sum_orders()
    refresh_statistics()
    matching.compare_orders(is_partial=work.gathering.is_partial)
    matching.compare_lines(is_partial=work.gathering.is_partial)
    judging.put_others_aside(work.actor, work.table, work.gathering)
    work.said = judging.leave_closed(work.actor)
    work.people = int(fetch_one("SELECT count(*) FROM staged_person")[0])
    work.differences = matching.count_differences()


def _stage_rates(work: _Work) -> None:
    """Known rates into the company's currency, and the one given with the file, from its first day."""
    run(
        'INSERT INTO staged_rate SELECT currency, "on", rate FROM '
        f"{connection.ops.quote_name(ExchangeRate._meta.db_table)} WHERE to_currency = %s",
        [work.currency.ours],
    )
    if work.choices.rate is None or work.currency.code == work.currency.ours:
        return
    (first,) = fetch_one(
        "SELECT min((ordered_at AT TIME ZONE %s)::date) FROM staged_order WHERE currency = %s",
        [workspace().time_zone, work.currency.code],
    )
    if first is None:
        return
    rate = round(work.choices.rate, 10)
    run('DELETE FROM staged_rate WHERE currency = %s AND "on" = %s', [work.currency.code, first])
    run("INSERT INTO staged_rate VALUES (%s, %s, %s)", [work.currency.code, first, rate])
    if not work.is_dry:
        set_exchange_rate(
            actor=work.actor, currency=work.currency.code, to_currency=work.currency.ours, on=first, rate=rate,
            source="import",
        )  # fmt: skip


def _write(work: _Work) -> None:
    """Write what is new or differs, the event that tells it, and the rows put aside."""
    tell: Callable[[int], None] = work.tracker.advance
    work.tracker.begin(_("Writing"), work.differences["rows_new"])
    if work.currency.is_adopted:
        change_workspace(actor=work.actor, values={"currency": work.currency.ours, "is_currency_chosen": True})
    is_chosen = work.choices.fee_codes is not None
    owner = None if work.actor.scope("see", "person") == "all" else work.actor.user_id
    undoing.bring_back()
    applying.write_people(shop=work.choices.shop, owner_id=owner)
    applying.write_products(is_kind_chosen=is_chosen, has_prices=work.currency.code == work.currency.ours)
    applying.write_new_orders(shop=work.choices.shop, tell=tell)
    applying.write_known_orders()
    if applying.is_anything_different():
        _tell(work)
    keep_put_aside(work.run_id, "staged_aside", names(work.table.header, work.columns))


def _tell(work: _Work) -> None:
    gathering = work.gathering
    record = emit(
        OrdersImported(
            run_id=work.run_id, rows=gathering.read - gathering.reasons.total(), orders=len(gathering.orders),
            people=work.people, products=len(gathering.products),
        ),
        actor=work.actor.via("import"),
    )  # fmt: skip
    work.tracker.begin(_("Noting what was and became"))
    applying.write_changes(record.id)
    undoing.tell_back(record.id)
    work.event_id = str(record.id)
    work.tracker.begin(_("Making it findable"))
    applying.refresh_search()
    realtime.tell("person", None)  # whose orders came is known to the database alone


def _answer(work: _Work) -> dict[str, Any]:
    gathering: Gathering = work.gathering
    written = fetch_one(
        "SELECT count(*) FILTER (WHERE rate IS NULL), count(*) FILTER (WHERE person_id IS NULL), min(ordered_at),"
        " max(ordered_at) FROM staged_order"
    )
    (fees,) = fetch_one(f"SELECT count(*) {matching.STAGED_LINES} WHERE {matching.STAGED_VALUES['kind']} = 'fee'")
    new = fetch_one("""
        SELECT (SELECT count(*) FROM staged_person WHERE is_new), (SELECT count(*) FROM staged_product WHERE is_new),
               (SELECT count(*) FROM staged_order WHERE is_new)""")
    if sum_laid_down() != gathering.amount_imported:
        raise AssertionError("The sum of the lines laid down is not the sum of the rows read.")
    result = answer(
        gathering, work.findings, work.choices, work.currency, work.differences, people=work.people, fees=fees,
        new=new, without_rate=written[0], first=written[2], last=written[3], is_dry=work.is_dry,
        seconds=time.monotonic() - work.started, encoding=work.table.encoding,
    )  # fmt: skip
    result["warnings"] += work.said + about_trash(*matching.count_trashed())
    if not work.is_dry:
        result["warnings"] += undoing.about_back()
        result["event_id"] = work.event_id
    return result


def sum_laid_down() -> Decimal:
    """The money of the lines on the temporary table, as the database sums it."""
    return Decimal(fetch_one("SELECT coalesce(sum(amount), 0) FROM staged_line")[0])
