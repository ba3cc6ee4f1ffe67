from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from dangol.core.purchases.orders.models import Order
from dangol.core.purchases.orders.tests.files import HEADER, ROWS, write
from dangol.platform.accounts.services import create_user
from dangol.platform.exchange.models import ImportRun
from dangol.platform.exchange.services import imports_folder
from dangol.platform.exchange.tasks import work_on

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(cast: Any, client: Client) -> Client:
    client.force_login(cast.admin)
    return client


def upload(browser: Client, path: Path, name: str = "../../etc/orders.csv") -> Any:
    file = SimpleUploadedFile(name, path.read_bytes(), content_type="text/csv")
    return browser.post("/import/orders", {"file": file})


def latest() -> ImportRun:
    return ImportRun.objects.latest("created_at")


def work(is_dry: bool) -> ImportRun:
    """What the worker does with the job that waits."""
    run = latest()
    work_on(run_id=str(run.pk), progress_id=str(run.progress_id), is_dry=is_dry)
    return latest()


def chosen(run: ImportRun, **corrected: str) -> dict[str, str]:
    """The form of the columns page as it stands, with corrections {column name: field}."""
    fields = {place: field for field, place in run.mapping.items()}
    form = {f"column-{place}": fields.get(place, "") for place in range(len(HEADER))}
    for column, field in corrected.items():
        form[f"column-{HEADER.index(column)}"] = field
    return form | {"currency": "GBP", "is_currency_adopted": "on", "shop": "shop"}


def test_a_file_goes_all_the_way_to_its_orders(browser: Client, tmp_path: Path) -> None:
    answer = upload(browser, write(tmp_path / "orders.csv"))
    run = latest()
    assert answer.headers["Location"] == f"/import/run/{run.pk}"
    page = browser.get(f"/import/run/{run.pk}")
    assert "InvoiceNo" in page.content.decode()
    assert "WHITE HEART" in page.content.decode()
    assert browser.post(f"/import/run/{run.pk}/columns", chosen(run)).status_code == 302
    assert "hx-get" in browser.get(f"/import/run/{run.pk}").content.decode()
    run = work(is_dry=True)
    assert (run.state, run.result["rows_imported"]) == ("checked", 8)
    assert not Order.objects.for_system("test").exists()
    assert "Import 8 rows" in browser.get(f"/import/run/{run.pk}").content.decode()
    browser.post(f"/import/run/{run.pk}/begin")
    run = work(is_dry=False)
    assert run.state == "done"
    assert Order.objects.for_system("test").count() == 5
    page = browser.get(f"/import/run/{run.pk}").content.decode()
    assert "/orders" in page
    assert "156.67" in page
    assert run.file_name in browser.get("/import").content.decode()


def test_a_wrong_column_is_mended(browser: Client, tmp_path: Path) -> None:
    header = ("InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "Weight", "CustomerID", "Country")
    upload(browser, write(tmp_path / "orders.csv", ROWS, header))
    run = latest()
    form = chosen(run, UnitPrice="code", StockCode="price")
    browser.post(f"/import/run/{run.pk}/columns", form)
    run = work(is_dry=True)
    assert run.result["rows_put_aside"] > 0
    page = browser.get(f"/import/run/{run.pk}").content.decode()
    assert "The price is not a number." in page
    assert "85123A" in page
    assert "Column in the file" in browser.get(f"/import/run/{run.pk}?step=columns").content.decode()
    browser.post(f"/import/run/{run.pk}/columns", chosen(run, UnitPrice="price", StockCode="code"))
    assert work(is_dry=True).result["rows_put_aside"] == 0


def test_one_thing_chosen_for_two_columns_is_said_beside_the_form(browser: Client, tmp_path: Path) -> None:
    upload(browser, write(tmp_path / "orders.csv"))
    answer = browser.post(f"/import/run/{latest().pk}/columns", chosen(latest(), Country="price"))
    assert answer.status_code == 422
    assert "UnitPrice" in answer.content.decode()
    assert "Country" in answer.content.decode()


def test_a_needed_column_that_is_missing_is_named(browser: Client, tmp_path: Path) -> None:
    upload(browser, write(tmp_path / "orders.csv"))
    answer = browser.post(f"/import/run/{latest().pk}/columns", chosen(latest(), InvoiceDate=""))
    assert answer.status_code == 422
    assert "Order date" in answer.content.decode()
    assert latest().state == "uploaded"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [(b"", "empty"), (b"PK\x03\x04xxxxxxxx", "Excel"), (b"one\ntwo\nthree\n", "one column"), (b"a,b\n\x1f\x8b", None)],
)
def test_a_bad_file_gets_a_sentence_and_is_not_kept(browser: Client, content: bytes, sentence: str | None) -> None:
    before = set(imports_folder().iterdir())
    answer = browser.post("/import/orders", {"file": SimpleUploadedFile("x.csv", content)})
    if sentence is None:
        return
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert set(imports_folder().iterdir()) == before
    assert browser.post("/import/orders").status_code == 422


