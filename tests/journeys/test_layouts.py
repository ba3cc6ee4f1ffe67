"""An administrator arranges a form by hand and by keys for a role, hides a field, and makes two spellings one; who has
the role sees it, and it is all taken back."""

from __future__ import annotations

import pytest

from dangol.core.customers.companies.models import Company
from dangol.platform.objects.layouts.models import Layout
from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener, Window, asked

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def house(cast: Cast, open_house: str) -> str:
    """Four companies, one of them misspelt."""
    for n, industry in enumerate(("Coffee", "Coffee", "Coffee", "Cofee")):
        Company.plain.create(name=f"Firm {n}", industry=industry, owner=cast.owner)
    return open_house


def names(w: Window, key: str) -> list[str]:
    items = w.page.locator(f"[data-section='{key}'] [data-item]")
    return [str(items.nth(n).get_attribute("data-item")) for n in range(items.count())]


def test_a_form_is_arranged_for_a_role_and_seen_by_it(browser_window: Opener, cast: Cast, house: str) -> None:
    with browser_window(house) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/setup/layouts/companies/form?role=scope-own")
        w.page.locator("[data-item=city] [data-grip]").drag_to(w.page.locator("[data-item=name]"),
                                                              target_position={"x": 60, "y": 2})  # fmt: skip
        assert names(w, "s0")[0] == "city"
        w.page.locator("[data-item=website] [data-grip]").focus()
        w.page.keyboard.press("ArrowUp")
        assert names(w, "s0").index("website") < names(w, "s0").index("industry")
        w.page.select_option("select[name=to_phone]", "-")
        assert names(w, "-") == ["phone"]
        w.page.fill("[name=en_s0]", "The firm")
        w.page.locator("#preview", has_text="The firm").wait_for()
        w.picture("layout-form")
        w.follow(w.page.locator(".arr-form .actions .btn-go"))
        assert asked(lambda: Layout.objects.get().content)["hidden"] == ["phone"]
        assert w.troubles == []
    with browser_window(house) as w:
        w.sign_in("owner@firm.test", PASSWORD)
        w.open("/companies/new")
        assert w.page.locator(".form-group").inner_text() == "The firm"
        assert w.page.locator(".fields input:not([type=hidden])").first.get_attribute("name") == "city"
        assert w.page.locator("[name=phone]").count() == 0
        assert w.troubles == []
    with browser_window(house, script=False, width=390, language="ko") as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/setup/layouts/companies/form?role=scope-own")
        w.follow(w.page.locator("button[value='down:city']"))
        assert names(w, "s0")[:2] == ["name", "city"]
        w.follow(w.page.locator("button[value=reset]"))
        assert asked(lambda: Layout.objects.get().content) == {}


def test_two_spellings_become_one_and_two_again(browser_window: Opener, cast: Cast, house: str) -> None:
    with browser_window(house) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/setup/lists/companies/industry")
        w.follow(w.page.locator(".arr-doubles .btn", has_text="Merge"))
        assert "in 1 record" in w.page.locator("#work").inner_text()
        w.follow(w.page.locator("form[method=post] .btn-go"))
        industries = lambda: set(Company.plain.values_list("industry", flat=True))  # noqa: E731
        assert asked(industries) == {"Coffee"}
        w.page.locator("#toasts button", has_text="Undo").click()
        w.page.locator(".arr-doubles").wait_for()
        assert asked(industries) == {"Coffee", "Cofee"}
        assert w.troubles == []
