"""The lab reads what people have, uses what it can, and says what it could not."""

import datetime as dt
import gzip
from pathlib import Path

import pytest

from dangol.analytical.predictions.lifetime_value.commands import clv
from dangol.analytical.predictions.lifetime_value.lab.answers import as_json
from dangol.analytical.predictions.lifetime_value.lab.columns import choose_columns
from dangol.analytical.predictions.lifetime_value.lab.errors import LabError
from dangol.analytical.predictions.lifetime_value.lab.files import read_sheet
from dangol.analytical.predictions.lifetime_value.lab.study import Wishes, study
from dangol.analytical.predictions.lifetime_value.lab.transactions import Transactions, read_transactions

ROWS = ["kim,2025-01-01,10", "kim,2025-02-01,20", "lee,2025-01-15,30", "lee,2025-06-30,5", "choi,2025-03-01,7"]
SHOP = "customer,date,amount\n" + "\n".join(ROWS) + "\n"


def read(folder: Path, text: str | bytes, **wishes: str) -> Transactions:
    """Transactions of a file with that content."""
    file = folder / "shop.csv"
    file.write_bytes(text.encode() if isinstance(text, str) else text)
    sheet = read_sheet(file)
    return read_transactions(sheet, choose_columns(sheet.table, wishes))


def days(found: Transactions) -> list[str]:
    return [str(dt.date(1970, 1, 1) + dt.timedelta(int(day))) for day in found.day]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16"])
def test_any_usual_separator_and_encoding_is_read(tmp_path: Path, separator: str, encoding: str) -> None:
    text = "고객번호,주문일,결제금액\n김,2025-01-01,10\n이,2025-01-02,20\n"
    found = read(tmp_path, text.replace(",", separator).encode(encoding))
    assert (found.rows_used, found.amount.sum()) == (2, 30)


def test_a_packed_file_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, gzip.compress(SHOP.encode())).rows_used == 5


def test_cdnow_files_are_recognised_without_a_header(tmp_path: Path) -> None:
    lines = (" 00004 0001 19970101  2   29.33", " 00004 0001 19970118  2   29.73", " 00021 0002 19970101  3   63.34")
    found = read(tmp_path, "\n".join(lines))
    assert days(found) == ["1997-01-01", "1997-01-18", "1997-01-01"]
    assert found.amount.tolist() == [29.33, 29.73, 63.34]


def test_cdnow_master_files_without_sample_ids_are_recognised(tmp_path: Path) -> None:
    assert read(tmp_path, " 00001 19970101  1   11.77\n 00002 19970112  1   12.00\n").rows_used == 2


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2025-03-04", "2025-03-04"),
        ("2025-03-04T23:30:00+09:00", "2025-03-04"),
        ("2025/3/4 9:05", "2025-03-04"),
        ("2025. 3. 4.", "2025-03-04"),
        ("2025년 3월 4일", "2025-03-04"),
        ("20250304", "2025-03-04"),
        ("20250304153000", "2025-03-04"),
        ("4.3.2025 10:15", "2025-03-04"),
        ("04 Mar 2025", "2025-03-04"),
        ("Mar 4, 2025", "2025-03-04"),
        ("1741046400", "2025-03-04"),
    ],
)
def test_dates_are_read_as_people_write_them(tmp_path: Path, written: str, meant: str) -> None:
    found = read(tmp_path, f'who;when;amount\nkim;"{written}";10\n', customer="who", date="when")
    assert days(found) == [meant]


def test_the_day_comes_first_when_some_date_shows_it(tmp_path: Path) -> None:
    found = read(tmp_path, "customer,date,amount\na,3/4/2025,1\na,25/4/2025 10:00,1\n")
    assert days(found) == ["2025-04-03", "2025-04-25"]
    assert not found.ambiguous_dates


