"""Where evidence comes from: tables of consent, and what higher floors register (messages, refusals)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

AT_ONCE = 2000


@dataclass(frozen=True)
class Reach:
    """Of what evidence is wanted: one person (None: everybody), from `since` (inclusive) to `until` (exclusive)."""

    person_id: int | None
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True)
class EvidenceSource:
    """A table of the archive. `sql` selects it; `at` is its column of time, `person` that of the person ("" where it
    concerns everybody alike), both as they stand in the statement."""

    name: str
    sql: str
    person: str = ""
    at: str = ""


_SOURCES: dict[str, EvidenceSource] = {}


def register_evidence(source: EvidenceSource) -> None:
    """Add a table to the archive. Raises ValueError when its name is taken."""
    if source.name in _SOURCES:
        raise ValueError(f"Evidence called {source.name} is registered already.")
    _SOURCES[source.name] = source


def evidence_sources() -> list[EvidenceSource]:
    """Every table of the archive, by name."""
    return sorted(_SOURCES.values(), key=lambda source: source.name)


def rows_of(source: EvidenceSource, reach: Reach) -> Iterator[dict[str, Any]]:
    """The rows of one table, in order; read piece by piece, so that a million need no memory."""
    conditions, params = list[str](), list[Any]()
    if reach.person_id is not None and source.person:
        conditions.append(f"{source.person} = %s")
        params.append(reach.person_id)
    for moment, sign in ((reach.since, ">="), (reach.until, "<")):
        if moment is not None and source.at:
            conditions.append(f"{source.at} {sign} %s")
            params.append(moment)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    with connection.chunked_cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(told)::text FROM ({source.sql}{where} ORDER BY 1) told", params)
        while rows := cursor.fetchmany(AT_ONCE):
            for row in rows:
                yield json.loads(row[0])


for _each in (
    EvidenceSource(
        "ledger",
        "SELECT r.id, r.person_id, u.code AS purpose, r.channel, r.is_for_night, r.state, r.at, r.method,"
        " w.language AS wording_language, w.version AS wording_version, w.text AS wording, r.evidence, r.recorded_at,"
        " r.recorded_by_id FROM consent_record r JOIN consent_purpose u ON u.id = r.purpose_id"
        " LEFT JOIN consent_wording w ON w.id = r.wording_id",
        person="r.person_id", at="r.recorded_at",
    ),
    EvidenceSource(
        "decisions_let_pass",
        "SELECT c.id, c.key AS message, c.person_id, c.channel, c.message_class, u.code AS purpose, c.address, c.basis,"
        " c.overrides, c.issued_at, c.voided_at FROM consent_permit c LEFT JOIN consent_purpose u ON u.id ="
        " c.purpose_id",
        person="c.person_id", at="c.issued_at",
    ),
    EvidenceSource(
        "orders_as_basis",
        "SELECT c.id AS decision, o.id AS order_id, o.source, o.number, o.ordered_at, o.amount, o.currency"
        " FROM consent_permit c JOIN purchases_order o ON o.id = (c.basis ->> 'order')::bigint",
        person="c.person_id", at="c.issued_at",
    ),
    EvidenceSource(
        "notices",
        "SELECT n.id, n.person_id, n.kind, n.record_id, n.state, n.due_at, n.told_at, n.reason, n.proof, n.created_at"
        " FROM consent_notice n",
        person="n.person_id", at="n.created_at",
    ),
    EvidenceSource(
        "guardians",
        "SELECT g.id, g.person_id, g.name, g.relation, g.method, g.evidence, g.agreed_at, g.recorded_at,"
        " g.withdrawn_at FROM consent_guardian g",
        person="g.person_id", at="g.recorded_at",
    ),
    EvidenceSource("wordings", "SELECT w.id, u.code AS purpose, w.language, w.version, w.text, w.created_at"
                   " FROM consent_wording w JOIN consent_purpose u ON u.id = w.purpose_id"),
    EvidenceSource("rules_corrected", "SELECT id, country, what, channel, value, source, place, checked_on, why,"
                   " set_at, set_by_id FROM consent_law_value"),
    EvidenceSource("rules_of_the_house", "SELECT id, cap_messages, cap_days, is_bottom_left_out, set_at, set_by_id"
                   " FROM consent_gate_policy"),
    EvidenceSource("certificates", "SELECT id, channel, provider, number, certificate, valid_from, expires_on,"
                   " ended_at, set_at FROM consent_sender"),
):  # fmt: skip
    register_evidence(_each)
