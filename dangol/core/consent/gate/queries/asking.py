"""May this message go to this person, to these people? One answer each."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from dangol.core.consent.gate.models import PermitRecord
from dangol.core.consent.gate.queries.policy import gate_policy
from dangol.core.consent.gate.queries.registry import rules_for
from dangol.core.consent.gate.queries.standing import goods_of, last_deal, standing_of
from dangol.core.consent.gate.queries.statement import decision_sql
from dangol.core.consent.gate.rules.addresses import COLUMNS
from dangol.core.consent.gate.rules.asking import (
    ADVERTISING,
    WISHED_DAYS,
    Answer,
    Asked,
    Facts,
    HouseRules,
    Standing,
    answer_for,
    decide,
)
from dangol.core.consent.guardians.queries import has_guardian
from dangol.core.consent.ledger.models import ConsentState, State
from dangol.core.consent.suppressions.models import Suppression
from dangol.core.consent.suppressions.queries import forgotten_at
from dangol.core.consent.wishes.queries import wish_of
from dangol.core.customers.people.models import Person

WHY = "the gate asks of everybody alike"


def may_send(person_id: int, asked: Asked) -> Answer:
    """Answer for one person. People who are not there are `gone`. Raises ValueError for wrong overrides."""
    house = gate_policy()
    rules = rules_for(asked, house)

    def left_out() -> str:
        return next((rule.name for rule in rules if rule.one(person_id, asked)), "")

    standing = standing_of(asked)
    return decide(asked, _facts(person_id, asked, house, standing), house, left_out, standing)


def may_send_many(people: QuerySet[Any] | list[int], asked: Asked) -> dict[int, Answer]:
    """Answer for each of `people`: ids, or a query of people that was judged already. One statement.

    Equal to `may_send` of each. Raises ValueError for wrong overrides.
    """
    if isinstance(people, QuerySet):
        return _answers("JOIN ({}) chosen (id) ON chosen.id = p.id", *_compiled(people), asked=asked)
    return _answers("RIGHT JOIN unnest(%s::bigint[]) chosen (id) ON chosen.id = p.id", "", [people], asked=asked)


def _answers(chosen: str, inner: str, params: list[Any], *, asked: Asked) -> dict[int, Answer]:
    gate = decision_sql(asked)
    statement = (
        f"SELECT chosen.id, {gate.reason}, {gate.until} FROM customers_person p {chosen.format(inner)} {gate.joins}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*params, *gate.params])
        return {person_id: answer_for(reason, until) for person_id, reason, until in cursor.fetchall()}


def _compiled(people: QuerySet[Any]) -> tuple[str, list[Any]]:
    try:
        sql, params = people.order_by().values("pk").query.sql_with_params()
    except EmptyResultSet:
        return "SELECT id FROM customers_person WHERE FALSE", []
    return sql, list(params)


def _facts(person_id: int, asked: Asked, house: HouseRules, standing: Standing) -> Facts:
    person = Person.objects.for_system(WHY).filter(pk=person_id, deleted_at=None).first()
    if person is None:
        return Facts(is_there=False)
    address = getattr(person, COLUMNS[asked.channel])
    stored = address.lower() if asked.channel == "email" else address
    stops = Suppression.objects.for_system(WHY).filter(channel=asked.channel, address=stored, lifted_at=None)
    facts = Facts(address=address, country=person.country, born_on=person.born_on, is_suppressed=stops.exists())
    return replace(facts, **_leave(person, asked, house, standing)) if asked.is_advertising else facts


def _leave(person: Any, asked: Asked, house: HouseRules, standing: Standing) -> dict[str, Any]:
    """What only advertising is judged by."""
    on_channel = ConsentState.objects.for_system(WHY).filter(person_id=person.pk, channel=asked.channel)
    said = {row.is_for_night: row for row in on_channel.filter(purpose_id=asked.purpose_id or 0)}
    now, night, wish = said.get(False), said.get(True), wish_of(person.pk)
    deal = last_deal(person.pk, goods_of(asked.purpose_id), person.source, asked.at, standing)
    return {
        "state": now.state if now else "",
        "said_at": max(filter(None, (now.at, now.confirmed_at))) if now else None,
        "night_state": night.state if night else "",
        "recent": _recent(person.pk, house.window_begins(asked.at)),
        "has_guardian": has_guardian(person.pk),
        "dealt_at": deal.ended_at if deal else None,
        "has_refused_elsewhere": on_channel.filter(is_for_night=False).exclude(state=State.GIVEN).exists(),
        "forgotten_at": forgotten_at(asked.channel, getattr(person, COLUMNS[asked.channel])),
        "is_restricted": wish is not None and wish.is_restricted,
        "paused_until": wish.paused_until if wish else None,
        "wished": wish.most_messages if wish else None,
        "lately": _recent(person.pk, asked.at - timedelta(days=WISHED_DAYS)),
    }


def _recent(person_id: int, since: datetime) -> int:
    permits = PermitRecord.objects.for_system(WHY).filter(
        person_id=person_id, message_class=ADVERTISING, voided_at=None, issued_at__gt=since
    )
    return int(permits.count())