def test_the_month_comes_first_when_some_date_shows_it(tmp_path: Path) -> None:
    found = read(tmp_path, "customer,date,amount\na,3/4/2025 8:26,1\na,3/25/25,1\n")
    assert days(found) == ["2025-03-04", "2025-03-25"]


def test_dates_that_could_be_either_are_said_to_be_so(tmp_path: Path) -> None:
    file = tmp_path / "shop.csv"
    file.write_text("customer,date,amount\na,3/4/2025,1\na,5/6/2025,1\nb,1/2/2025,3\n")
    assert "ambiguous_dates" in as_json(study(file, Wishes()))["warning_codes"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1234.50", 1234.5), ('"1,234.50"', 1234.5), ("$12.5", 12.5), ("12 000원", 12000), ("(3.50)", -3.5), ("-7", -7)],
)
def test_amounts_are_read_as_people_write_them(tmp_path: Path, written: str, meant: float) -> None:
    assert read(tmp_path, f"customer,date,amount\na,2025-01-01,{written}\n").amount.tolist() == [meant]


def test_a_decimal_comma_is_one(tmp_path: Path) -> None:
    found = read(tmp_path, "customer;date;amount\na;2025-01-01;1.234,50\nb;2025-01-01;7,25\nc;2025-01-01;3\n")
    assert sorted(found.amount.tolist()) == [3, 7.25, 1234.5]


def test_every_bad_row_is_counted_with_its_reason_and_place(tmp_path: Path) -> None:
    bad = ["kim,2025-01-03,ten", ",2025-01-03,1", "kim,,1", "kim,2025-13-45,1", "kim,2025-01-03,", "kim,2025-01-03,1,2"]
    found = read(tmp_path, SHOP + "\n".join(bad) + "\n" + "kim,2025-04-01,1\nkim,yesterday,1\n")
    assert (found.rows_read, found.rows_used) == (13, 6)
    assert {reason: (aside.rows, aside.first_row) for reason, aside in found.put_aside.items()} == {
        "misshapen": (1, 12),
        "no_customer": (1, 8),
        "no_date": (1, 9),
        "bad_date": (2, 10),
        "no_amount": (1, 11),
        "bad_amount": (1, 7),
    }
    assert sum(aside.rows for aside in found.put_aside.values()) == found.rows_read - found.rows_used


def test_a_line_with_a_break_inside_quotes_is_one_row(tmp_path: Path) -> None:
    found = read(tmp_path, 'customer,date,amount,note\na,2025-01-01,5,"two\nlines"\nb,2025-01-02,6,one\n')
    assert (found.rows_read, found.rows_used) == (2, 2)


def test_purchases_of_one_day_are_one_and_refunds_are_set_off(tmp_path: Path) -> None:
    file = tmp_path / "shop.csv"
    file.write_text(SHOP + "kim,2025-01-01,5\nlee,2025-06-30,-5\nchoi,2025-05-01,-7\n")
    answer = as_json(study(file, Wishes()))
    assert (answer["negative_rows"], answer["days_without_purchase"], answer["amount_without_purchase"]) == (2, 2, -7)
    assert answer["forecast"]["customers"] == 3


def test_quantity_times_price_makes_the_amount(tmp_path: Path) -> None:
    text = "CustomerID,InvoiceDate,Quantity,UnitPrice\n1,12/31/2010 8:26,6,2.55\n1,12/31/2010 8:26,-1,2.55\n"
    assert read(tmp_path, text).amount.tolist() == pytest.approx([12.75])
    assert read(tmp_path, text, amount="quantity*unitprice").amount.tolist() == pytest.approx([12.75])
    assert read(tmp_path, text, amount="Quantity").amount.tolist() == [5]


def test_a_file_without_money_still_gives_orders(tmp_path: Path) -> None:
    file = tmp_path / "visits.csv"
    file.write_text("member,visited\n" + "\n".join(row.rsplit(",", 1)[0] for row in ROWS))
    answer = as_json(study(file, Wishes()))
    assert answer["columns"] == {"customer": "member", "date": "visited", "amount": None}
    assert answer["gamma_gamma"] is None
    assert "no_amounts" in answer["warning_codes"]
    assert answer["forecast"]["revenue_90"] is None


