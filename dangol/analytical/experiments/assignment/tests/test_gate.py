from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from dangol.analytical.experiments.assignment.queries import global_control
from dangol.analytical.experiments.assignment.services import set_global_control
from dangol.core.consent.gate.queries import may_send, may_send_many, reason_label, reasons
from dangol.core.consent.gate.rules import Answer
from dangol.core.consent.gate.tests.people import advertising, person, said, service
from dangol.platform.access.actor import Actor

OUT, SEND = Answer("refuse", "global_control"), Answer("send")


@pytest.fixture
def people(db: None) -> list[int]:
    found = [person(email=f"k{n}@narae.test") for n in range(60)]
    for each in found:
        said(each)
    return found


@pytest.mark.parametrize("percent", ["0", "0.01", "33.33", "50"])
def test_the_lasting_control_group_gets_no_advertising_whoever_is_asked_about(
    system: Actor, people: list[int], percent: str
) -> None:
    set_global_control(actor=system, percent=Decimal(percent))
    setting = global_control()
    expected = {each: OUT if setting.holds(each) else SEND for each in people}
    assert may_send_many(people, advertising()) == expected
    assert {each: may_send(each, advertising()) for each in people} == expected


def test_it_gets_everything_else_and_a_campaign_may_say_otherwise(system: Actor, people: list[int]) -> None:
    set_global_control(actor=system, percent=Decimal(50))
    [held, *_] = [each for each in people if global_control().holds(each)]
    assert may_send(held, service()) == may_send_many([held], service())[held] == SEND
    overriding = replace(advertising(), overrides=frozenset({"global_control"}))
    assert may_send(held, overriding) == may_send_many([held], overriding)[held] == SEND


def test_the_reason_has_its_name_and_its_place(db: None) -> None:
    codes = [reason.code for reason in reasons()]
    assert codes.index("withdrawn") < codes.index("global_control") < codes.index("bottom_tier")
    assert reason_label("global_control") == "Lasting control group"
