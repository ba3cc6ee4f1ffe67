"""May this message go to this person, to these people? One answer each."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet

from dangol.core.consent.gate.models import PermitRecord
from dangol.core.consent.gate.queries.policy import gate_policy
from dangol.core.consent.gate.queries.registry import rules_for
from dangol.core.consent.gate.queries.statement import decision_sql
from dangol.core.consent.gate.rules.addresses import COLUMNS
from dangol.core.consent.gate.rules.asking import ADVERTISING, Answer, Asked, Facts, HouseRules, answer_for, decide
from dangol.core.consent.ledger.models import ConsentState
from dangol.core.consent.suppressions.models import Suppression
from dangol.core.customers.people.models import Person

WHY = "the gate asks of everybody alike"


def may_send(person_id: int, asked: Asked) -> Answer:
    """Answer for one person. People who are not there are `gone`. Raises ValueError for wrong overrides."""
    house = gate_policy()
    rules = rules_for(asked, house)

    def left_out() -> str:
        return next((rule.name for rule in rules if rule.one(person_id, asked)), "")

    return decide(asked, _facts(person_id, asked, house), house, left_out)


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


def _facts(person_id: int, asked: Asked, house: HouseRules) -> Facts:
    person = Person.objects.for_system(WHY).filter(pk=person_id, deleted_at=None).first()
    if person is None:
        return Facts(is_there=False)
    address = getattr(person, COLUMNS[asked.channel])
    said = ConsentState.objects.for_system(WHY).filter(
        person_id=person_id, purpose_id=asked.purpose_id or 0, channel=asked.channel
    )
    states = dict(said.values_list("is_for_night", "state"))
    stored = address.lower() if asked.channel == "email" else address
    stops = Suppression.objects.for_system(WHY).filter(channel=asked.channel, address=stored, lifted_at=None)
    return Facts(
        address=address,
        country=person.country,
        is_suppressed=stops.exists(),
        state=states.get(False, ""),
        night_state=states.get(True, ""),
        recent=_recent(person_id, asked, house),
    )


def _recent(person_id: int, asked: Asked, house: HouseRules) -> int:
    permits = PermitRecord.objects.for_system(WHY).filter(
        person_id=person_id, message_class=ADVERTISING, voided_at=None, issued_at__gt=house.window_begins(asked.at)
    )
    return int(permits.count())
