"""The console in a real browser: a dead letter is read and let run again; pages fit the phone."""

from __future__ import annotations

import pytest

from dangol.platform.jobs import queue
from dangol.platform.jobs.models import JobFailure, Progress
from dangol.platform.jobs.tests.test_queue import put
from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
PAGES = ("/console", "/console/jobs", "/console/health", "/console/slow", "/console/sizes", "/console/aside")


@pytest.fixture
def house(cast: Cast, open_house: str) -> str:
    return open_house


def test_a_dead_letter_is_read_and_runs_again(house: str, browser_window: Opener) -> None:
    dead = put(args='{"order_id": 7, "api_token": "s3cret"}')
    JobFailure.objects.create(
        job_id=dead,
        task="test.poison",
        attempt=7,
        error="NoPaper",
        sentence="The printer has no paper.",
        trace="line 1",
    )
    run = Progress.objects.create(kind="import", title="shop.csv", state="running", done=3, total=9)
    with browser_window(house) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/console")
        w.page.locator(".tile", has_text="Dead letters").locator("a").click()
        w.page.get_by_text("The printer has no paper.").first.wait_for()
        w.page.locator(".jobs a.name").click()
        trace = w.page.locator(".trace pre")
        assert not trace.is_visible()
        w.page.locator(".trace summary").click()
        assert trace.is_visible()
        assert "s3cret" not in w.page.content()
        w.page.get_by_role("button", name="Run again").click()
        w.page.get_by_text("It runs again now.").wait_for()
        w.open(f"/console/runs/{run.pk}")
        w.page.get_by_role("button", name="Stop").click()
        w.page.get_by_text("It stops at its next step.").first.wait_for()
        assert w.troubles == []
    found = queue.job(dead)
    assert found
    assert found.state == "todo"
    run.refresh_from_db()
    assert run.stop_asked


def test_the_pages_fit_the_phone(house: str, browser_window: Opener) -> None:
    with browser_window(house, width=390) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        for page in PAGES:
            w.open(page)
            wide = w.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            assert wide <= 0, page
        assert w.troubles == []
