"""Moving in from another system in a real browser: a column mended, values explained, a dry run, import and undo."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dangol.core.customers.people.models import Person
from dangol.core.customers.people.tests.files import write
from dangol.platform.access.actor import Actor
from dangol.platform.exchange.models import ImportRun
from dangol.platform.exchange.tasks import work_on
from dangol.platform.objects.custom_fields.services import add_field
from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener, Window, asked

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
HEADER = ("Record ID", "First Name", "Last Name", "Email", "Phone Number", "Job Title", "Lead Status",
          "Primary Associated Company")  # fmt: skip
ROWS = [
    ("51", "Jane", "Webb", "jane@webb.test", "+44 20 7946 0000", "Tier one", "New", "Webb & Co"),
    ("52", "지우", "김", "jiwoo@narae.test", "010-1234-5678", "Silver", "Open", "나래상사"),
    ("53", "서준", "이", "seojun@narae.test", "0502-1234-5678", "tier one", "Open", "나래상사"),
    ("54", "Nobody", "", "not an address", "", "", "", ""),
]


@pytest.fixture
def shop(cast: Cast, system: Actor, open_house: str) -> str:
    choices = [{"en": "Gold", "ko": "골드"}, {"en": "Silver", "ko": "실버"}]
    add_field(
        actor=system,
        object_name="person",
        values={"kind": "choice", "label_en": "Grade", "label_ko": "등급", "choices": choices},
    )  # fmt: skip
    return open_house


def worked() -> None:
    """What the worker does with the run that waits."""

    def work() -> None:
        run = ImportRun.objects.latest("created_at")
        is_dry = run.state == ImportRun.State.CHECKING
        work_on(run_id=str(run.pk), progress_id=str(run.progress_id), is_dry=is_dry)

    asked(work)


def living() -> list[tuple[str, str, str]]:
    def rows() -> list[tuple[str, str, str]]:
        found = Person.objects.for_system("test").filter(deleted_at=None).order_by("customer_number")
        return [(p.name, p.c_grade or "", p.phone) for p in found]

    return asked(rows)


def numbers(w: Window) -> list[str]:
    """Rows read, rows that come in, rows put aside."""
    return [text.strip() for text in w.page.locator(".counts-row .big").all_inner_texts()]


def choose(w: Window, column: str, field: str) -> None:
    w.page.get_by_label(column, exact=True).select_option(field)


def go(w: Window, name: str) -> None:
    """Press the button that begins a job, let it be done, and look at what came of it."""
    with w.page.expect_navigation():
        w.page.get_by_role("button", name=name).click()
    worked()
    w.open(w.page.url.removeprefix(w.address).split("?")[0].split("#")[0])


def test_a_company_moves_in_from_hubspot(shop: str, tmp_path: Path, browser_window: Opener) -> None:
    file = write(tmp_path / "hubspot-contacts.csv", ROWS, HEADER)
    with browser_window(shop) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/people")
        w.follow(w.page.locator("a[href='/import?kind=people']:visible").first)
        w.page.set_input_files("#file-people", str(file))
        w.follow(w.page.get_by_role("button", name="Go on to the columns"))
        assert "HubSpot" in w.page.locator(".summary-note").first.inner_text()
        assert "not yet tried on a real export" in w.page.locator(".summary-note").first.inner_text()
        _mend(w)
        go(w, "Import 3 rows")
        w.picture("imports-done")
        assert living() == [("Jane Webb", "gold", "+442079460000"), ("김지우", "silver", "+821012345678"),
                            ("이서준", "gold", "")]  # fmt: skip
        w.follow(w.page.get_by_role("link", name="Undo this import"))
        w.follow(w.page.get_by_role("button", name="Undo"))
        assert living() == []
        assert w.troubles == []


def _mend(w: Window) -> None:
    """Grades stand in the column of job titles: one says so, is told of values that the field does not know, and says
    what they mean."""
    assert w.page.get_by_label("Job Title", exact=True).input_value() == "job_title"
    choose(w, "Job Title", "c_grade")
    go(w, "Begin the dry run")
    assert numbers(w) == ["4", "1", "3"]
    w.picture("imports-unknown-values")
    w.follow(w.page.get_by_role("link", name="Say what they mean"))
    w.picture("imports-meanings", whole=True)
    choose(w, "Tier one", "gold")
    go(w, "Begin the dry run")
    assert numbers(w) == ["4", "3", "1"]
    assert "This is not an e-mail address." in w.page.locator("main").inner_text()
    assert "050" in w.page.locator(".summary-note.warn").first.inner_text()
    w.picture("imports-checked", whole=True)
    assert living() == []


@pytest.mark.parametrize(("width", "language", "mode"), [(390, "ko", "dark")])
def test_the_wizard_fits_a_phone(
    shop: str, cast: Cast, tmp_path: Path, browser_window: Opener, width: int, language: str, mode: Any
) -> None:
    file = write(tmp_path / "contacts.csv", ROWS, HEADER)
    cast.admin.language = language
    cast.admin.save(update_fields=["language"])
    with browser_window(shop, width=width, height=844, language=language, mode=mode) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/import?kind=people")
        w.page.set_input_files("#file-people", str(file))
        w.follow(w.page.locator(".drop-zone button[type=submit]"))
        choose(w, "Job Title", "c_grade")
        with w.page.expect_navigation():
            w.page.locator("#columns button.btn-go").click()
        worked()
        w.open(w.page.url.removeprefix(w.address).split("?")[0] + "?step=columns")
        w.picture("imports-meanings-phone", whole=True)
        assert w.page.locator("#meanings select").count() == 1
        assert w.page.evaluate("document.documentElement.scrollWidth") <= width
        assert w.troubles == []