def test_the_file_is_kept_under_a_name_of_ours(browser: Client, tmp_path: Path) -> None:
    upload(browser, write(tmp_path / "orders.csv"), name="../../../evil.csv")
    run = latest()
    stored = imports_folder() / run.stored_as
    assert stored.parent == imports_folder()
    assert stored.is_file()
    assert "evil" not in run.stored_as
    assert stored.stat().st_mode & 0o077 == 0
    assert run.file_name == "evil.csv"
    browser.post(f"/import/run/{run.pk}/forget")
    assert not stored.exists()
    assert not ImportRun.objects.filter(pk=run.pk).exists()


def test_rows_put_aside_can_be_downloaded(browser: Client, tmp_path: Path) -> None:
    rows = [ROWS[0], (*ROWS[1][:2], "=cmd()", "six", *ROWS[1][4:])]
    upload(browser, write(tmp_path / "orders.csv", rows))
    run = latest()
    browser.post(f"/import/run/{run.pk}/columns", chosen(run))
    work(is_dry=True)
    browser.post(f"/import/run/{run.pk}/begin")
    run = work(is_dry=False)
    answer = browser.get(f"/import/run/{run.pk}/put-aside.csv")
    body = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert body[0].startswith("InvoiceNo,")
    assert body[0].endswith("dangol_row,dangol_line,dangol_reason,dangol_column")
    assert body[1].startswith("536365,71053,'=cmd(),six,12/1/2010 8:26,3.39,17850,United Kingdom,2,2,")
    assert body[1].endswith("The quantity is not a number.,Quantity")
    assert "attachment" in answer["Content-Disposition"]


def test_a_run_can_be_stopped_while_it_waits_or_works(browser: Client, tmp_path: Path) -> None:
    upload(browser, write(tmp_path / "orders.csv"))
    run = latest()
    browser.post(f"/import/run/{run.pk}/columns", chosen(run))
    browser.post(f"/import/run/{run.pk}/stop")
    latest().progress.refresh_from_db()  # type: ignore[union-attr]
    assert latest().progress.stop_asked  # type: ignore[union-attr]


def test_a_file_that_is_gone_ends_the_run_with_a_sentence(browser: Client, tmp_path: Path) -> None:
    upload(browser, write(tmp_path / "orders.csv"))
    run = latest()
    browser.post(f"/import/run/{run.pk}/columns", chosen(run))
    (imports_folder() / run.stored_as).unlink()
    run = work(is_dry=True)
    assert run.state == "failed"
    assert "Upload it again" in run.message
    assert "no longer kept" in browser.get(f"/import/run/{run.pk}").content.decode()


def test_another_encoding_reads_the_file_again(browser: Client, tmp_path: Path) -> None:
    upload(browser, write(tmp_path / "orders.csv"))
    run = latest()
    answer = browser.post(
        f"/import/run/{run.pk}/columns", {"again": "1", "separator": ";", "encoding": "", "has_header": ""}
    )
    assert answer.status_code == 422
    assert "one column" in answer.content.decode()
    answer = browser.post(
        f"/import/run/{run.pk}/columns", {"again": "1", "separator": ",", "encoding": "cp949", "has_header": "no"}
    )
    assert answer.status_code == 302
    assert "Column 1" in browser.get(f"/import/run/{run.pk}").content.decode()


def test_only_those_who_may_create_orders_reach_the_pages(
    client: Client, cast: Any, system: Any, tmp_path: Path
) -> None:
    client.force_login(cast.admin)
    upload(client, write(tmp_path / "orders.csv"))
    run = latest()
    analyst = create_user(actor=system, email="analyst@firm.test", name="Analyst", roles=["analyst"])
    client.force_login(analyst)
    for method, url in (
        ("get", "/import"), ("post", "/import/orders"), ("get", f"/import/run/{run.pk}"),
        ("post", f"/import/run/{run.pk}/columns"), ("post", f"/import/run/{run.pk}/begin"),
        ("get", f"/import/run/{run.pk}/progress"), ("post", f"/import/run/{run.pk}/stop"),
        ("get", f"/import/run/{run.pk}/put-aside.csv"), ("post", f"/import/run/{run.pk}/forget"),
    ):  # fmt: skip
        assert getattr(client, method)(url).status_code in (403, 404), url
    client.logout()
    assert client.get("/import").status_code == 302


def test_the_run_of_another_seller_is_not_shown(client: Client, cast: Any, tmp_path: Path) -> None:
    client.force_login(cast.owner)
    upload(client, write(tmp_path / "orders.csv"))
    run = latest()
    client.force_login(cast.stranger)
    assert client.get(f"/import/run/{run.pk}").status_code == 404
    client.force_login(cast.admin)
    assert client.get(f"/import/run/{run.pk}").status_code == 200


def test_rights_that_were_taken_away_end_a_run_that_waits(browser: Client, cast: Any, tmp_path: Path) -> None:
    upload(browser, write(tmp_path / "orders.csv"))
    run = latest()
    browser.post(f"/import/run/{run.pk}/columns", chosen(run))
    cast.admin.roles.clear()
    assert work(is_dry=True).state == "failed"
