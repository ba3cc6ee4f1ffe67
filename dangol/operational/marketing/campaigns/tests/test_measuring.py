from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from dangol.analytical.warehouse.analysis.services import analyze
from dangol.core.purchases.orders.models import Order
from dangol.operational.marketing.campaigns.models import Campaign, CampaignFigures, CampaignResult, Recipient
from dangol.operational.marketing.campaigns.rules.intervals import bars
from dangol.operational.marketing.campaigns.rules.power import smallest_difference
from dangol.operational.marketing.campaigns.services.moves import ask_for_result, schedule
from dangol.operational.marketing.campaigns.services.setting_up import begin
from dangol.operational.marketing.campaigns.tests.house import SYSTEM, draft, people
from dangol.platform.events.models import EventRecord
from dangol.platform.jobs.models import Progress
from tests.cast import Cast

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def lake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DANGOL_HOME", str(tmp_path))


def sold(person_id: int, days_ago: float, value: int, number: str) -> None:
    Order.plain.create(
        source="t", number=number, person_id=person_id, ordered_at=timezone.now() - timedelta(days=days_ago),
        currency="KRW", amount=value, value=value, rate=1,
    )  # fmt: skip


def past(effect: int, *, days_ago: int = 40, horizon: int = 30, members: int = 300) -> Campaign:
    """A campaign of the past whose treated customers spent `effect` more within the horizon.

    Apart from that the groups are alike whoever the hash put into them: one false alarm in twenty would be honest,
    but not a test.
    """
    campaign = draft(people(members), control_percent=40, horizon_days=horizon)
    schedule(actor=SYSTEM, campaign_id=campaign.pk)
    assert begin(campaign.pk)
    at = timezone.now() - timedelta(days=days_ago)
    Campaign.plain.filter(pk=campaign.pk).update(set_up_at=at)
    Recipient.plain.filter(campaign=campaign).update(decided_at=at)
    for group, gain in (("treated", effect), ("control", 0)):
        for place, row in enumerate(Recipient.plain.filter(campaign=campaign, group=group).order_by("pk")):
            before, after = 500 * (place % 5 - 2), 50 * (place // 5 % 5 - 2)
            sold(row.person_id, days_ago + 20, 10_000 + before, f"a{row.person_id}")
            sold(row.person_id, days_ago - 5, 10_000 + after + gain, f"b{row.person_id}")
    sold(people(1, prefix="last")[0].pk, 0, 1, "last")
    campaign.refresh_from_db()
    return campaign


@pytest.mark.parametrize(("effect", "verdict"), [(5_000, "helped"), (-5_000, "harmed"), (0, "does_little")])
def test_the_analysis_says_what_a_campaign_brought(cast: Cast, effect: int, verdict: str) -> None:
    campaign = past(effect)
    analyze(actor=SYSTEM)
    kept = CampaignResult.plain.get(pk=campaign.pk)
    assert kept.is_final
    assert kept.result["whole"]["measures"][0]["verdict"] == verdict
    assert CampaignFigures.plain.get(pk=campaign.pk).verdict == verdict
    told = EventRecord.objects.get(name="campaign.measured")
    assert told.payload == {**told.payload, "verdict": verdict, "is_final": True}
    admin = Client()
    admin.force_login(cast.users["admin"])
    page = admin.get(f"/campaigns/{campaign.pk}").content.decode()
    assert "What it brought" in page
    assert "interval" in page
    assert admin.get(f"/campaigns/{campaign.pk}?table=lift").status_code == 200
    rows = admin.get(f"/campaigns/{campaign.pk}/lift.csv").content.decode().splitlines()
    assert rows[1].startswith("All customers,")
    assert "Autumn" in admin.get("/marketing").content.decode()
    assert "Autumn" in admin.get("/marketing/campaigns.csv").content.decode()


def test_a_difference_too_small_to_matter_is_said_to_do_little() -> None:
    campaign = past(0)
    Order.plain.filter(number__startswith="b").update(value=10_000, amount=10_000)
    half = Recipient.plain.filter(campaign=campaign, group="treated").values_list("person_id", flat=True)
    for n, person_id in enumerate(half):
        Order.plain.filter(number=f"b{person_id}").update(value=7_000 + n % 2 * 6_000)
    Campaign.plain.filter(pk=campaign.pk).update(least_that_matters=1_500)
    analyze(actor=SYSTEM)
    assert CampaignFigures.plain.get(pk=campaign.pk).verdict == "does_little"
    Campaign.plain.filter(pk=campaign.pk).update(least_that_matters=None)
    analyze(actor=SYSTEM)
    assert CampaignFigures.plain.get(pk=campaign.pk).verdict == "too_small_to_tell"


def test_before_the_horizon_is_over_it_says_so_and_tells_again_when_it_is_final() -> None:
    campaign = past(5_000, days_ago=20, horizon=30)
    analyze(actor=SYSTEM)
    assert not CampaignResult.plain.get(pk=campaign.pk).is_final
    assert CampaignFigures.plain.get(pk=campaign.pk).verdict == "running"
    analyze(actor=SYSTEM)
    assert EventRecord.objects.filter(name="campaign.measured").count() == 1
    Campaign.plain.filter(pk=campaign.pk).update(horizon_days=18)
    analyze(actor=SYSTEM)
    assert CampaignResult.plain.get(pk=campaign.pk).is_final
    assert EventRecord.objects.filter(name="campaign.measured").count() == 2


def test_who_may_see_campaigns_may_have_the_result_worked_out(cast: Cast) -> None:
    campaign = past(0, members=5)
    role = cast.users["mate"].roles.get()
    role.grants = {"*": {"see": "all"}}
    role.save()
    with transaction.atomic():
        ask_for_result(actor=cast.actor("mate"), campaign_id=campaign.pk)
    told = EventRecord.objects.get(name="campaign.result_asked")
    assert told.actor_id == cast.users["mate"].pk
    from dangol.operational.marketing.campaigns.tasks import measure_now

    measure_now()
    assert Progress.objects.filter(kind="analysis", state="queued").exists()


def test_money_is_for_who_may_see_the_whole_business(cast: Cast) -> None:
    campaign = past(5_000, members=60)
    analyze(actor=SYSTEM)
    Campaign.plain.filter(pk=campaign.pk).update(owner=cast.users["owner"])
    owner = Client()
    owner.force_login(cast.users["owner"])
    page = owner.get(f"/campaigns/{campaign.pk}").content.decode()
    assert "needs the right" in page
    assert "control group spent" not in page
    assert owner.get(f"/campaigns/{campaign.pk}/lift.csv").status_code == 404
    assert "needs the right" in owner.get("/marketing").content.decode()
    assert owner.get("/marketing/campaigns.csv").status_code == 403


def test_what_works_is_empty_at_first_and_closed_to_who_may_not_see_campaigns(cast: Cast) -> None:
    client = Client()
    assert client.get("/marketing").status_code == 302
    client.force_login(cast.users["admin"])
    assert "Here you will see" in client.get("/marketing").content.decode()
    role = cast.users["mate"].roles.get()
    role.grants = {"person": {"see": "all"}}
    role.save()
    client.force_login(cast.users["mate"])
    assert client.get("/marketing").status_code == 403


ends = st.tuples(st.floats(-1e7, 1e7), st.floats(0, 1e6), st.floats(0, 1e6)).map(
    lambda t: (t[0], t[0] + t[1], t[0] + t[1] + t[2])
)


@given(st.lists(st.one_of(st.none(), ends), max_size=5))
def test_intervals_stay_within_their_drawing(rows: list[Any]) -> None:
    for row, bar in zip(rows, bars(rows), strict=True):
        assert (row is None) == (bar is None)
        if bar is not None:
            assert 0 <= bar.left <= bar.middle <= bar.right <= 100
            assert 0 <= bar.zero <= 100


@given(treated=st.integers(2, 10**6), control=st.integers(2, 10**6), spread=st.floats(0.1, 1e6))
def test_a_larger_control_group_shows_smaller_differences(treated: int, control: int, spread: float) -> None:
    assert smallest_difference(treated, control + 1, spread) <= smallest_difference(treated, control, spread)
