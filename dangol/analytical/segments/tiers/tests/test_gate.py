from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dangol.analytical.segments.tiers.models import CustomerTier
from dangol.core.consent.gate.queries import decision_sql, may_send, may_send_many, reason_label, reasons
from dangol.core.consent.gate.rules import Answer
from dangol.core.consent.gate.services import set_gate_policy
from dangol.core.consent.gate.tests.people import advertising, person, said, service
from dangol.platform.access.actor import Actor

pytestmark = pytest.mark.django_db
OUT, SEND = Answer("refuse", "bottom_tier"), Answer("send")


def in_tier(tier: str | None) -> int:
    pk = person()
    said(pk)
    values: dict[str, Any] = dict.fromkeys(
        ("value", "value_12m", "value_in_window", "recency", "frequency", "money"), 1
    )
    day = date(2026, 1, 1)
    CustomerTier.objects.create(
        person_id=pk, tier=tier, months=[], first_order_on=day, last_order_on=day, order_count=1, purchase_days=1,
        segment="x", **values,
    )  # fmt: skip
    return pk


def test_the_bottom_tier_is_left_out_of_advertising_alone() -> None:
    people = [in_tier("bottom"), in_tier("middle"), in_tier("top"), in_tier(None)]
    newcomer = person()
    said(newcomer)
    asked = advertising()
    answers = {**dict(zip(people, [OUT, SEND, SEND, SEND], strict=True)), newcomer: SEND}
    assert may_send_many(list(answers), asked) == answers
    assert {pk: may_send(pk, asked) for pk in answers} == answers
    assert may_send(people[0], service()) == SEND


def test_a_campaign_or_the_house_may_say_otherwise(system: Actor) -> None:
    pk = in_tier("bottom")
    overriding = replace(advertising(), overrides=frozenset({"bottom_tier"}))
    assert may_send(pk, overriding) == may_send_many([pk], overriding)[pk] == SEND
    set_gate_policy(actor=system, cap_messages=4, cap_days=30, is_bottom_left_out=False)
    assert may_send(pk, advertising()) == may_send_many([pk], advertising())[pk] == SEND
    assert "gate_tier" not in decision_sql(advertising()).joins


def test_the_reason_has_its_name_and_its_place() -> None:
    codes = [reason.code for reason in reasons()]
    assert codes.index("withdrawn") < codes.index("bottom_tier") < codes.index("capped")
    assert reason_label("bottom_tier") == "Bottom tier"
