from __future__ import annotations

import random
from collections import Counter
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.core.purchases.orders.rules.buyers import gather_buyers
from dangol.core.purchases.orders.rules.choices import Choices, Findings
from dangol.core.purchases.orders.rules.gathering import usual_name
from dangol.core.purchases.orders.rules.kinds import is_cancelled, is_fee
from dangol.core.purchases.orders.tests.files import FIELDS, HEADER, ROWS, SHOP, gathered
from dangol.platform.exchange.columns import guess_columns
from dangol.platform.exchange.reader import Row
from dangol.platform.exchange.values.numbers import NotANumber, read_number


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (
            HEADER,
            {"number": 0, "code": 1, "description": 2, "quantity": 3, "date": 4, "price": 5,
             "customer_number": 6, "country": 7},
        ),
        (
            ("Name", "Email", "Financial Status", "Created at", "Total", "Currency", "Lineitem quantity",
             "Lineitem name", "Lineitem price", "Lineitem sku", "Billing Name", "Billing Country", "Phone"),
            {"email": 1, "status": 2, "date": 3, "total": 4, "currency": 5, "quantity": 6, "description": 7, "price": 8,
             "code": 9, "customer_name": 10, "country": 11, "phone": 12, "number": 0},
        ),
        (
            ("Order Number", "Order Status", "Order Date", "Email (Billing)", "Phone (Billing)",
             "Country Code (Billing)", "SKU", "Item Name", "Quantity", "Item Cost", "Order Total Amount"),
            {"number": 0, "status": 1, "date": 2, "email": 3, "phone": 4, "country": 5, "code": 6, "description": 7,
             "quantity": 8, "price": 9, "total": 10},
        ),
        (
            ("주문번호", "주문일시", "주문자명", "주문자 이메일", "주문자 휴대전화", "상품코드", "상품명", "수량",
             "판매가", "주문상태"),
            {"number": 0, "date": 1, "customer_name": 2, "email": 3, "phone": 4, "code": 5, "description": 6,
             "quantity": 7, "price": 8, "status": 9},
        ),
    ],
)  # fmt: skip
def test_columns_of_usual_shops_are_known_by_name(header: tuple[str, ...], expected: dict[str, int]) -> None:
    rows = [[f"#{number}" if name == "Name" else "" for name in header] for number in (1001, 1001, 1002)]
    assert guess_columns(FIELDS, header, rows) == expected


def test_without_names_the_content_tells_order_date_price_and_country() -> None:
    rows = [list(row) for row in ROWS]
    found = guess_columns(FIELDS, [f"Column {n}" for n in range(1, 9)], rows)
    assert (found["date"], found["price"], found["country"]) == (4, 5, 7)


@pytest.mark.parametrize(
    ("code", "description", "expected"),
    [
        ("POST", "POSTAGE", True), ("dot", "DOTCOM POSTAGE", True), ("M", "Manual", True), ("C2", "CARRIAGE", True),
        ("BANK CHARGES", "Bank Charges", True), ("AMAZONFEE", "AMAZON FEE", True), ("CRUK", "CRUK Commission", True),
        ("PACKING", "Gift wrapping fee", True), ("배송비", "", True), ("EXTRA", "추가 배송비", True),
        ("85123A", "WHITE HEART", False), ("PADS", "PADS TO MATCH ALL CUSHIONS", False),
        ("DCGSSGIRL", "GIRLS PARTY BAG", False), ("gift_0001_20", "Gift Voucher 20.00", False),
        ("22752", "SET 7 BABUSHKA NESTING BOXES", False), ("21080", "SET/20 RED RETROSPOT SHIPPING TAGS", False),
    ],
)  # fmt: skip
def test_fees_are_told_from_goods(code: str, description: str, expected: bool) -> None:
    assert is_fee(code, description) is expected


@pytest.mark.parametrize("status", ["Cancelled", "refunded", "취소완료", "환불 완료", "반품"])
def test_a_cancelled_order_of_a_shop_system_is_known_by_its_state(status: str) -> None:
    assert is_cancelled(status)


@pytest.mark.parametrize("status", ["", "paid", "배송완료", "partially_refunded", "pending"])
def test_other_states_are_orders(status: str) -> None:
    assert not is_cancelled(status)


def test_a_letter_means_a_cancellation_only_where_most_numbers_have_none() -> None:
    gathering, _lines, _asides = gathered(ROWS, SHOP)
    kinds = {head.number: head.kind for head in gathering.orders.values()}
    assert kinds["C536379"] == "cancellation"
    assert kinds["A563185"] == "adjustment"
    assert kinds["536365"] == "order"
    lettered = [("C" + row[0].lstrip("CA"), *row[1:]) for row in ROWS]
    gathering, _lines, _asides = gathered(lettered, SHOP)
    assert {head.kind for head in gathering.orders.values()} == {"order"}


