from collections import Counter
from datetime import date
from functools import cache

import pytest

from dangol.analytical.experiments.assignment.rules import GLOBAL_PROGRAMME, is_control
from dangol.config.demo.generator.campaigns import HORIZON_DAYS, PLANS, PastCampaign
from dangol.config.demo.generator.invent import DemoCompany, invent
from dangol.config.demo.generator.letters import LETTERS

TODAY = date(2026, 11, 22)


@cache
def company() -> DemoCompany:
    return invent(TODAY)


def spent(campaign: PastCampaign, group: str) -> float:
    """Won a head of a group, in the days that count."""
    members = {d.person for d in campaign.decisions if d.group == group}
    worth = sum(
        order.value
        for order in company().book.orders
        if order.person in members and 0 <= (order.ordered_at - campaign.begun_at).days < HORIZON_DAYS
    )
    return float(worth) / len(members)


@pytest.fixture(params=[plan.key for plan in PLANS])
def campaign(request) -> PastCampaign:
    return next(c for c in company().campaigns if c.plan.key == request.param)


def test_there_are_four_and_their_days_are_over(campaign):
    assert len(company().campaigns) == 4
    assert (TODAY - campaign.begun_at.date()).days > HORIZON_DAYS
    assert campaign.plan.key in LETTERS


def test_everyone_in_the_segment_has_one_decision_and_whoever_is_left_out_a_reason(campaign):
    people = Counter(d.person for d in campaign.decisions)
    assert max(people.values()) == 1
    assert {bool(d.reason) for d in campaign.decisions if d.group == "left_out"} == {True}
    assert {d.reason for d in campaign.decisions if d.group != "left_out"} == {""}


def test_nobody_is_written_to_without_an_address_and_consent_nor_in_the_lasting_control_group(campaign):
    for place in campaign.treated:
        assert company().people[place].email
        said = [
            c.state
            for c in company().consents
            if (c.person, c.purpose, c.channel) == (place, campaign.plan.purpose, "email") and c.at <= campaign.begun_at
        ]
        assert said[-1:] == ["given"]
        assert not is_control(GLOBAL_PROGRAMME, place + 1, campaign.plan.control_percent * 0 + 5)


def test_the_control_group_is_about_as_large_as_planned(campaign):
    groups = Counter(d.group for d in campaign.decisions)
    share = groups["control"] / (groups["control"] + groups["treated"])
    assert share == pytest.approx(float(campaign.plan.control_percent) / 100, abs=0.06)


def test_what_came_back_came_from_those_who_were_written_to_and_after_it_was_sent(campaign):
    treated = set(campaign.treated)
    assert all(a.person in treated and a.at > campaign.begun_at for a in campaign.answers)
    bounced = {a.person for a in campaign.answers if a.kind == "bounce"}
    assert not bounced & {a.person for a in campaign.answers if a.kind != "bounce"}


def test_whoever_unsubscribed_stands_in_the_ledger_as_withdrawn(campaign):
    left = {(a.person, a.at) for a in campaign.answers if a.kind == "unsubscribe"}
    assert left <= {(c.person, c.at) for c in company().consents if c.state == "withdrawn"}


def test_one_helped_one_harmed_and_one_did_nothing():
    by_key = {c.plan.key: spent(c, "treated") / spent(c, "control") for c in company().campaigns}
    assert by_key["season"] > 1.25
    assert by_key["daily"] < 0.85
    assert 0.8 < by_key["news"] < 1.2


def test_the_split_goes_by_the_keys_under_which_customers_are_stored():
    few = invent(TODAY, customers=600)
    others = invent(TODAY, customers=600, ids=range(50_001, 50_601))
    assert [d.group for d in few.campaigns[0].decisions] != [d.group for d in others.campaigns[0].decisions]
