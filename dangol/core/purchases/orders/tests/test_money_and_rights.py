from __future__ import annotations

import random
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from dangol.core.catalog.products.models import Product
from dangol.core.customers.people.models import Person
from dangol.core.purchases.orders.models import Line, Order
from dangol.core.purchases.orders.rules.choices import Choices
from dangol.core.purchases.orders.services.importing import import_orders
from dangol.core.purchases.orders.services.revaluing import set_rate_and_revalue
from dangol.core.purchases.orders.tests.files import HEADER, ROWS, opened, write
from dangol.core.purchases.orders.tests.standing import content, lines, order, order_sum, stamps
from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.queries import workspace
from dangol.platform.accounts.services import change_workspace
from dangol.platform.events.models import EventChange, EventRecord
from dangol.platform.exchange.models import ImportRun, PutAside
from dangol.platform.exchange.put_aside import put_aside_csv
from dangol.platform.exchange.registry import Job, importer
from dangol.platform.jobs.progress import Stopped, Tracker

pytestmark = pytest.mark.django_db
Import = Callable[..., dict[str, Any]]


def test_the_first_file_settles_the_currency_of_a_company_that_chose_none(take: Import) -> None:
    result = take(is_currency_adopted=True)
    assert (workspace().currency, result["currency"]) == ("GBP", "GBP")
    assert "GBP" in result["warnings"][0]
    assert order("536370").value == order("536370").amount == 90
    assert order("536370").rate == 1


def test_a_chosen_currency_is_kept_and_orders_wait_for_a_rate(take: Import, system: Actor) -> None:
    change_workspace(actor=system, values={"currency": "KRW", "is_currency_chosen": True})
    result = take(is_currency_adopted=True)
    assert (workspace().currency, result["currency"]) == ("KRW", "GBP")
    assert result["orders_without_rate"] == result["orders"] == 5
    assert order("536370").value is None
    assert any("no rate" in sentence for sentence in result["warnings"])


def test_a_rate_given_with_the_file_values_its_orders(take: Import, system: Actor) -> None:
    change_workspace(actor=system, values={"currency": "KRW", "is_currency_chosen": True})
    result = take(rate=Decimal("1700.5"), currency="GBP")
    assert result["orders_without_rate"] == 0
    assert order("536370").value == Decimal("153045.0000")
    assert str(order("536370").rate_on) == "2010-12-01"
    assert take(rate=Decimal("1700.5"), currency="GBP")["rows_changed"] == 0


def test_a_rate_set_later_values_the_orders_that_waited_once(take: Import, system: Actor) -> None:
    change_workspace(actor=system, values={"currency": "KRW", "is_currency_chosen": True})
    take(currency="GBP")
    day = order("536370").ordered_at.date()
    assert set_rate_and_revalue(actor=system, currency="GBP", on=day, rate=Decimal(1700)) == 4
    assert order("536365").value is None
    assert order("536370").value == 153_000
    assert lines("536370")[0].value == 153_000
    assert set_rate_and_revalue(actor=system, currency="GBP", on=day, rate=Decimal(1700)) == 0
    event = EventRecord.objects.get(name="orders.revalued")
    assert EventChange.objects.filter(event=event).count() == 4
    assert take(currency="GBP")["rows_changed"] == 0


def test_values_are_rounded_half_to_even(take: Import, system: Actor) -> None:
    change_workspace(actor=system, values={"currency": "KRW", "is_currency_chosen": True})
    header = ("order number", "date", "price")
    rows = [
        ("1", "2024-01-05", "0.0005"),
        ("2", "2024-01-05", "0.0015"),
        ("3", "2024-01-05", "-0.0005"),
        ("4", "2024-01-05", "0.0025"),
    ]
    take(rows, header=header, currency="USD", rate=Decimal("0.1"))
    assert [order(n).value for n in "1234"] == [Decimal(v) for v in ("0.0000", "0.0002", "0.0000", "0.0002")]


