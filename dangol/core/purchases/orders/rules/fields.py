"""The columns of an order file, and how shops and shop systems call them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC
from decimal import Decimal
from itertools import pairwise

from dangol.platform.exchange.values.contacts import read_email
from dangol.platform.exchange.values.countries import find_country
from dangol.platform.exchange.values.moments import NotAMoment, read_moment
from dangol.platform.exchange.values.numbers import NotANumber, read_number

REQUIRED = ("number", "date")
MONEY = ("price", "amount", "total")
PUT_ASIDE_COLUMNS = ("dangol_row", "dangol_line", "dangol_reason", "dangol_column")

# fmt: off
NAMES: dict[str, tuple[str, ...]] = {
    "number": (
        "invoice no", "invoice number", "invoice", "invoice id", "order number", "order no", "order id", "order",
        "order name", "order reference", "receipt number", "transaction id", "bill no", "주문번호", "주문 번호",
        "인보이스 번호", "송장 번호", "전표번호", "영수증번호", "거래번호", "주문아이디",
    ),
    "date": (
        "invoice date", "order date", "ordered at", "date ordered", "created at", "paid at", "purchase date", "date",
        "order time", "datetime", "timestamp", "order created date", "processed at", "주문일시", "주문일", "주문일자",
        "주문날짜", "결제일시", "결제일", "결제완료일", "구매일", "거래일자", "거래일시", "일자", "날짜", "판매일",
    ),
    "customer_number": (
        "customer id", "customer number", "customer no", "customer code", "customer", "client id", "user id",
        "member id", "customer user id", "buyer id", "account number", "고객번호", "고객 번호", "고객아이디", "고객id",
        "고객코드", "회원번호", "회원아이디", "회원id", "주문자id", "주문자아이디", "구매자id", "거래처코드",
    ),
    "customer_name": (
        "customer name", "billing name", "full name", "buyer name", "client name", "customer full name", "name",
        "billing full name", "shipping name", "고객명", "고객이름", "주문자명", "주문자 이름", "주문자", "구매자명",
        "구매자", "회원명", "이름", "성명", "성함", "거래처명",
    ),
    "email": (
        "customer email", "email", "e-mail", "email address", "billing email", "email billing", "buyer email",
        "이메일", "이메일 주소", "주문자 이메일", "구매자 이메일", "메일",
    ),
    "phone": (
        "customer phone", "phone", "phone number", "billing phone", "phone billing", "mobile", "telephone", "tel",
        "휴대폰", "휴대전화", "휴대폰번호", "핸드폰", "전화번호", "연락처", "주문자 휴대전화", "주문자 휴대폰",
        "주문자 연락처", "주문자 전화번호", "구매자 연락처", "구매자 전화번호",
    ),
    "code": (
        "stock code", "lineitem sku", "product code", "sku", "item sku", "item code", "article number", "product id",
        "item number", "variant sku", "상품코드", "상품 코드", "품목코드", "자체상품코드", "상품번호", "제품코드",
        "품번", "판매자상품코드", "바코드",
    ),
    "description": (
        "description", "lineitem name", "product name", "item name", "product title", "product", "item", "title",
        "product description", "상품명", "주문상품명", "제품명", "품명", "품목명", "상품", "품목",
    ),
    "quantity": (
        "quantity", "lineitem quantity", "qty", "quantity ordered", "units", "item quantity", "count",
        "수량", "주문수량", "구매수량", "판매수량", "개수",
    ),
    "price": (
        "unit price", "lineitem price", "price", "item price", "item cost", "price each", "product price", "rate",
        "unit cost", "단가", "판매단가", "판매가", "상품가격", "상품금액", "가격", "개당 가격", "공급단가", "판매가격",
    ),
    "amount": (
        "line total", "line amount", "order line total", "item total", "extended price", "subtotal line", "sales",
        "amount", "net sales", "revenue", "상품구매금액", "상품별 총 주문금액", "공급가액", "매출액", "판매금액",
        "합계금액", "금액", "소계",
    ),
    "total": (
        "order total", "order total amount", "total", "total price", "grand total", "order amount", "total amount",
        "총 주문금액", "총주문금액", "총 결제금액", "총결제금액", "결제금액", "실결제금액", "주문금액", "총액", "합계",
    ),
    "currency": ("currency", "currency code", "order currency", "통화", "화폐", "통화코드", "결제통화"),
    "country": (
        "country", "billing country", "country code billing", "country billing", "shipping country", "country code",
        "customer country", "ship country", "국가", "나라", "국가코드", "배송국가",
    ),
    "status": (
        "order status", "financial status", "cancelled at", "status", "주문상태", "주문 상태", "상태", "처리상태",
    ),
    "line": ("dangol line", "dangol_line"),
}
# fmt: on


def names_of(field: str) -> tuple[str, ...]:
    """The usual names of a column, best first."""
    return NAMES[field]


def looks_like(field: str) -> Callable[[Sequence[str]], float] | None:
    """How to tell a column of this kind by its cells; None where cells say too little."""
    return _LOOKS.get(field)


def _share(cells: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, cells)) / len(cells) if cells else 0.0


def _is_moment(cell: str) -> bool:
    try:
        read_moment(cell, order="mdy" if not cell[:2].isdecimal() or int(cell[:2]) < 13 else "dmy", zone=UTC)
    except NotAMoment:
        return False
    return not cell.replace(".", "").isdecimal() or len(cell) >= 8


def _number(cell: str) -> Decimal | None:
    try:
        return read_number(cell)
    except NotANumber:
        return None


def _looks_like_numbers_of_orders(cells: Sequence[str]) -> float:
    """Orders stand together: the same number on lines below each other, or never twice."""
    if not cells or any(" " in cell or _is_moment(cell) or "@" in cell for cell in cells):
        return 0.0
    runs = 1 + sum(a != b for a, b in pairwise(cells))
    distinct = len(set(cells))
    digits = _share(cells, lambda cell: sum(c.isdigit() for c in cell) >= 3)
    if min(map(len, cells)) < 4 or distinct == 1:
        return 0.0
    return digits * (1.0 if runs == distinct else 0.0)


def _looks_like_quantity(cells: Sequence[str]) -> float:
    return _share(cells, lambda cell: (n := _number(cell)) is not None and n == int(n) and abs(n) < 100_000)


def _looks_like_price(cells: Sequence[str]) -> float:
    return _share(cells, lambda cell: _number(cell) is not None and not cell.isdigit())


def _looks_like_countries(cells: Sequence[str]) -> float:
    return _share(cells, lambda cell: bool(find_country(cell)))


_LOOKS: dict[str, Callable[[Sequence[str]], float]] = {
    "number": _looks_like_numbers_of_orders,
    "date": lambda cells: _share(cells, _is_moment),
    "email": lambda cells: _share(cells, lambda cell: bool(read_email(cell))),
    "country": _looks_like_countries,
    "price": _looks_like_price,
    "quantity": _looks_like_quantity,
}
