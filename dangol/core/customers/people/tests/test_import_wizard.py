from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dangol.core.customers.people.models import Person
from dangol.core.customers.people.tests.files import HEADER, ROWS, living, write
from dangol.platform.accounts.models import Role
from dangol.platform.exchange.models import ImportRun, SavedMapping
from dangol.platform.exchange.records.writing import Writer
from dangol.platform.exchange.services import imports_folder
from dangol.platform.exchange.tasks import work_on
from dangol.platform.exchange.tests import sheets
from dangol.platform.jobs.models import Progress

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(cast: Any, client: Client) -> Client:
    client.force_login(cast.admin)
    return client


def upload(browser: Client, path: Path, **more: str) -> Any:
    file = SimpleUploadedFile(path.name, path.read_bytes(), content_type="text/csv")
    return browser.post("/import/people", {"file": file, **more})


def latest() -> ImportRun:
    return ImportRun.objects.latest("created_at")


def work(is_dry: bool) -> ImportRun:
    """What the worker does with the job that waits."""
    run = latest()
    work_on(run_id=str(run.pk), progress_id=str(run.progress_id), is_dry=is_dry)
    return latest()


def form(run: ImportRun, **more: Any) -> dict[str, Any]:
    """The form of the columns page as it stands."""
    fields = {place: field for field, place in run.mapping.items()}
    return {f"column-{place}": fields.get(place, "") for place in range(len(HEADER))} | {
        "match": ["email", "phone"], "match_how": "any", "mode": "both", "fill": "", "related": "on", **more,
    }  # fmt: skip


def test_a_file_of_people_goes_all_the_way(browser: Client, tmp_path: Path) -> None:
    assert "/import?kind=people" in browser.get("/import").content.decode()
    upload(browser, write(tmp_path / "people.csv"))
    run = latest()
    page = browser.get(f"/import/run/{run.pk}").content.decode()
    assert "김지우" in page
    assert 'value="customer_number"' in page
    browser.post(f"/import/run/{run.pk}/columns", form(run))
    run = work(is_dry=True)
    assert (run.state, run.result["rows_new"]) == ("checked", 3)
    assert not living()
    assert "Import 3 rows" in browser.get(f"/import/run/{run.pk}").content.decode()
    browser.post(f"/import/run/{run.pk}/begin")
    run = work(is_dry=False)
    assert (run.state, len(living())) == ("done", 3)
    assert f"/undo/{run.result['event_id']}" in browser.get(f"/import/run/{run.pk}").content.decode()


def test_columns_that_were_saved_are_taken_for_the_next_file(browser: Client, tmp_path: Path) -> None:
    path = write(tmp_path / "people.csv")
    upload(browser, path)
    run = latest()
    changed = form(run, save_as="명단", match=["phone"]) | {"column-4": ""}
    browser.post(f"/import/run/{run.pk}/columns", changed)
    assert SavedMapping.objects.get().header == list(HEADER)
    upload(browser, path)
    run = latest()
    assert "born_on" not in run.mapping
    assert run.options["match"] == ["phone"]
    assert "명단" in browser.get(f"/import/run/{run.pk}").content.decode()
    browser.post(f"/import/run/{run.pk}/columns", {"forget_mapping": "1", "mapping": "명단"})
    assert not SavedMapping.objects.exists()


def test_a_stopped_run_keeps_what_is_in_and_goes_on(
    browser: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dangol.platform.exchange.records.rows.BATCH", 1)
    monkeypatch.setattr("dangol.platform.jobs.progress.WRITE_EVERY_SECONDS", 0)
    monkeypatch.setattr("dangol.platform.exchange.running.outside", _inside)
    upload(browser, write(tmp_path / "people.csv"))
    run = latest()
    browser.post(f"/import/run/{run.pk}/columns", form(run))
    work(is_dry=True)
    browser.post(f"/import/run/{run.pk}/begin")
    with monkeypatch.context() as patch:
        patch.setattr(Writer, "write", _asking_to_stop(latest().progress_id))
        run = work(is_dry=False)
    assert (run.state, run.done_rows, len(living())) == ("stopped", 1, 1)
    page = browser.get(f"/import/run/{run.pk}").content.decode()
    assert "Go on" in page
    assert f"/undo/{run.event_id}" in page
    assert browser.post(f"/import/run/{run.pk}/columns", form(run)).status_code == 422
    browser.post(f"/import/run/{run.pk}/forget")
    assert latest().pk == run.pk
    browser.post(f"/import/run/{run.pk}/begin")
    run = work(is_dry=False)
    assert (run.state, run.result["rows_new"], len(living())) == ("done", 3, 3)


def _asking_to_stop(progress_id: Any) -> Any:
    """Writing a batch, in the middle of which somebody asks to stop."""
    write_batch = Writer.write

    def ask(self: Writer, *given: Any) -> Any:
        Progress.objects.filter(pk=progress_id).update(stop_asked=True)
        return write_batch(self, *given)

    return ask


def _inside(tracker: Any) -> Any:
    from contextlib import nullcontext

    return nullcontext(tracker)


def test_a_field_that_one_may_not_write_is_not_offered_and_refused(client: Client, cast: Any, tmp_path: Path) -> None:
    Role.objects.filter(name="scope-own").update(fields={"person": {"phone": "read"}})
    client.force_login(cast.owner)
    upload(client, write(tmp_path / "people.csv"))
    run = latest()
    assert "phone" not in run.mapping
    assert 'value="phone">Phone' not in client.get(f"/import/run/{run.pk}").content.decode()
    answer = client.post(f"/import/run/{run.pk}/columns", form(run) | {"column-2": "phone"})
    assert answer.status_code == 422
    assert "Phone" in answer.content.decode()


def test_a_spreadsheet_is_read_and_another_sheet_can_be_chosen(browser: Client, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(
        sheets.workbook({"고객": [HEADER, *ROWS], "회사": [("회사명", "홈페이지"), ("나래", "https://n.test")]})
    )
    upload(browser, path)
    run = latest()
    assert run.options["sheet"] == "고객"
    assert "John Webb" in browser.get(f"/import/run/{run.pk}").content.decode()
    browser.post(f"/import/run/{run.pk}/columns", {"again": "1", "sheet": "회사"})
    assert "https://n.test" in browser.get(f"/import/run/{run.pk}").content.decode()
    kept = {run.stored_as, latest().options["source"]}
    assert all((imports_folder() / name).is_file() for name in kept)
    browser.post(f"/import/run/{run.pk}/forget")
    assert not any((imports_folder() / name).exists() for name in kept)


def test_a_protected_spreadsheet_says_that_it_wants_a_password(browser: Client, tmp_path: Path) -> None:
    rows = [HEADER, *ROWS, *((f"p{i}", f"p{i}@x.test", "", "", "", "") for i in range(200))]
    path = sheets.write(tmp_path / "a.xlsx", rows, password="1234")
    before = set(imports_folder().iterdir())
    answer = upload(browser, path)
    assert answer.status_code == 422
    assert "protected by a password" in answer.content.decode()
    assert set(imports_folder().iterdir()) == before
    assert upload(browser, path, password="1234").status_code == 302
    assert "1234" not in str(latest().options)
    assert not Person.objects.for_system("test").exists()
