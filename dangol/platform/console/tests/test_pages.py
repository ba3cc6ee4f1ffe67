"""The console's pages, as the administrator and as others see them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from prometheus_client.parser import text_string_to_metric_families

from dangol.platform.console.aside import Aside, AsideSource, _sources, register_aside
from dangol.platform.console.models import Timing
from dangol.platform.console.recorder import Recorder
from dangol.platform.db.asking import Asking
from dangol.platform.events.models import EventRecord
from dangol.platform.jobs import queue
from dangol.platform.jobs.models import JobFailure, Progress
from dangol.platform.jobs.tests.test_queue import put
from tests.cast import Cast

PAGES = ("/console", "/console/jobs", "/console/health", "/console/slow", "/console/sizes", "/console/aside")


def client_of(cast: Cast, name: str = "admin", **more: Any) -> Client:
    client = Client(**more)
    client.force_login(cast.users[name])
    return client


@pytest.mark.parametrize("page", PAGES)
def test_only_whoever_looks_after_the_house_sees_the_console(cast: Cast, page: str) -> None:
    assert Client().get(page).status_code == 302
    assert client_of(cast, "owner").get(page).status_code == 403
    answer = client_of(cast).get(page)
    assert answer.status_code == 200, answer.content[:500]
    assert b'href="/console"' in answer.content


@pytest.mark.parametrize("way", ["retry", "cancel"])
def test_a_stranger_can_do_nothing_to_jobs(cast: Cast, way: str) -> None:
    dead = put()
    stranger = client_of(cast, "owner")
    assert stranger.post(f"/console/jobs/{dead}/{way}").status_code == 403
    assert stranger.post(f"/console/jobs/{way}", {"task": "test.poison"}).status_code == 403
    found = queue.job(dead)
    assert found
    assert found.is_dead


def test_a_dead_letter_says_why_hides_secrets_and_runs_again(cast: Cast) -> None:
    dead = put(args=json.dumps({"order_id": 7, "password": "hunter2"}))
    JobFailure.objects.create(
        job_id=dead,
        task="test.poison",
        attempt=7,
        error="NoPaper",
        sentence="The printer has no paper.",
        trace="line 1",
    )
    admin = client_of(cast)
    listed = admin.get("/console/jobs?state=dead").content.decode()
    assert "The printer has no paper." in listed
    shown = admin.get(f"/console/jobs/{dead}").content.decode()
    assert "line 1" in shown
    assert "order_id" in shown
    assert "hunter2" not in shown
    assert admin.post(f"/console/jobs/{dead}/retry").status_code == 302
    found = queue.job(dead)
    assert found
    assert (found.state, found.attempts) == ("todo", 0)
    event = EventRecord.objects.get(name="console.jobs_retried")
    assert event.payload == {"task": "test.poison", "count": 1, "job_id": dead}
    assert event.actor_id == cast.admin.pk


def test_all_of_a_kind_run_again_with_one_event(cast: Cast) -> None:
    for _ in range(3):
        put()
    other = put("test.sound")
    client_of(cast).post("/console/jobs/retry", {"task": "test.poison"})
    assert EventRecord.objects.get(name="console.jobs_retried").payload["count"] == 3
    found = queue.job(other)
    assert found
    assert found.is_dead
    client_of(cast).post("/console/jobs/cancel", {"task": "test.sound"})
    assert queue.job(other).state == "cancelled"  # type: ignore[union-attr]
    client_of(cast).post("/console/jobs/cancel", {"task": ""})
    assert EventRecord.objects.filter(name="console.jobs_cancelled").count() == 1


def test_pages_of_jobs_follow_each_other_and_cost_the_same(cast: Cast) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, attempts)"
            " SELECT 'test', 'test.poison', 'failed', 7 FROM generate_series(1, 120)"
        )
    admin = client_of(cast)
    counts, address = [], "/console/jobs?state=dead"
    admin.get(address)
    for expected in (50, 50, 20):
        with CaptureQueriesContext(connection) as asked:
            answer = admin.get(address)
        counts.append(len(asked))
        assert len(answer.context["rows"]) == expected
        address = f"/console/jobs?state=dead&after={answer.context['next']}"
    assert counts[1:] == counts[:-1], counts
    assert counts[0] <= 20


@pytest.mark.parametrize("bad", ["?state=nonsense", "?state=dead&after=abc", "?state=dead&after=99999999999999999999"])
def test_a_mistyped_address_is_no_fault(cast: Cast, bad: str) -> None:
    assert client_of(cast).get(f"/console/jobs{bad}").status_code in (200, 404)
    assert client_of(cast).get("/console/jobs/99999999999999999999999").status_code == 404
    assert client_of(cast).get("/console/slow?kind=x&days=y&by=z").status_code == 200


def test_a_long_run_is_found_from_its_number_and_stopped(cast: Cast) -> None:
    run = Progress.objects.create(kind="import", title="shop.csv", state="running", done=5, total=10)
    carrier = put("exchange.work_on", status="todo", attempts=2, args=json.dumps({"progress_id": str(run.pk)}))
    admin = client_of(cast)
    shown = admin.get(f"/console/runs/{run.pk}")
    assert f"/console/jobs/{carrier}".encode() in shown.content
    admin.post(f"/console/runs/{run.pk}/stop")
    run.refresh_from_db()
    assert run.stop_asked
    assert EventRecord.objects.get(name="console.run_stopped").payload["progress_id"] == str(run.pk)
    Progress.objects.filter(pk=run.pk).update(state="done")
    admin.post(f"/console/runs/{run.pk}/stop")
    assert EventRecord.objects.filter(name="console.run_stopped").count() == 1
    assert admin.get("/console/runs/00000000-0000-7000-8000-000000000000").status_code == 404


def test_what_was_put_aside_is_worked_off_or_thrown_away(cast: Cast) -> None:
    kept = {n: Aside(n, cast.admin.created_at, f"mail {n}", "too large") for n in range(1, 4)}
    done: list[int] = []

    def take(actor: Any, ids: list[int]) -> int:
        done.extend(i for i in ids if kept.pop(i, None))
        return len(done)

    register_aside(
        AsideSource("test", "Test", lambda a, after, most: list(kept.values()), lambda: len(kept), take, take)
    )
    try:
        admin = client_of(cast)
        assert b"too large" in admin.get("/console/aside?source=test").content
        assert admin.post("/console/aside/test", {"id": ["2", "x", "77"], "retry": "1"}).status_code == 302
        assert done == [2]
        assert EventRecord.objects.get(name="console.aside_settled").payload == {
            "source": "test", "how": "retry", "count": 1,
        }  # fmt: skip
        assert admin.post("/console/aside/unheard", {"id": "1"}).status_code == 404
    finally:
        del _sources["test"]


def test_the_slow_page_shows_statements_without_their_values(cast: Cast) -> None:
    recorder = Recorder()
    for ms in (120.0, 450.0):
        recorder.statement(
            "SELECT * FROM person WHERE email = 'a@b.test' AND id IN (%s, %s)", ms, Asking("page", "people")
        )
    assert recorder.write() == 1
    recorder.statement("SELECT * FROM person WHERE email = 'c@d.test' AND id IN (%s)", 90, Asking("page", "people"))
    assert recorder.write() == 1
    row = Timing.objects.get(kind="statement", asked_by="page people", name__contains="?, …")
    assert (row.count, row.most_ms) == (2, 450.0)
    shown = client_of(cast).get("/console/slow?kind=statement").content.decode()
    assert "email = ?" in shown
    assert "@b.test" not in shown
    assert "page people" in shown


def test_pages_are_timed_by_their_route(cast: Cast) -> None:
    admin = client_of(cast)
    admin.get("/console/jobs/123456789")
    admin.get("/console/slow?kind=page")
    row = Timing.objects.get(kind="page", name="console/jobs/<int:job_id>")
    assert row.count >= 1
    assert sum(row.buckets) == row.count


def test_the_health_page_says_what_to_do(cast: Cast) -> None:
    shown = client_of(cast).get("/console/health")
    states = {looked.check.name: looked.finding for looked in shown.context["found"]}
    assert states["database"].state == "good"
    assert states["worker"].state == "bad"
    assert states["worker"].what_to_do
    assert all(finding.what_to_do for finding in states.values() if finding.state in ("bad", "unknown"))


def test_machines_ask_whether_it_is_ready(db: None) -> None:
    answer = Client().get("/readyz")
    assert (answer.status_code, answer.json()) == (200, {"database": "up", "migrations": "done"})


def test_prometheus_reads_the_figures(cast: Cast) -> None:
    put()
    client_of(cast).get("/console")
    families = {f.name: f for f in text_string_to_metric_families(Client().get("/metrics").content.decode())}
    dead = [s for s in families["dangol_jobs"].samples if s.labels == {"queue": "test", "state": "dead"}]
    assert dead[0].value == 1
    routes = {s.labels.get("route") for s in families["dangol_http_requests"].samples}
    assert "console" in routes
    assert families["dangol_http_request_duration_seconds"].type == "histogram"
    assert families["dangol_database_size_bytes"].samples[0].value > 1_000_000
    for name, family in families.items():
        assert name.startswith(("dangol_", "process_")), name
        assert not name.endswith("_ms"), name
        assert family.documentation, name


def test_figures_are_for_this_machine_or_for_who_knows_the_token(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert Client().get("/metrics").status_code == 200
    assert Client(REMOTE_ADDR="203.0.113.9").get("/metrics").status_code == 404
    assert Client().get("/metrics", headers={"X-Forwarded-For": "127.0.0.1"}).status_code == 404
    monkeypatch.setenv("DANGOL_HOST", "0.0.0.0")
    assert Client().get("/metrics").status_code == 404
    monkeypatch.setenv("DANGOL_METRICS_TOKEN", "a-long-token")
    assert Client().get("/metrics").status_code == 404
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    assert stranger.get("/metrics", headers={"Authorization": "Bearer a-long-token"}).status_code == 200
    assert stranger.get("/metrics", headers={"Authorization": "Bearer a-wrong-token"}).status_code == 404


def test_a_fault_shows_its_number_in_the_log(db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from dangol.platform.console.views import machines

    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(machines, "exposition", broken)
    answer = Client(raise_request_exception=False).get("/metrics")
    assert answer.status_code == 500
    assert answer.headers["X-Request-ID"] in answer.content.decode()
    problem = Client().get("/api/v1/people/nonsense")
    assert problem.json()["request_id"] == problem.headers["X-Request-ID"]


def test_a_failed_import_leads_whoever_may_to_its_run(cast: Cast) -> None:
    from dangol.platform.exchange.models import ImportRun

    progress = Progress.objects.create(kind="import", state="failed")
    run = ImportRun.objects.create(
        kind="orders", user_id=cast.admin.pk, state="failed", message="It broke.", progress=progress, file_name="a.csv"
    )
    shown = client_of(cast).get(f"/import/run/{run.pk}").content.decode()
    assert f"/console/runs/{progress.pk}" in shown