def test_exact_repeats_are_two_lines_and_two_times_are_told() -> None:
    gathering, lines, asides = gathered(ROWS, SHOP)
    assert not asides
    assert [line.position for line in lines[:4]] == [1, 2, 3, 4]
    assert gathering.repeats == 1
    assert gathering.orders["536365"].has_two_times
    assert gathering.orders["536365"].at_text < lines[3].at_text


def test_an_unreadable_row_names_its_column_and_keeps_its_place() -> None:
    rows = [ROWS[0], (*ROWS[1][:3], "six", *ROWS[1][4:]), ROWS[2]]
    gathering, lines, asides = gathered(rows, SHOP)
    assert [(a.fault.reason, a.fault.field, a.position) for a in asides] == [("bad_quantity", "quantity", 2)]
    assert [line.position for line in lines] == [1, 3]
    assert gathering.positions["536365"] == 3


def test_the_money_of_a_row_without_a_date_is_still_counted() -> None:
    rows = [(*ROWS[0][:4], "some day", *ROWS[0][5:])]
    gathering, _lines, asides = gathered(rows, SHOP)
    assert asides[0].fault.reason == "bad_date"
    assert gathering.amount_aside == Decimal("15.30")


def test_a_later_line_without_a_date_takes_that_of_its_order() -> None:
    _gathering, lines, asides = gathered([ROWS[0], (*ROWS[1][:4], "", *ROWS[1][5:])], SHOP)
    assert not asides
    assert lines[0].at_text == lines[1].at_text


def test_more_decimals_than_can_be_kept_put_a_row_aside_with_all_its_money() -> None:
    rows = [(*ROWS[0][:3], "0.3333", *ROWS[0][4:])]
    gathering, _lines, asides = gathered(rows, SHOP)
    assert asides[0].fault.reason == "too_precise"
    assert gathering.amount_aside == Decimal("0.3333") * Decimal("2.55")


def test_a_file_with_one_row_for_each_order_is_understood() -> None:
    mapping = {"number": 0, "date": 1, "total": 2, "email": 3}
    gathering, lines, _asides = gathered([("1", "2024-01-05", "12,000원", "A@b.test")], mapping)
    assert gathering.amount_imported == 12000
    assert lines[0].money == "1\t12000\t12000"
    assert gathering.orders["1"].email == "a@b.test"


def test_a_line_amount_wins_over_quantity_times_price() -> None:
    mapping = {"number": 0, "date": 1, "quantity": 2, "price": 3, "amount": 4}
    gathering, _lines, _asides = gathered([("1", "2024-01-05", "2", "10", "18")], mapping)
    assert gathering.amount_imported == 18


def test_an_order_keeps_one_currency() -> None:
    mapping = {"number": 0, "date": 1, "price": 2, "currency": 3}
    rows = [
        ("1", "2024-01-05", "2", "usd"),
        ("1", "2024-01-05", "2", "EUR"),
        ("2", "2024-01-05", "2", "XXZ"),
        ("3", "2024-01-05", "2", ""),
    ]
    gathering, _lines, asides = gathered(rows, mapping)
    assert [a.fault.reason for a in asides] == ["other_currency", "bad_currency"]
    assert {h.number: h.currency for h in gathering.orders.values()} == {"1": "USD", "3": "KRW"}


def test_buyers_are_known_by_number_then_mail_then_phone() -> None:
    mapping = {"number": 0, "date": 1, "price": 2, "customer_number": 3, "email": 4, "phone": 5, "customer_name": 6}
    rows = [
        ("1", "2024-01-01", "1", "7", "a@b.test", "", "Kim"),
        ("2", "2024-01-02", "1", "", "A@B.test", "", ""),
        ("3", "2024-01-03", "1", "", "c@d.test", "010-1111-2222", ""),
        ("4", "2024-01-04", "1", "", "", "010 1111 3333", ""),
        ("5", "2024-01-05", "1", "", "", "", "Only a name"),
    ]
    gathering, _lines, _asides = gathered(rows, mapping)
    buyers, whose = gather_buyers(gathering.orders.values())
    assert len(buyers) == 3
    assert whose[0] == whose[1]
    assert 4 not in whose