def test_a_customer_column_is_guessed_by_what_stands_in_it(tmp_path: Path) -> None:
    rows = "\n".join(f"x{place},c{place % 3},2025-01-{place + 1:02},5" for place in range(9))
    file = tmp_path / "shop.csv"
    file.write_text("ref,crmkey,when,amount\n" + rows)
    assert choose_columns(read_sheet(file).table, {}).customer == "crmkey"


@pytest.mark.parametrize(
    ("text", "wishes", "said"),
    [
        (SHOP, {"customer": "klant"}, "There is no column 'klant' for the customer. The columns are: customer, date"),
        ("a,b\nx,y\nz,w\n", {}, "No column looks like the date. Name it with --date; the columns are: a, b"),
        ("when,what\n2025-01-01,x\n", {}, "No column looks like the customer. Name it with --customer"),
        ("1,2025-01-01,10\n2,2025-01-02,5\n", {}, "should name the columns"),
        ("customer\nkim\n", {}, "one column only"),
        ("", {}, "holds no rows"),
        ("customer,date,amount\n", {}, "holds no rows under them"),
        ("customer,date,amount\nkim,2025-99-99,1\n", {}, "1 rows: has a date that cannot be read"),
        (b"PK\x03\x04rest", {}, "spreadsheet"),
        (b"\x1f\x8b\x08broken", {}, "damaged"),
        (b"\x00\x01\x02\xff", {}, "no text"),
    ],
)
def test_what_cannot_be_used_is_said_with_what_to_do(
    tmp_path: Path, text: str | bytes, wishes: dict[str, str], said: str
) -> None:
    with pytest.raises(LabError, match=said.replace("(", r"\(")):
        read(tmp_path, text, **wishes)


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        (Wishes(calibrate_until=dt.date(2020, 1, 1)), "lies before the first row, 2025-01-01"),
        (Wishes(horizon_days=0), "must be a number of days from 1"),
    ],
)
def test_days_outside_the_file_are_refused(tmp_path: Path, wishes: Wishes, said: str) -> None:
    file = tmp_path / "shop.csv"
    file.write_text(SHOP)
    with pytest.raises(LabError, match=said):
        study(file, wishes)


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="There is no file"):
        read_sheet(tmp_path / "nothing.csv")


def test_a_horizon_beyond_the_file_is_cut_and_said(tmp_path: Path) -> None:
    file = tmp_path / "shop.csv"
    file.write_text(SHOP)
    answer = as_json(study(file, Wishes(calibrate_until=dt.date(2025, 6, 1), horizon_days=100)))
    assert answer["horizon_days"] == 29
    assert "horizon_cut_short" in answer["warning_codes"]


def test_nothing_held_out_is_said(tmp_path: Path) -> None:
    file = tmp_path / "shop.csv"
    file.write_text(SHOP)
    answer = as_json(study(file, Wishes(calibrate_until=dt.date(2030, 1, 1))))
    assert answer["held_out"] is None
    assert "nothing_held_out" in answer["warning_codes"]


def test_the_command_answers_machines_and_people(tmp_path: Path) -> None:
    import json

    from rich.console import Console

    file = tmp_path / "shop.csv"
    file.write_text(SHOP)
    answer = clv(file, calibrate_until="2025-03-31", horizon=60)
    assert json.loads(json.dumps(answer.data, allow_nan=False))["calibrate_until"] == "2025-03-31"
    console = Console(width=100, record=True, file=(tmp_path / "out").open("w"))
    console.print(answer.shown)
    assert "5 rows read, 5 used, 0 put aside" in console.export_text()


def test_a_day_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="is no day"):
        clv(tmp_path / "shop.csv", calibrate_until="31.8.2011")
