"""Which column holds the customer, the date and the money: by name first, then by what stands in them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.compute as pc

from dangol.analytical.predictions.lifetime_value.lab.errors import LabError

_SAMPLE = 2_000
_NAMES = {
    "customer": (
        "customerid customerno customernumber customercode customer custid custno cust clientid client "
        "memberid memberno member userid user buyerid buyer accountid account personid person shopperid email "
        "고객번호 고객id 고객코드 고객명 고객 회원번호 회원id 회원 구매자id 구매자 사용자id 거래처코드 거래처"
    ),
    "date": (
        "invoicedate orderdate orderedat orderedon purchasedate purchasedat transactiondate saledate paymentdate "
        "paidat createdat datetime date timestamp time day 주문일시 주문일자 주문일 구매일시 구매일자 구매일 "
        "결제일시 결제일자 결제일 거래일시 거래일자 거래일 판매일자 판매일 일시 일자 날짜"
    ),
    "amount": (
        "amount totalamount orderamount linetotal lineamount ordertotal total totalprice netamount revenue sales "
        "salesamount turnover spend spent paid payment dollars value ordervalue "
        "결제금액 주문금액 구매금액 판매금액 총금액 실결제금액 금액 매출액 매출 합계"
    ),
    "quantity": "quantity qty units count pieces 수량 주문수량 판매수량",
    "price": "unitprice priceeach itemprice price 단가 판매단가 판매가 가격",
}
_DATE_LIKE = re.compile(
    r"^\s*(\d{4}[-/.년]\s*\d{1,2}[-/.월]\s*\d{1,2}|\d{1,2}[-/. ]\d{1,2}[-/. ]\d{2,4}|(19|20)\d{6}\b|(19|20)\d{12}\b"
    r"|\d{1,2}[- ][A-Za-z]{3,9}[- ,]+\d{4}|[A-Za-z]{3,9} \d{1,2},? \d{4})"
)
_NUMBER_LIKE = re.compile(r"^\s*\(?[-+]?[^\w\s.,-]{0,2}\s*\d[\d.,' ]*\)?\s*[^\d\s]{0,3}\s*$")


@dataclass(frozen=True, slots=True)
class Columns:
    """Names of the columns to use. Money is `amount`, or `quantity` times `price`, or unknown."""

    customer: str
    date: str
    amount: str | None = None
    quantity: str | None = None
    price: str | None = None

    @property
    def money(self) -> str | None:
        """What money is made of, for people."""
        return f"{self.quantity} x {self.price}" if self.quantity and self.price else self.amount


def choose_columns(table: pa.Table, wishes: Mapping[str, str | None]) -> Columns:
    """Return the columns to use: those wished for, and guesses for the rest.

    `wishes` may name customer, date, amount, quantity, price; an amount may be written `Quantity*UnitPrice`. Raises
    LabError when a wished column does not exist or no guess is good enough.
    """
    named = {role: _find(table, role, wish) for role, wish in _split_product(wishes).items() if wish}
    if ("quantity" in named) != ("price" in named):
        missing = "price" if "quantity" in named else "quantity"
        named[missing] = _must(_by_name(table, missing, set(named.values())), table, missing)
    for role in ("date", "customer"):
        if role not in named:
            guess = _by_name(table, role, set(named.values())) or _by_content(table, role, set(named.values()))
            named[role] = _must(guess, table, role)
    if not named.keys() & {"amount", "quantity", "price"}:
        named |= _guess_money(table, set(named.values()))
    return Columns(**named)


def _split_product(wishes: Mapping[str, str | None]) -> Mapping[str, str | None]:
    amount = wishes.get("amount")
    if not amount or amount.count("*") != 1:
        return wishes
    quantity, price = (part.strip() for part in amount.split("*"))
    return {**wishes, "amount": None, "quantity": quantity, "price": price}


def _find(table: pa.Table, role: str, wish: str) -> str:
    if wish in table.column_names:
        return wish
    alike = [name for name in table.column_names if _plain(name) == _plain(wish)]
    if len(alike) == 1:
        return str(alike[0])
    raise LabError(f"There is no column {wish!r} for the {role}. The columns are: {_listed(table)}.")


def _must(guess: str | None, table: pa.Table, role: str) -> str:
    if guess is None:
        raise LabError(f"No column looks like the {role}. Name it with --{role}; the columns are: {_listed(table)}.")
    return guess


def _guess_money(table: pa.Table, taken: set[str]) -> dict[str, str]:
    amount = _by_name(table, "amount", taken)
    if amount:
        return {"amount": amount}
    quantity, price = _by_name(table, "quantity", taken), _by_name(table, "price", taken)
    if quantity and price:
        return {"quantity": quantity, "price": price}
    return {"amount": price} if price else {}


def _by_name(table: pa.Table, role: str, taken: set[str]) -> str | None:
    free = [name for name in table.column_names if name not in taken]
    for wanted in _NAMES[role].split():
        for name in free:
            if _plain(name) == wanted and _fits(table, role, name):
                return str(name)
    for wanted in _NAMES[role].split():
        for name in free:
            if len(wanted) > 3 and wanted in _plain(name) and _fits(table, role, name):
                return str(name)
    return None


def _by_content(table: pa.Table, role: str, taken: set[str]) -> str | None:
    free = [name for name in table.column_names if name not in taken]
    if role == "date":
        return next((str(name) for name in free if _fits(table, "date", name, named=False)), None)
    coded = [name for name in free if re.search(r"(id|no|code|key|number|번호|코드)$", _plain(name))]
    repeating = [name for name in coded if 1 < pc.count_distinct(table[name]).as_py() < 0.8 * table.num_rows]
    return str(repeating[0]) if len(repeating) == 1 else None


def _fits(table: pa.Table, role: str, name: str, named: bool = True) -> bool:
    """Whether what stands in a column could be that role; an empty one only if its name says so."""
    values = [value for value in table[name].slice(0, _SAMPLE).to_pylist() if value and value.strip()]
    if role == "customer" or not values:
        return role == "customer" or named
    pattern = _DATE_LIKE if role == "date" else _NUMBER_LIKE
    return sum(bool(pattern.match(value)) for value in values) >= 0.8 * len(values)


def _plain(name: str) -> str:
    return re.sub(r"[^0-9a-z가-힣]", "", name.lower())


def _listed(table: pa.Table) -> str:
    return ", ".join(table.column_names)