def test_the_usual_name_is_the_most_frequent_real_one() -> None:
    assert usual_name(Counter({"Unknown": 9, "?": 9, "LANTERN": 3, "LAMP": 3})) == "LAMP"
    assert usual_name(Counter()) == ""


def test_the_currency_is_told_by_signs_and_by_where_buyers_live() -> None:
    mapping = {"price": 0, "country": 1}
    signs = Findings().look([Row(1, ["£2.50", "France"]), Row(2, ["£3", "Spain"])], mapping)
    assert (signs.currency_by_sign(), signs.currency_by_country()) == ("GBP", "")
    places = Findings().look([Row(n, ["2.50", "United Kingdom"]) for n in range(9)], mapping)
    assert (places.currency_by_sign(), places.currency_by_country()) == ("", "GBP")


def test_choices_read_back_from_what_a_form_stored() -> None:
    found = Choices.from_json({"fee_codes": "post, Dot", "rate": "1700", "currency": "gbp"})
    assert found.fee_codes == frozenset({"POST", "DOT"})
    assert (found.rate, found.currency) == (Decimal(1700), "GBP")
    assert Choices.from_json({"fee_codes": "POST", "fee_codes_suggested": "POST"}).fee_codes is None


numbers = st.one_of(
    st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**6), max_value=10**6, places=3).map(str),
    st.sampled_from(
        ["", "abc", "=1+2", "£3.50", "(2)", "1e400", "--1", "³", "123456789012345678.123456789012345678901234567"]
    ),
)
days = st.sampled_from(["12/1/2010 8:26", "12/13/2010", "2010-12-01", "", "soon", "32/32/2010"])
rows_of_files = st.lists(
    st.tuples(
        st.sampled_from(["1", "2", "C3", "", "A4"]), st.sampled_from(["85123A", "POST", ""]),
        st.sampled_from(["X", ""]),
        numbers, days, numbers, st.sampled_from(["17850", "", "12583"]), st.sampled_from(["France", "Unspecified", ""]),
    ),
    max_size=40,
)  # fmt: skip


def worth(row: tuple[str, ...]) -> Fraction:
    """The money in a row, where both its numbers can be read."""
    try:
        return Fraction(read_number(row[3])) * Fraction(read_number(row[5]))
    except NotANumber:
        return Fraction(0)


@given(rows_of_files)
def test_of_any_file_every_row_and_all_money_is_accounted_for(rows: list[tuple[str, ...]]) -> None:
    gathering, lines, asides = gathered(rows, SHOP)
    assert gathering.read == len(rows) == len(lines) + len(asides)
    laid_down = sum(Fraction(line.money.split("\t")[2]) for line in lines)
    assert laid_down == Fraction(gathering.amount_imported)
    assert sum(Fraction(a.fault.amount) for a in asides) == Fraction(gathering.amount_aside)
    assert laid_down + Fraction(gathering.amount_aside) == sum(map(worth, rows))
    assert sum(head.lines for head in gathering.orders.values()) == len(lines)
    assert gathering.reasons.total() == len(asides)


@given(rows_of_files, st.randoms())
def test_how_invoices_lie_between_each_other_does_not_matter(
    rows: list[tuple[str, ...]], chance: random.Random
) -> None:
    mixed = _shuffled_between_invoices(rows, chance)
    one, two = gathered(rows, SHOP)[0], gathered(mixed, SHOP)[0]
    assert one.amount_imported == two.amount_imported
    assert one.reasons == two.reasons
    assert _heads(one) == _heads(two)
    assert _names(one) == _names(two)


def _shuffled_between_invoices(rows: list[tuple[str, ...]], chance: random.Random) -> list[tuple[str, ...]]:
    order = [row[0] for row in rows]
    chance.shuffle(order)
    waiting = {number: iter([row for row in rows if row[0] == number]) for number in order}
    return [next(waiting[number]) for number in order]


def _heads(gathering: object) -> dict[str, tuple[object, ...]]:
    orders = gathering.orders  # type: ignore[attr-defined]
    return {n: (h.at, h.kind, h.country, h.customer_number, h.lines, h.has_two_times) for n, h in orders.items()}


def _names(gathering: object) -> dict[str, tuple[object, ...]]:
    products = gathering.products  # type: ignore[attr-defined]
    return {code: (usual_name(p.names), p.latest) for code, p in products.items()}


@pytest.mark.parametrize("description", ["Coffee cup", "Toffee", "Manual grinder", "Handling gloves", "Sample box"])
def test_goods_that_only_sound_like_a_fee_are_goods(description: str) -> None:
    assert not is_fee("CUP", description)
    assert is_fee("CUP", "Packing fee")
