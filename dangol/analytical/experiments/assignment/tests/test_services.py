from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from dangol.analytical.experiments.assignment.models import GlobalControl
from dangol.analytical.experiments.assignment.queries import Setting, global_control
from dangol.analytical.experiments.assignment.rules import DEFAULT_GLOBAL_PERCENT
from dangol.analytical.experiments.assignment.services import set_global_control
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventRecord


def test_nobody_is_left_out_until_somebody_says_so(db: None) -> None:
    assert global_control() == Setting(Decimal(0), "global", None)
    holds = global_control().holds
    assert not any(holds(person) for person in range(20_000))


def test_the_proposed_share_is_one_in_twenty(system: Actor, db: None) -> None:
    set_global_control(actor=system, percent=DEFAULT_GLOBAL_PERCENT)
    holds = global_control().holds
    assert sum(holds(person) for person in range(20_000)) == pytest.approx(1000, abs=120)


def test_a_share_that_is_set_counts_and_the_one_before_stays_as_history(cast: Any) -> None:
    admin = cast.actor("admin")
    set_global_control(actor=admin, percent=Decimal(10))
    set_global_control(actor=admin, percent=Decimal("7.505"))
    assert global_control().percent == Decimal("7.50")
    assert [row.percent for row in GlobalControl.objects.order_by("-pk")] == [Decimal("7.50"), Decimal(10)]
    told = EventRecord.objects.filter(name="global_control.set").order_by("-occurred_at", "-id").first()
    assert told is not None
    assert told.changes == {"percent": ["10.00", "7.50"]}
    assert told.actor_id == cast.admin.pk


def test_a_larger_share_keeps_those_who_belonged_before(system: Actor, db: None) -> None:
    members = []
    for percent in (5, 8, 6):
        set_global_control(actor=system, percent=Decimal(percent))
        setting = global_control()
        members.append({person for person in range(5_000) if setting.holds(person)})
    five, eight, six = members
    assert set() < five < six < eight


def test_no_share_at_all_means_nobody(system: Actor, db: None) -> None:
    set_global_control(actor=system, percent=Decimal(5))
    set_global_control(actor=system, percent=Decimal(0))
    holds = global_control().holds
    assert not any(holds(person) for person in range(5_000))


@pytest.mark.parametrize("percent", ["-1", "50.01", "NaN", "Infinity"])
def test_shares_that_make_no_sense_are_refused_with_a_sentence(system: Actor, db: None, percent: str) -> None:
    with pytest.raises(ValidationError) as refused:
        set_global_control(actor=system, percent=Decimal(percent))
    assert "percent" in refused.value.message_dict
    assert global_control() == Setting()


def test_who_may_not_change_insight_may_not_set_it(cast: Any) -> None:
    with pytest.raises(Forbidden):
        set_global_control(actor=cast.actor("mate"), percent=Decimal(10))
