"""A segment is built in a real browser: from a figure in two clicks, and by rules with a count that follows."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener, Window

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(cast: Cast, open_house: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> str:
    """Sixty customers: the first ten order coffee often, the next thirty once, the rest never. Analysed for real."""
    from dangol.analytical.warehouse.analysis.services import analyze
    from dangol.core.catalog.products.models import Product
    from dangol.core.customers.people.models import Person
    from dangol.core.purchases.orders.models import Line, Order
    from dangol.platform.access.actor import Actor

    product = Product.plain.create(code="C1", name="Coffee", category="Coffee")
    for n in range(60):
        person = Person.plain.create(name=f"Kim {n:02}", city="Seoul" if n % 2 else "Busan", owner=cast.admin)
        for turn in range(6 if n < 10 else 1 if n < 40 else 0):
            at = timezone.now() - timedelta(days=3 + turn * 12 + n % 7, hours=3)
            order = Order.plain.create(number=f"{n}-{turn}", person=person, ordered_at=at, currency="KRW",
                                       amount=5000 + n * 100, value=5000 + n * 100, rate=1)  # fmt: skip
            Line.plain.create(order=order, position=0, product=product, quantity=1, unit_price=5000, amount=5000,
                              value=5000, occurred_at=at)  # fmt: skip
    monkeypatch.setenv("DANGOL_HOME", str(tmp_path))
    analyze(actor=Actor.system("test"))
    return open_house


def add(w: Window, group: int, words: str) -> None:
    """Add a condition by typing a part of its field's name."""
    drop = w.page.locator(".rule-add").nth(group)
    drop.locator("summary.btn").click()
    drop.locator("[data-find-field]").fill(words)
    before = w.page.locator(".rule-leaf").count()
    drop.locator("[data-find-field]").press("Enter")
    w.page.locator(".rule-leaf").nth(before).wait_for()


def counted(w: Window, number: int) -> None:
    w.page.locator(f"#preview [data-count='{number}']").wait_for()


def test_a_segment_is_built_by_rules_while_its_count_follows(shop: str, browser_window: Opener) -> None:
    with browser_window(shop) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/segments")
        w.follow(w.page.locator("a[data-create]").first)
        counted(w, 60)
        w.page.fill("#s-name", "Coffee regulars")
        add(w, 0, "purchases")
        leaf = w.page.locator(".rule-leaf").first
        leaf.locator("input[name$='.times']").fill("2")
        leaf.locator("input[name$='.days']").fill("90")
        counted(w, 10)
        w.page.locator("button[value='group:g']").click()
        w.page.locator(".rule-group .rule-group").wait_for()
        w.page.locator("[name='g-1.join']").select_option("any")
        add(w, 0, "city")
        w.page.locator("[name='g-1-0.op']").wait_for()
        w.page.locator("[name='g-1-0.op']").select_option("is")
        w.page.wait_for_timeout(300)
        w.page.locator("[name='g-1-0.v.value']").fill("Seoul")
        counted(w, 5)
        w.picture("segment-rules", whole=True)
        w.follow(w.page.locator("button.btn-go[type=submit]"))
        w.follow(w.page.locator("form[action$='/refresh'] button"))
        w.page.locator("#segment-members .big", has_text="5").wait_for()
        w.picture("segment", whole=True)
        w.follow(w.page.get_by_role("link", name="why?").first)
        assert w.page.locator(".reason.met").count() >= 3
        w.picture("segment-why", whole=True)
        assert w.troubles == []


def test_a_figure_becomes_a_segment(shop: str, browser_window: Opener) -> None:
    with browser_window(shop) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        w.open("/")
        w.follow(w.page.locator("section", has_text="Who brings the revenue").locator("a.fig").first)
        listed = w.page.locator("table.list tbody tr").count()
        w.follow(w.page.locator("a[href^='/segments/new?']"))
        counted(w, listed)
        w.page.fill("#s-name", "From the picture")
        w.follow(w.page.locator("button.btn-go[type=submit]"))
        w.page.locator("h1", has_text="From the picture").first.wait_for()
        assert w.troubles == []


@pytest.mark.parametrize(("width", "mode", "language"), [(1440, "dark", "en"), (390, "light", "ko")])
def test_the_pages_of_segments_are_usable_by_everybody(
    shop: str, cast: Cast, browser_window: Opener, width: int, mode: str, language: str
) -> None:
    from axe_playwright_python.sync_playwright import Axe

    from dangol.analytical.segments.definitions.services import create_segment
    from dangol.analytical.segments.members.services import refresh
    from dangol.core.customers.people.models import Person

    admin, kim = cast.actor("admin"), Person.plain.order_by("pk")[0]
    cast.admin.language = language
    cast.admin.save()
    often = {
        "field": "purchases",
        "op": "at_least",
        "value": {"times": 2, "days": 90, "where": {"category": ["Coffee"]}},
    }
    tiers = {"field": "tier", "op": "in", "value": ["top", "middle"]}
    spent = {"field": "spent", "op": "between", "value": {"amount": 1000, "to": 900000}}
    rules = {"and": [often, {"or": [tiers, spent, {"not": {"or": [{"field": "born_on", "op": "is_empty"}]}}]}]}
    made = create_segment(actor=admin, values={"name": "Regulars of the year"}, rules=rules)
    refresh(actor=admin, segment_id=made.pk)
    with browser_window(shop, width=width, mode=mode, language=language) as w:
        w.sign_in("admin@firm.test", PASSWORD)
        found: dict[str, list[str]] = {}
        here = f"/segments/{made.pk}"
        pages = {"list": "/segments", "record": here, "builder": f"{here}/rules", "why": f"{here}/why/{kim.pk}",
                 "new": "/segments/new", "person": f"/people/{kim.pk}"}  # fmt: skip
        for name, path in pages.items():
            w.open(path)
            w.page.wait_for_timeout(600)
            w.picture(f"segments-{name}-{width}-{mode}", whole=True)
            results = Axe().run(w.page)
            bad = [v["id"] for v in results.response["violations"] if v["impact"] in ("serious", "critical")]
            if bad:
                found[path] = bad
            assert w.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
        assert found == {}
        assert w.troubles == []