def test_rows_put_aside_are_kept_with_row_reason_and_content(take: Import) -> None:
    rows = [ROWS[0], (*ROWS[1][:3], "six", *ROWS[1][4:]), ("", *ROWS[2][1:]), ROWS[3]]
    result = take(rows)
    assert result["rows_read"] == result["rows_imported"] + result["rows_put_aside"] == 4
    assert result["reasons"] == {"bad_quantity": 1, "no_number": 1}
    assert Decimal(result["amount_put_aside"]) == Decimal("20.34")
    kept = list(PutAside.objects.order_by("row_number").values_list("row_number", "reason", "column", "place"))
    assert kept == [(2, "bad_quantity", "Quantity", 2), (3, "no_number", "InvoiceNo", None)]
    assert "six" in PutAside.objects.earliest("row_number").content


def test_a_mended_row_finds_its_place_and_disturbs_no_other(take: Import, tmp_path: Path) -> None:
    rows = [ROWS[0], (*ROWS[1][:3], "six", *ROWS[1][4:]), *ROWS[2:4]]
    take(rows, is_currency_adopted=True)
    run = ImportRun.objects.latest("created_at")
    mended = tmp_path / "mended.csv"
    mended.write_text("".join(put_aside_csv(run, HEADER)).replace("six", "6"), encoding="utf-8")
    result = take(path=mended)
    assert (result["rows_read"], result["rows_new"], result["rows_removed"]) == (1, 1, 0)
    mended_order = content()
    assert [line.position for line in lines("536365")] == [1, 2, 3, 4]
    assert order("536365").amount == Decimal("73.98")
    assert take(ROWS[:4])["rows_changed"] == 0
    assert content() == mended_order


def test_an_unreadable_row_of_a_newer_file_leaves_the_line_that_stands(take: Import) -> None:
    take(ROWS[:4], is_currency_adopted=True)
    rows = [*ROWS[:3], (*ROWS[3][:3], "one", *ROWS[3][4:])]
    assert take(rows)["rows_removed"] == 0
    assert order("536365").line_count == 4


def test_what_people_corrected_is_not_overwritten(take: Import) -> None:
    take(is_currency_adopted=True)
    Product.objects.for_system("test").filter(code="71053").update(kind="fee", name="Our lantern")
    Person.objects.for_system("test").filter(customer_number="12583").update(country="BE")
    result = take()
    assert Product.objects.for_system("test").get(code="71053").name == "Our lantern"
    assert lines("536365")[1].kind == "fee"
    assert result["rows_changed"] == 2
    assert Person.objects.for_system("test").get(customer_number="12583").country == "BE"


def test_fee_codes_can_be_chosen(take: Import) -> None:
    take(is_currency_adopted=True)
    result = take(fee_codes=frozenset({"71053"}))
    assert {p.code for p in Product.objects.for_system("test").filter(kind="fee")} == {"71053"}
    assert result["rows_changed"] == 4


def test_people_are_found_again_by_mail_and_phone(take: Import, system: Actor) -> None:
    header = ("order number", "date", "price", "customer id", "email", "phone", "customer name")
    take(
        [
            ("1", "2024-01-05", "10", "", "Jiwoo@example.test", "", "김지우"),
            ("2", "2024-01-05", "10", "", "", "010-1234-5678", ""),
        ],
        header=header,
    )
    take(
        [
            ("3", "2024-02-05", "10", "77", "jiwoo@example.test", "", ""),
            ("4", "2024-02-05", "10", "", "", "+82 10 1234 5678", "이하윤"),
        ],
        header=header,
    )
    assert Person.objects.for_system("test").count() == 2
    assert order("1").person_id == order("3").person_id
    assert order("2").person_id == order("4").person_id
    jiwoo = Person.objects.for_system("test").get(pk=order("1").person_id)
    assert (jiwoo.customer_number, jiwoo.name, jiwoo.email) == ("77", "김지우", "jiwoo@example.test")


def test_a_file_that_does_not_prove_its_days_is_read_like_the_shops_last_one(take: Import) -> None:
    result = take(is_currency_adopted=True)
    ImportRun.objects.filter(kind="orders").update(state="done", result=result, options={"shop": "shop"})
    assert take(ROWS[:4])["rows_changed"] == 0


def test_two_shops_may_have_the_same_order_number(take: Import) -> None:
    take(ROWS[:4], shop="one")
    take(ROWS[:4], shop="two")
    assert Order.objects.for_system("test").filter(number="536365").count() == 2


