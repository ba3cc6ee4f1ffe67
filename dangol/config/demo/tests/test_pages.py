from datetime import date

import pytest
from django.urls import reverse

from dangol.config.demo.queries import is_loaded, last_run
from dangol.config.demo.services.loading import load
from dangol.config.demo.tasks import load_demo, remove_demo
from dangol.platform.events.models import EventRecord
from dangol.platform.jobs.models import Progress

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 22)
SMALL = 200


@pytest.fixture
def demo(system):
    return load(actor=system, today=TODAY, customers=SMALL)


def words_of(response) -> str:
    return response.content.decode()


def test_an_administrator_removes_it_with_one_click_and_reads_what_went(client, cast, demo):
    client.force_login(cast.admin)
    assert "Remove the demo company" in words_of(client.get(reverse("demo:page")))
    answer = client.post(reverse("demo:remove"))
    assert answer.status_code == 302
    assert "<progress" in words_of(client.get(reverse("demo:page")))
    run = last_run()
    remove_demo(user_id=cast.admin.pk, progress_id=str(run.pk))
    page = words_of(client.get(reverse("demo:page")))
    assert f"Removed 200 customers, 20 companies, 69 products, {demo.orders:,} orders and 16 members of staff." in page
    assert not is_loaded()
    assert EventRecord.objects.get(name="demo.removed").actor_id == cast.admin.pk


def test_a_second_click_starts_no_second_removal(client, cast, demo):
    client.force_login(cast.admin)
    client.post(reverse("demo:remove"))
    client.post(reverse("demo:remove"))
    assert Progress.objects.filter(kind="demo.remove").count() == 1


def test_only_a_post_removes(client, cast, demo):
    client.force_login(cast.admin)
    assert client.get(reverse("demo:remove")).status_code == 405


def test_who_is_no_administrator_sees_neither_page_nor_line(client, cast, demo):
    client.force_login(cast.owner)
    assert client.get(reverse("demo:page")).status_code == 403
    assert client.post(reverse("demo:remove")).status_code == 403
    assert Progress.objects.count() == 0


def test_who_is_not_signed_in_is_asked_to(client, db):
    assert client.get(reverse("demo:page")).status_code == 302
    assert client.post(reverse("demo:remove")).status_code == 302


def test_the_overview_tells_an_administrator_that_it_is_made_up(client, cast, demo):
    client.force_login(cast.admin)
    assert reverse("demo:page") in words_of(client.get(reverse("insight:overview")))


@pytest.mark.slow
def test_an_empty_house_can_load_it_in_the_browser(client, cast):
    client.force_login(cast.admin)
    assert "Load the demo company" in words_of(client.get(reverse("demo:page")))
    client.post(reverse("demo:load"))
    load_demo(user_id=cast.admin.pk, progress_id=str(last_run().pk))
    assert is_loaded()
    assert "Loaded 5,000 customers" in words_of(client.get(reverse("demo:page")))
