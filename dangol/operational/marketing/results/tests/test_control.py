from __future__ import annotations

import pytest
from django.test import Client
from django.utils import timezone

from dangol.analytical.experiments.assignment.queries import global_control
from dangol.operational.marketing.campaigns.models import Campaign
from dangol.operational.marketing.campaigns.tests.house import draft, people
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


@pytest.fixture(autouse=True)
def campaign() -> Campaign:
    made = draft(people(3))
    Campaign.plain.filter(pk=made.pk).update(state="finished", set_up_at=timezone.now())
    return made


def test_the_lasting_control_group_is_set_on_the_page_of_what_works(cast: Cast) -> None:
    admin = browser(cast, "admin")
    assert 'name="percent"' in admin.get("/marketing").content.decode()
    answer = admin.post("/marketing/control", {"percent": "7,5 %"})
    assert answer.status_code == 302
    assert global_control().percent == 7.5


@pytest.mark.parametrize("typed", ["", "many", "51", "-1", "NaN"])
def test_a_share_that_makes_no_sense_is_said_beside_the_field(cast: Cast, typed: str) -> None:
    answer = browser(cast, "admin").post("/marketing/control", {"percent": typed})
    assert answer.status_code == 422
    assert 'id="e-percent"' in answer.content.decode()
    assert global_control().set_at is None


def test_whoever_may_not_change_insight_neither_sees_nor_sets_it(cast: Cast) -> None:
    mate = browser(cast, "mate")
    assert 'name="percent"' not in mate.get("/marketing").content.decode()
    assert mate.post("/marketing/control", {"percent": "5"}).status_code == 403
    assert global_control().set_at is None