def test_a_korean_file_is_taken_in(take: Import, tmp_path: Path) -> None:
    header = ("주문번호", "주문일시", "고객명", "휴대폰", "상품코드", "상품명", "수량", "판매가", "국가")
    rows = [
        (
            "20240301-1",
            "2024. 3. 1. 오후 3:05",
            "김지우",
            "010-1234-5678",
            "K-1",
            "원두 200g",
            "2",
            "12,000원",
            "대한민국",
        ),
        (
            "20240301-1",
            "2024. 3. 1. 오후 3:05",
            "김지우",
            "010-1234-5678",
            "배송비",
            "배송비",
            "1",
            "3,000",
            "대한민국",
        ),
    ]
    path = write(tmp_path / "korean.csv", rows, header, encoding="cp949", delimiter=";")
    result = take(path=path)
    assert (result["encoding"], result["currency"], result["amount_imported"]) == ("cp949", "KRW", "27000")
    found = order("20240301-1")
    assert (found.country, found.value, found.line_count) == ("KR", 27_000, 2)
    assert found.ordered_at.isoformat() == "2024-03-01T06:05:00+00:00"


def test_texts_that_the_copy_format_might_misread_come_through(take: Import) -> None:
    name = 'back\\slash \\N\ttab "quote" \\. new\nline'
    take([("536365", "85123A", name, *ROWS[0][3:])])
    assert lines("536365")[0].description == name


def test_a_stop_leaves_nothing_behind(tmp_path: Path, system: Actor) -> None:
    def stop_when_writing(done: int, total: int, step: str) -> None:
        if step == "Noting what was and became":
            raise Stopped(step)

    table, columns = opened(write(tmp_path / "orders.csv"))
    with pytest.raises(Stopped):
        import_orders(
            actor=system, table=table, columns=columns, choices=Choices(is_currency_adopted=True),
            tracker=Tracker(None, stop_when_writing),
        )  # fmt: skip
    assert stamps() == []
    assert workspace().currency == "KRW"


def test_who_may_not_create_orders_may_not_import(take: Import) -> None:
    onlooker = Actor(kind="user", user_id=None, grants={"order": {"see": "all"}, "person": {"see": "all"}})
    with pytest.raises(Forbidden):
        take(actor=onlooker)
    with pytest.raises(Forbidden):
        take(actor=Actor.anonymous(), is_dry=True)
    assert stamps() == []


def test_who_may_not_change_an_order_may_import_it_again_but_not_change_it(take: Import, cast: Any) -> None:
    take(is_currency_adopted=True)
    seller = Actor(kind="user", user_id=cast.stranger.pk, grants={"order": {"create": "all", "change": "own"}})
    assert take(actor=seller)["rows_changed"] == 0
    before = stamps()
    rows = [(*ROWS[0][:3], "9", *ROWS[0][4:]), *ROWS[1:]]
    for is_dry in (True, False):
        told = take(rows, actor=seller, is_dry=is_dry)
        assert told["reasons"] == {"not_yours": 4}
        assert (told["rows_imported"], told["rows_put_aside"]) == (4, 4)
        assert told["orders"] == 4
        assert told["amount_put_aside"] == "81.63"
    assert stamps() == before
    kept = PutAside.objects.order_by("row_number")
    assert [(k.row_number, k.reason, k.content.split(",")[3]) for k in kept] == [
        (n, "not_yours", quantity) for n, quantity in ((1, "9"), (2, "6"), (3, "6"), (4, "1"))
    ]


def test_orders_of_customers_whom_one_does_not_see_are_put_aside(take: Import, cast: Any) -> None:
    Person.plain.create(customer_number="17850", owner=cast.owner)
    rights = {"order": {"create": "all", "see": "all"}, "person": {"see": "own", "create": "all"}}
    told = take(actor=Actor(kind="user", user_id=cast.stranger.pk, grants=rights))
    assert told["reasons"] == {"not_your_customer": 4}
    assert told["people_new"] == 1
    assert not Order.plain.filter(number="536365").exists()
    assert set(Order.plain.values_list("number", flat=True)) == {"536370", "536400", "C536379", "A563185"}


