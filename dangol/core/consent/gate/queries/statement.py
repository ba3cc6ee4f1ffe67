"""The gate as part of one SQL statement, for sets of any size."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from dangol.core.consent.gate.queries.policy import gate_policy
from dangol.core.consent.gate.queries.registry import rules_for
from dangol.core.consent.gate.rules import asking as code
from dangol.core.consent.gate.rules.addresses import COLUMNS, good_address_sql
from dangol.core.consent.gate.rules.asking import Asked, HouseRules
from dangol.core.consent.gate.rules.nights import mornings


@dataclass(frozen=True)
class GateSql:
    """What to put into a statement `SELECT p.id, {reason} FROM customers_person p {joins} WHERE ...`.

    `reason` gives the code ('' = send), `until` the end of a hold (timestamptz, else NULL), `address` the person's
    address on the channel; none of the three holds parameters, so each may be written as often as wanted. `params`
    belong to `joins`, at their place in the statement. The joins neither drop nor repeat people.
    """

    reason: str
    until: str
    address: str
    joins: str
    params: list[Any]


def decision_sql(asked: Asked) -> GateSql:
    """The gate's decision about the relation `p` (customers_person), as of `asked.at`.

    Equal to `may_send` for each person. Where `p` is outer-joined and missing, the reason is `gone`.
    Raises ValueError as `Asked` and its overrides do.
    """
    return built(asked, gate_policy())


def built(asked: Asked, house: HouseRules, *, counted: str = "") -> GateSql:
    """As `decision_sql`; `counted` is a further SQL condition on `c`, the permits that count for the cap."""
    address = f"p.{COLUMNS[asked.channel]}"
    parts = _Parts(asked, address)
    parts.unreachable()
    if asked.is_advertising:
        parts.consent()
    parts.registered(house)
    if asked.is_advertising:
        parts.cap(house, counted)
        parts.night()
    return parts.sql()


class _Parts:
    """Collects joins and branches with their parameters, each in its own order."""

    def __init__(self, asked: Asked, address: str) -> None:
        self.asked, self.address = asked, address
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

    def consent(self) -> None:
        self.join(_said("gate_said", "NOT"), self.asked.purpose_id, self.asked.channel)
        self.branch("gate_said.state IS NULL", f"'{code.NO_CONSENT}'")
        self.branch("gate_said.state <> 'given'", "gate_said.state")

    def registered(self, house: HouseRules) -> None:
        for rule in rules_for(self.asked, house):
            sql = rule.sql(self.asked)
            if sql.joins:
                self.join(sql.joins, *sql.join_params)
            self.branch(f"({sql.condition})", f"'{rule.name}'", *sql.params)

    def cap(self, house: HouseRules, counted: str) -> None:
        if house.cap_messages and code.CAPPED not in self.asked.overrides:
            self.branch(
                "(SELECT count(*) FROM consent_permit c WHERE c.person_id = p.id AND c.message_class = 'advertising'"
                f" AND c.voided_at IS NULL AND c.issued_at > %s{counted}) >= %s",
                f"'{code.CAPPED}'", house.window_begins(self.asked.at), house.cap_messages,
            )  # fmt: skip

    def night(self) -> None:
        others, default = mornings(self.asked.channel, self.asked.at)
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
        return GateSql("gate_case.reason", shown, self.address, " ".join(self.joins), self.join_params)


def _said(alias: str, is_not: str) -> str:
    return (
        f"LEFT JOIN consent_state {alias} ON {alias}.person_id = p.id AND {alias}.purpose_id = %s"
        f" AND {alias}.channel = %s AND {is_not} {alias}.is_for_night"
    )
