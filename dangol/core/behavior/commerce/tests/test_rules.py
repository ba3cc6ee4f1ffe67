from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dangol.core.behavior.commerce.rules import FOUR_PLACES, currency, kind_of, number, order_lines, read, text

ORDER: dict[str, Any] = {
    "order_id": "50314b8e", "total": 27.5, "shipping": 3, "tax": 2, "discount": "2.5", "currency": "krw",
    "products": [
        {"product_id": "507f1f77", "sku": "g-32", "name": "Monopoly", "price": "19", "quantity": 1},
        {"sku": "G-33", "name": "UNO", "price": 3, "quantity": 2},
    ],
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Product Viewed", "viewed"),
        ("product_viewed", "viewed"),
        ("Viewed Product", "viewed"),
        ("Products Searched", "searched"),
        ("Product Added", "carted"),
        ("Order Completed", "ordered"),
        ("Completed Order", "ordered"),
        ("Video Playback Started", "played"),
        ("Playback Started", "played"),
        ("Content Completed", "watched_out"),
        ("Signed Up", ""),
    ],
)
def test_names_of_the_specs_are_known_in_every_spelling(name: str, kind: str) -> None:
    assert kind_of(name) == kind


def test_an_order_is_read_to_the_last_digit() -> None:
    told = read("Order Completed", ORDER)
    assert told is not None
    assert (told.order_number, told.total, told.currency) == ("50314b8e", Decimal("27.5"), "KRW")
    assert [item.keys for item in told.items] == [("G-32", "507F1F77"), ("G-33",)]
    lines = order_lines(told)
    assert sum(li["quantity"] * li["unit_price"] for li in lines) == told.total
    assert [li["code"] for li in lines] == ["G-32", "G-33", "SHIPPING", "TAX", "DISCOUNT"]


def test_what_the_parts_leave_open_is_a_line_of_its_own() -> None:
    told = read("Order Completed", {**ORDER, "total": "30"})
    assert told is not None
    assert order_lines(told)[-1] == {
        "code": "DIFFERENCE", "description": "difference", "quantity": Decimal(1), "unit_price": Decimal("2.5000"),
    }  # fmt: skip


def test_a_search_keeps_its_words_and_a_film_its_title() -> None:
    search = read("Products Searched", {"query": " blue\x00 roses "})
    film = read("Video Content Started", {"title": "Tea"})
    assert search is not None
    assert film is not None
    assert (search.words, film.title) == ("blue roses", "Tea")


@pytest.mark.parametrize(
    "properties", [None, [], "x", 3, {}, {"name": ""}, {"product_id": None}, {"sku": True}, {"sku": {"a": 1}}]
)
def test_a_product_event_without_a_product_tells_nothing(properties: Any) -> None:
    assert read("Product Viewed", properties) is None


def test_an_order_without_a_number_tells_nothing() -> None:
    assert read("Order Completed", {"total": 3}) is None


NAMES = st.sampled_from(["products", "price", "quantity", "sku", "order_id", "total", "query", "currency"])
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=5),
    max_leaves=12,
)


@settings(max_examples=100, deadline=None)
@given(ANYTHING)
def test_nothing_that_is_sent_breaks_the_reading(properties: Any) -> None:
    for name in ("Order Completed", "Product Viewed", "Cart Viewed", "Products Searched", "Video Playback Started"):
        told = read(name, properties)
        if told is not None and told.kind == "ordered":
            assert all(line["unit_price"].is_finite() for line in order_lines(told))


@settings(max_examples=60, deadline=None)
@given(st.decimals(-(10**9), 10**9, places=4))
def test_money_is_read_exactly(amount: Decimal) -> None:
    assert number(str(amount), FOUR_PLACES, Decimal(10) ** 12) == amount


def test_numbers_and_texts_that_are_none() -> None:
    for wrong in ("abc", "", None, True, float("nan"), float("inf"), "1e99", [], {}):
        assert number(wrong, FOUR_PLACES, Decimal(10) ** 12) is None
    assert number(19.99, FOUR_PLACES, Decimal(10) ** 12) == Decimal("19.9900")
    assert number("1,234.5", FOUR_PLACES, Decimal(10) ** 12) == Decimal("1234.5000")
    assert (text(True), text({"a": 1}), text(7), currency("won"), currency("W")) == ("", "", "7", "WON", "")
