"""The gate as part of one SQL statement, for sets of any size."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dangol.core.consent.gate.queries.policy import gate_policy
from dangol.core.consent.gate.queries.registry import rules_for
from dangol.core.consent.gate.queries.standing import DEALS, goods_of, standing_of
from dangol.core.consent.gate.rules import asking as code
from dangol.core.consent.gate.rules.addresses import COLUMNS, good_address_sql
from dangol.core.consent.gate.rules.asking import Asked, HouseRules, Standing
from dangol.core.consent.gate.rules.nights import mornings
from dangol.core.consent.law.queries import by_country
from dangol.core.consent.law.rules.book import Bound
from dangol.core.consent.suppressions.queries import FORGOTTEN_SQL, has_forgotten, salt

BY_DEAL = (
    " WHEN gate_deal.order_id IS NOT NULL THEN jsonb_build_object('basis', 'transaction', 'order', gate_deal.order_id,"
    " 'ended_at', gate_deal.ordered_at)"
)


@dataclass(frozen=True)
class GateSql:
    """What to put into a statement `SELECT p.id, {reason} FROM customers_person p {joins} WHERE ...`.

    `reason` gives the code ('' = send), `until` the end of a hold (timestamptz, else NULL), `address` the person's
    address on the channel, `basis` a JSON document that says by what advertising is let pass (the line of the ledger,
    or the order); none of the four holds parameters, so each may be written as often as wanted. `params` belong to
    `joins`, at their place in the statement. The joins neither drop nor repeat people.
    """

    reason: str
    until: str
    address: str
    joins: str
    params: list[Any]
    basis: str = "'{}'::jsonb"


def decision_sql(asked: Asked) -> GateSql:
    """The gate's decision about the relation `p` (customers_person), as of `asked.at`.

    Equal to `may_send` for each person. Where `p` is outer-joined and missing, the reason is `gone`.
    Raises ValueError as `Asked` and its overrides do.
    """
    return built(asked, gate_policy())


def built(asked: Asked, house: HouseRules, *, counted: str = "") -> GateSql:
    """As `decision_sql`; `counted` is a further SQL condition on `c`, the permits that count for the cap."""
    address = f"p.{COLUMNS[asked.channel]}"
    parts = _Parts(asked, address, standing_of(asked))
    parts.unreachable()
    if asked.is_advertising:
        parts.wish()
        parts.minor()
        parts.consent()
        parts.pause()
    parts.registered(house)
    if asked.is_advertising:
        parts.wished(counted)
        parts.cap(house, counted)
        parts.certified()
        parts.night()
    return parts.sql()


class _Parts:
    """Collects joins and branches with their parameters, each in its own order."""

    def __init__(self, asked: Asked, address: str, standing: Standing) -> None:
        self.asked, self.address, self.standing = asked, address, standing
        self.basis = "'{}'::jsonb"
        self.joins: list[str] = []
        self.join_params: list[Any] = []
        self.branches: list[str] = []
        self.branch_params: list[Any] = []
        self.until, self.until_params = "NULL::timestamptz", list[Any]()

    def join(self, sql: str, *params: Any) -> None:
        self.joins.append(sql)
        self.join_params.extend(params)

    def branch(self, condition: str, reason: str, *params: Any) -> None:
        self.branches.append(f"WHEN {condition} THEN {reason}")
        self.branch_params.extend(params)

    def unreachable(self) -> None:
        good, params = good_address_sql(self.asked.channel, self.address)
        stored = f"lower({self.address})" if self.asked.channel == "email" else self.address
        self.join(
            "LEFT JOIN consent_suppression gate_stop"
            f" ON gate_stop.channel = %s AND gate_stop.address = {stored} AND gate_stop.lifted_at IS NULL",
            self.asked.channel,
        )
        self.branch("p.id IS NULL OR p.deleted_at IS NOT NULL", f"'{code.GONE}'")
        self.branch(f"{self.address} = ''", f"'{code.NO_ADDRESS}'")
        self.branch(f"NOT {good}", f"'{code.BAD_ADDRESS}'", *params)
        self.branch("gate_stop.id IS NOT NULL", f"'{code.SUPPRESSED}'")

    def by_country(self, pick: Callable[[Asked, Bound], Any], cast: str) -> tuple[str, list[Any]]:
        """SQL of what the law of the person's country says, and its parameters."""
        book, asked = self.standing.book, self.asked
        return by_country(book, lambda country: pick(asked, book.bound(asked.channel, country)), cast)

    def wish(self) -> None:
        self.join("LEFT JOIN consent_wish gate_wish ON gate_wish.person_id = p.id")
        self.branch("gate_wish.is_restricted", f"'{code.RESTRICTED}'")

    def minor(self) -> None:
        youngest, params = self.by_country(code.born_before, "date")
        self.branch(
            f"p.born_on > {youngest} AND NOT EXISTS (SELECT FROM consent_guardian gate_guardian"
            " WHERE gate_guardian.person_id = p.id AND gate_guardian.withdrawn_at IS NULL)",
            f"'{code.MINOR}'", *params,
        )  # fmt: skip

    def consent(self) -> None:
        self.join(_said("gate_said", "NOT"), self.asked.purpose_id, self.asked.channel)
        self.forgotten()
        goods = goods_of(self.asked.purpose_id)
        needs, params = self.by_country(lambda asked, bound: bound.needs_consent, "boolean")
        condition = f"gate_said.state IS NULL AND {needs}"
        if goods:
            self.deal(goods)
            condition += " AND gate_deal.order_id IS NULL"
        self.branch(condition, f"'{code.NO_CONSENT}'", *params)
        self.branch("gate_said.state <> 'given'", "gate_said.state")
        since, params = self.by_country(code.said_since, "timestamptz")
        self.branch(f"greatest(gate_said.at, gate_said.confirmed_at) < {since}", f"'{code.UNCONFIRMED}'", *params)
        self.basis = (
            "CASE WHEN gate_said.state IS NOT NULL THEN jsonb_build_object('basis', 'consent', 'record',"
            " gate_said.record_id, 'said_at', gate_said.at, 'told_again_at', gate_said.confirmed_at)"
            + (BY_DEAL if goods else "")
            + " ELSE jsonb_build_object('basis', 'law', 'country', p.country) END"
        )

    def forgotten(self) -> None:
        if has_forgotten():
            stored = f"lower({self.address})" if self.asked.channel == "email" else self.address
            self.join(
                "LEFT JOIN consent_forgotten gate_forgotten ON gate_forgotten.channel = %s"
                f" AND gate_forgotten.digest = {FORGOTTEN_SQL.format(address=stored)}",
                self.asked.channel, salt(),
            )  # fmt: skip
            self.branch(
                "gate_forgotten.id IS NOT NULL"
                " AND (gate_said.state IS DISTINCT FROM 'given' OR gate_said.at <= gate_forgotten.erased_at)",
                f"'{code.FORGOTTEN}'",
            )

    def deal(self, goods: str) -> None:
        since, params = self.by_country(code.dealt_since, "timestamptz")
        text = DEALS.format(person="p.id", since=since, source="p.source")
        self.join(
            f"LEFT JOIN LATERAL ({text} AND gate_said.state IS NULL AND NOT EXISTS (SELECT FROM consent_state"
            " gate_elsewhere WHERE gate_elsewhere.person_id = p.id AND gate_elsewhere.channel = %s"
            " AND NOT gate_elsewhere.is_for_night AND gate_elsewhere.state <> 'given')"
            " ORDER BY gate_order.ordered_at DESC, gate_order.id DESC LIMIT 1) gate_deal ON TRUE",
            goods, self.asked.at, *params, list(self.standing.book.indirect_sources()), self.asked.channel,
        )  # fmt: skip

    def pause(self) -> None:
        self.branch("gate_wish.paused_until > %s", f"'{code.PAUSED}'", code.home_day(self.asked.at))

    def wished(self, counted: str) -> None:
        self.branch(
            f"gate_wish.most_messages IS NOT NULL AND {_count(counted)} >= gate_wish.most_messages",
            f"'{code.WISHED}'", self.asked.at - timedelta(days=code.WISHED_DAYS),
        )  # fmt: skip

    def certified(self) -> None:
        if not self.standing.is_certified:
            needs, params = self.by_country(lambda asked, bound: bound.needs_certified_sender, "boolean")
            self.branch(needs, f"'{code.UNCERTIFIED}'", *params)

    def registered(self, house: HouseRules) -> None:
        for rule in rules_for(self.asked, house):
            sql = rule.sql(self.asked)
            if sql.joins:
                self.join(sql.joins, *sql.join_params)
            self.branch(f"({sql.condition})", f"'{rule.name}'", *sql.params)

    def cap(self, house: HouseRules, counted: str) -> None:
        if house.cap_messages and code.CAPPED not in self.asked.overrides:
            self.branch(
                f"{_count(counted)} >= %s", f"'{code.CAPPED}'", house.window_begins(self.asked.at), house.cap_messages,
            )  # fmt: skip

    def night(self) -> None:
        others, default = mornings(self.asked.channel, self.asked.at, self.standing.book)
        if default is None and not others:
            return
        told = json.dumps({country: until.isoformat() if until else None for country, until in others.items()})
        standard = default.isoformat() if default else None
        morning = "CASE WHEN %s::jsonb ? p.country THEN (%s::jsonb ->> p.country)::timestamptz ELSE %s::timestamptz END"
        self.join(_said("gate_night", ""), self.asked.purpose_id, self.asked.channel)
        self.branch(
            f"gate_night.state IS DISTINCT FROM 'given' AND {morning} IS NOT NULL", f"'{code.NIGHT}'",
            told, told, standard,
        )  # fmt: skip
        self.until, self.until_params = morning, [told, told, standard]

    def sql(self) -> GateSql:
        case = f"CASE {' '.join(self.branches)} ELSE '' END"
        until = f"CASE WHEN gate_case.reason = '{code.NIGHT}' THEN {self.until} END"
        self.join(f"CROSS JOIN LATERAL (SELECT {case} AS reason) gate_case", *self.branch_params)
        if self.until_params:
            self.join(f"CROSS JOIN LATERAL (SELECT {until} AS until) gate_wait", *self.until_params)
        shown = "gate_wait.until" if self.until_params else "NULL::timestamptz"
        return GateSql("gate_case.reason", shown, self.address, " ".join(self.joins), self.join_params, self.basis)


def _said(alias: str, is_not: str) -> str:
    return (
        f"LEFT JOIN consent_state {alias} ON {alias}.person_id = p.id AND {alias}.purpose_id = %s"
        f" AND {alias}.channel = %s AND {is_not} {alias}.is_for_night"
    )


def _count(counted: str) -> str:
    return (
        "(SELECT count(*) FROM consent_permit c WHERE c.person_id = p.id AND c.message_class = 'advertising'"
        f" AND c.voided_at IS NULL AND c.issued_at > %s{counted})"
    )
