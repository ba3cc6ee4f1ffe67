from __future__ import annotations

import csv
import io

import pytest
from django.test import Client

from dangol.analytical.dashboards.home.queries import PICTURES, overview, picture
from dangol.analytical.dashboards.home.tests.conftest import PASSWORD, Shop
from dangol.analytical.dashboards.pictures.queries import reach
from dangol.analytical.warehouse.marts.models import Figure
from dangol.core.purchases.orders.models import Order
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.models import User, Workspace
from dangol.platform.jobs.models import Progress

MOST_QUERIES = 13


def signed_in(name: str) -> Client:
    client = Client()
    assert client.login(email=f"{name}@firm.test", password=PASSWORD)
    return client


def text(client: Client, address: str = "/") -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_page_takes_at_most_thirteen_queries(shop: Shop, django_assert_max_num_queries: object) -> None:
    client = signed_in("admin")
    client.get("/")
    with django_assert_max_num_queries(MOST_QUERIES):  # type: ignore[operator]
        client.get("/")


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("period", ["30d", "90d", "365d", "12m", "all", "nonsense"])
def test_the_page_opens_for_every_period_in_both_languages(shop: Shop, period: str, language: str) -> None:
    User.objects.filter(email="admin@firm.test").update(language=language)
    page = text(signed_in("admin"), f"/?period={period}")
    assert f'lang="{language}"' in page
    assert all(f'id="{name}"' in page for name in PICTURES)


def test_no_script_and_no_style_stands_inline(shop: Shop) -> None:
    page = text(signed_in("admin"))
    assert " style=" not in page
    assert "onclick=" not in page
    scripts = [part.split(">")[0] for part in page.split("<script")[1:]]
    assert all("src=" in s or 'type="application/json"' in s for s in scripts)


@pytest.mark.parametrize("name", ["pareto", "tiers", "moves", "months"])
def test_a_picture_shows_as_a_table_without_script(shop: Shop, name: str) -> None:
    page = text(signed_in("admin"), f"/?table={name}")
    part = page.split(f'id="{name}"')[1].split("</section>")[0]
    assert "<table" in part
    assert "data-picture" not in part


@pytest.mark.parametrize("name", sorted(PICTURES))
def test_a_file_holds_what_its_table_shows(shop: Shop, name: str) -> None:
    answer = signed_in("admin").get(f"/insight/{name}.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "attachment" in answer["Content-Disposition"]
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    table = picture(shop.actor("admin"), name).table
    assert len(rows) == len(table.rows) + 1
    assert [len(r) for r in rows] == [len(table.columns)] * len(rows)
    assert rows[0] == [str(c.label) for c in table.columns]


def test_an_unknown_picture_is_not_found(shop: Shop) -> None:
    assert signed_in("admin").get("/insight/nothing.csv").status_code == 404


def test_who_is_not_signed_in_is_asked_to(shop: Shop) -> None:
    for address in ("/", "/insight", "/insight/pareto.csv"):
        assert Client().get(address).status_code == 302


@pytest.mark.parametrize("name", ["service", "blind"])
def test_who_may_not_see_figures_is_led_on_and_refused_elsewhere(shop: Shop, name: str) -> None:
    client = signed_in(name)
    assert reach(shop.actor(name)) == "none"
    assert client.get("/").status_code == 302
    for address in ("/insight", "/insight/pareto.csv", "/insight/progress"):
        assert client.get(address).status_code == 403
    assert client.post("/insight/refresh").status_code in (302, 403)


@pytest.mark.parametrize("name", ["analyst", "marketing"])
def test_who_sees_all_orders_sees_the_figures_of_the_business(shop: Shop, name: str) -> None:
    assert reach(shop.actor(name)) == "all"
    assert 'id="pareto"' in text(signed_in(name))


def test_who_sees_some_customers_sees_figures_of_those_alone(shop: Shop) -> None:
    page = text(signed_in("own"))
    assert 'id="pareto"' not in page
    assert "your own customers" in page
    actor = shop.actor("own")
    mine = {t.metric.name: t for t in overview(actor, period="365d").tiles}
    whole = {t.metric.name: t for t in overview(shop.actor("admin"), period="365d").tiles}
    assert 0 < mine["revenue"].value < whole["revenue"].value
    assert 0 < mine["active"].value < whole["active"].value
    with pytest.raises(Forbidden):
        picture(actor, "pareto")


def test_figures_keep_the_money_in_which_they_were_counted(shop: Shop) -> None:
    Workspace.objects.update(currency="EUR")
    page = text(signed_in("admin"))
    assert "₩" in page
    assert "€" not in page


def test_a_refresh_needs_the_right_to_it(shop: Shop) -> None:
    assert signed_in("marketing").post("/insight/refresh").status_code == 403
    assert "insight/refresh" not in text(signed_in("marketing"))
    assert signed_in("analyst").post("/insight/refresh").status_code == 302
    assert Progress.objects.filter(kind="analysis", state="queued").count() == 1


def test_a_running_count_shows_how_far_it_is_and_says_when_it_is_over(shop: Shop) -> None:
    row = Progress.objects.create(kind="analysis", state="running", done=3, total=8, step="tiers")
    client = signed_in("admin")
    assert 'value="3"' in text(client)
    waiting = client.get("/insight/progress?watching=1")
    assert "HX-Refresh" not in waiting
    Progress.objects.filter(pk=row.pk).update(state="done")
    assert client.get("/insight/progress?watching=1")["HX-Refresh"] == "true"


def test_a_failed_count_is_said_and_the_figures_before_it_stay(shop: Shop) -> None:
    Progress.objects.create(kind="analysis", state="failed", message="The disk is full.")
    page = text(signed_in("admin"))
    assert "The disk is full." in page
    assert 'id="pareto"' in page


def test_orders_that_changed_since_are_said(shop: Shop) -> None:
    assert "Orders have changed" not in text(signed_in("admin"))
    first = Order.objects.for_system("test").first()
    assert first is not None
    first.note = "changed"
    first.save()
    assert "Orders have changed" in text(signed_in("admin"))


def test_orders_without_figures_ask_to_be_counted(shop: Shop) -> None:
    Figure.objects.all().delete()
    page = text(signed_in("admin"))
    assert "nothing is counted yet" in page
    assert "Count now" in page
    assert "Count now" not in text(signed_in("marketing"))


def test_an_empty_house_says_what_to_do_next(shop: Shop) -> None:
    Figure.objects.all().delete()
    Order.objects.for_system("test").delete()
    page = text(signed_in("admin"))
    assert "Import orders" in page
    assert "Import orders" not in text(signed_in("marketing"))


def test_only_young_customers_leave_every_picture_with_a_sentence(shop: Shop) -> None:
    Figure.objects.exclude(name="span_totals").update(rows=[])
    page = text(signed_in("admin"))
    assert page.count('class="empty low"') >= len(PICTURES)