def test_what_one_may_not_change_is_not_filled_in(take: Import, cast: Any) -> None:
    kim = Person.plain.create(customer_number="17850", owner=cast.owner)
    lamp = Product.plain.create(code="71053", name="")
    seller = {"order": {"create": "all", "see": "all"}, "person": {"see": "all"}, "product": {"see": "all"}}
    told = take(actor=Actor(kind="user", user_id=cast.stranger.pk, grants=seller))
    kim.refresh_from_db()
    lamp.refresh_from_db()
    assert (kim.country, lamp.name) == ("", "")
    assert (Person.plain.count(), Product.plain.count()) == (1, 1)
    assert [line.code for line in lines("536365")] == ["85123A", "71053", "71053", "POST"]
    assert order("536370").person_id is None
    said = " ".join(told["warnings"])
    assert "you may not add people" in said
    assert "you may not add products" in said
    told = take(actor=Actor(kind="user", user_id=cast.stranger.pk, grants=seller))
    assert told["rows_changed"] == told["rows_new"] == 0


def test_a_column_that_one_may_not_write_is_refused_by_name(take: Import, cast: Any, tmp_path: Path) -> None:
    seller = Actor(kind="user", user_id=cast.stranger.pk, grants={"*": {"*": "all"}},
                   fields={"person": {"email": "read"}, "order": {"amount": "hidden"}})  # fmt: skip
    known = importer("orders")
    closed = {f.name for f in known.fields} - {f.name for f in known.fields_for(seller)}
    assert closed == {"email", "price", "amount", "total"}
    table, columns = opened(write(tmp_path / "closed.csv"))
    with pytest.raises(Forbidden, match="Unit price"):
        known.run(Job(table, columns, {}, seller, Tracker(None), ""), is_dry=True)


def test_a_seller_may_not_settle_the_currency_of_the_company(take: Import, cast: Any) -> None:
    seller = Actor(kind="user", user_id=cast.stranger.pk, grants={"order": {"create": "all"}})
    assert take(actor=seller, is_currency_adopted=True)["company_currency"] == "KRW"


def some_rows(seed: int) -> list[tuple[str, ...]]:
    """A made-up file with faults in it."""
    chance = random.Random(seed)
    pick = chance.choice
    return [
        (
            pick(["1", "2", "3", "C4", ""]), pick(["85123A", "85123a", "POST", "22728", ""]),
            pick(["X", "Y\\", "", "Unknown"]),
            pick(["1", "-2", "3.5", "two", "0"]), pick(["12/1/2010 8:26", "12/13/2010", "", "soon"]),
            pick(["2.55", "£3", "", "0.001", "=1"]), pick(["17850", "12583", ""]),
            pick(["France", "EIRE", "Unspecified"]),
        )
        for _row in range(chance.randint(1, 60))
    ]  # fmt: skip


@pytest.mark.parametrize("seed", range(8))
def test_of_any_file_the_sums_agree_and_a_second_import_writes_nothing(take: Import, seed: int) -> None:
    rows = some_rows(seed)
    result = take(rows, currency="GBP", is_currency_adopted=True)
    assert result["rows_read"] == len(rows) == result["rows_imported"] + result["rows_put_aside"]
    assert Decimal(result["amount_imported"]) == order_sum()
    assert order_sum() == sum((line.amount for line in Line.objects.for_system("test")), Decimal(0))
    assert PutAside.objects.count() == result["rows_put_aside"]
    before, events = stamps(), EventRecord.objects.count()
    again = take(rows, currency="GBP")
    assert (again["rows_new"], again["rows_changed"], again["rows_removed"]) == (0, 0, 0)
    assert (stamps(), EventRecord.objects.count()) == (before, events)


def test_what_stands_in_the_trash_stays_there_and_is_said(take: Import) -> None:
    take(is_currency_adopted=True)
    Person.objects.for_system("test").filter(customer_number="12583").update(deleted_at=order("536370").ordered_at)
    Order.objects.for_system("test").filter(number="536370").update(deleted_at=order("536370").ordered_at)
    result = take()
    assert result["rows_changed"] == 0
    assert sum("trash" in sentence for sentence in result["warnings"]) == 2
    assert order("536370").deleted_at is not None
