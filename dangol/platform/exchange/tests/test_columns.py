from __future__ import annotations

import pytest

from dangol.platform.exchange.columns import ImportField, columns_by_name, fold, guess_columns

FIELDS = (
    ImportField("number", "Number", ("order number", "order no", "번호")),
    ImportField("name", "Name", ("customer name", "name")),
    ImportField("mail", "Mail", ("email",), lambda cells: sum("@" in c for c in cells) / max(1, len(cells))),
)


def test_names_are_compared_without_case_signs_and_remarks() -> None:
    assert fold("Order No. (*)") == fold("order_no") == "orderno"


def test_a_column_goes_to_the_field_that_names_it_best() -> None:
    assert guess_columns(FIELDS, ["Name", "Order No."], []) == {"name": 0, "number": 1}


def test_what_no_name_tells_the_content_tells() -> None:
    assert guess_columns(FIELDS, ["번호", "x"], [["1", "a@b.test"], ["2", "c@d.test"]]) == {"number": 0, "mail": 1}


def test_each_column_serves_one_field() -> None:
    found = guess_columns(FIELDS, ["email", "e-mail"], [["a@b.test", "a@b.test"]])
    assert list(found.values()) == [0]


def test_columns_can_be_named_by_their_name_or_place() -> None:
    assert columns_by_name({"a": "Order No", "b": "2"}, ["order_no", "x"]) == {"a": 0, "b": 1}
    with pytest.raises(KeyError):
        columns_by_name({"a": "nothing like it"}, ["order_no"])
