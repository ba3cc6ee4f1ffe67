from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ValidationError

from dangol.analytical.segments.tiers.queries import limits, limits_history
from dangol.analytical.segments.tiers.rules import Limits
from dangol.analytical.segments.tiers.services import set_tier_limits
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.events.models import EventRecord


def test_limits_are_twenty_and_thirty_percent_of_two_years_until_somebody_sets_them(db: None) -> None:
    assert limits() == Limits(Decimal(20), Decimal(30), 24)


def test_limits_that_are_set_count_and_the_ones_before_stay_as_history(cast: Any) -> None:
    admin = cast.actor("admin")
    set_tier_limits(actor=admin, top_percent=Decimal(10), bottom_percent=Decimal(40), window_months=12)
    set_tier_limits(actor=admin, top_percent=Decimal("5.5"), bottom_percent=Decimal(40), window_months=12)
    assert limits() == Limits(Decimal("5.5"), Decimal(40), 12)
    assert [row.top_percent for row in limits_history()] == [Decimal("5.50"), Decimal(10)]
    told = EventRecord.objects.filter(name="tier_limits.set").order_by("-occurred_at", "-id").first()
    assert told is not None
    assert told.changes == {"top_percent": ["10.00", "5.50"]}
    assert told.actor_id == cast.admin.pk


@pytest.mark.parametrize(
    ("top", "bottom", "months", "field"),
    [("0", "30", 12, "top_percent"), ("80", "30", 12, "bottom_percent"), ("20", "-1", 12, "bottom_percent"),
     ("20", "30", 0, "window_months"), ("101", "0", 12, "top_percent")],
)  # fmt: skip
def test_limits_that_make_no_sense_are_refused_with_a_sentence_by_field(
    system: Actor, db: None, top: str, bottom: str, months: int, field: str
) -> None:
    with pytest.raises(ValidationError) as refused:
        set_tier_limits(actor=system, top_percent=Decimal(top), bottom_percent=Decimal(bottom), window_months=months)
    assert field in refused.value.message_dict
    assert limits() == Limits()


def test_who_may_not_change_insight_may_not_set_limits(cast: Any) -> None:
    with pytest.raises(Forbidden):
        set_tier_limits(actor=cast.actor("mate"), top_percent=Decimal(10), bottom_percent=Decimal(10), window_months=6)
