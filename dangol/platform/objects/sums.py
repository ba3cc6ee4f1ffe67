"""Sums and averages of a list's number and money columns, over all its rows, as far as one may see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.objects.estimating import estimate
from dangol.platform.objects.grouping import SAMPLE, Added, path_of
from dangol.platform.objects.listing import ListQuery, rows_for
from dangol.platform.objects.registry import fields_for, score_of
from dangol.platform.objects.types import Field, ObjectType
from dangol.platform.ui import format
from dangol.platform.ui.viewer import Viewer

KINDS = ("number", "money", "percent")
PATIENCE_MS = 1_500


@dataclass(frozen=True)
class Sum:
    """What is added up: a field, and whether its average is asked rather than its sum."""

    field: Field
    is_average: bool = False

    @property
    def name(self) -> str:
        """How it is called in addresses."""
        return f"{self.field.name}:avg" if self.is_average else self.field.name

    @property
    def label(self) -> str:
        """Its word."""
        pattern = _("%(name)s, average") if self.is_average else _("%(name)s, sum")
        return pattern % {"name": self.field.label}


@dataclass(frozen=True)
class Summed:
    """One sum, by currency; estimated from the first rows where there were too many to add up in time."""

    sum: Sum
    parts: list[Added]
    is_exact: bool


def summable(declared: ObjectType, actor: Actor) -> list[Sum]:
    """Every sum and average that `actor` may ask for."""
    found = []
    for f in fields_for(declared, actor).values():
        if f.kind in KINDS:
            if f.kind != "percent":
                found.append(Sum(f))
            found.append(Sum(f, is_average=True))
    return found


def summed_fields(declared: ObjectType, actor: Actor, names: Sequence[str]) -> list[Sum]:
    """The sums called `names`, as far as the actor may see their fields; others are left out."""
    known = {s.name: s for s in summable(declared, actor)}
    return [known[name] for name in names if name in known]


def add_up(declared: ObjectType, actor: Actor, query: ListQuery, sums: Sequence[Sum]) -> list[Summed]:
    """Add up over all rows of the list. Raises Forbidden, FilterError.

    All rows are added up unless that takes more than 1.5 seconds; then the first 200,000 are, and the sum is
    estimated by the planner's number of rows.
    """
    rows = rows_for(declared, actor, query)
    plain = [s for s in sums if not s.field.currency]
    asked = ([plain] if plain else []) + [[s] for s in sums if s.field.currency]
    found: dict[str, Summed] = {}
    for together in asked:
        currency = _currency_path(declared, together[0].field)
        parts, factor = _in_time(declared, rows, together, currency)
        for at, s in enumerate(together):
            at_total, at_number = 2 * at + 1, 2 * at + 2
            added = [_added(p[at_total], p[at_number], p[0] or "", factor) for p in parts if p[at_number]]
            found[s.name] = Summed(s, added, factor is None)
    return [found[s.name] for s in sums]


def _currency_path(declared: ObjectType, f: Field) -> str:
    if not f.currency:
        return ""
    score = score_of(declared, f.name)
    return f"{score.name}__{f.currency}" if score else f.currency


def _in_time(
    declared: ObjectType, rows: Any, sums: Sequence[Sum], currency: str
) -> tuple[list[tuple[Any, ...]], Decimal | None]:
    """The figures by currency, and by how much they must be multiplied (None: they are exact)."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [PATIENCE_MS])
            found = _figures(declared, rows, sums, currency)
            cursor.execute("SET LOCAL statement_timeout = 0")
            return found, None
    except OperationalError:
        found = _figures(declared, rows, sums, currency, most=SAMPLE)
        return found, Decimal(max(estimate(rows), SAMPLE)) / SAMPLE


def _figures(
    declared: ObjectType, rows: Any, sums: Sequence[Sum], currency: str, most: int | None = None
) -> list[tuple[Any, ...]]:
    figures = {f"figure_{n}": F(path_of(declared, s.field)) for n, s in enumerate(sums)}
    by = {"figure_currency": F(currency)} if currency else {}
    asked = rows.order_by().annotate(**figures, **by).values(*figures, *by)
    try:
        inner, params = (asked[:most] if most else asked).query.sql_with_params()
    except EmptyResultSet:
        return []
    parts = ", ".join(f"sum({name}), count({name})" for name in figures)
    head, tail = ("figure_currency", " GROUP BY 1 ORDER BY 1") if by else ("''", "")
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {head}, {parts} FROM ({inner}) AS rows{tail}", params)
        return list(cursor.fetchall())


def _added(total: Any, number: int, currency: str, factor: Decimal | None) -> Added:
    if factor is None:
        return Added(total, number, currency)
    return Added(Decimal(str(total)) * factor, max(1, round(number * factor)), currency)


def said(s: Sum, parts: Sequence[Added], viewer: Viewer) -> str:
    """The figure in words, one for each currency."""
    return " · ".join(_figure(s, added, viewer) for added in parts if added.number)


def _figure(s: Sum, added: Added, viewer: Viewer) -> str:
    language = (get_language() or "en")[:2]
    total = Decimal(str(added.total))
    value = total / added.number if s.is_average else total
    if s.field.kind == "money":
        return format.money(value, added.currency or viewer.currency, language)
    if s.field.kind == "percent":
        return format.percent(value, language)
    return format.number(value, language, digits=1) if s.is_average else format.number(value, language)
