from __future__ import annotations

import re
from pathlib import Path

import pytest

from dangol.core.customers.people.tests.files import living, take, write
from dangol.platform.access.actor import Actor
from dangol.platform.exchange.presets import NOT_TRIED, fitting_preset, presets_of

HEADERS = {
    "hubspot": (
        "Record ID",
        "First Name",
        "Last Name",
        "Email",
        "Phone Number",
        "Contact owner",
        "Primary Associated Company",
        "Lead Status",
    ),
    "salesforce": (
        "Contact ID",
        "First Name",
        "Last Name",
        "Title",
        "Account Name",
        "Mailing Street",
        "Mailing City",
        "Phone",
        "Mobile",
        "Email",
        "Contact Owner",
    ),
    "pipedrive": ("Person - Name", "Person - Organization", "Person - Email - Work", "Person - Phone - Work"),
    "odoo": ("External ID", "Name", "Phone", "Email", "Salesperson", "City", "Country", "Is a Company"),
    "shopify": (
        "Customer ID",
        "First Name",
        "Last Name",
        "Email",
        "Accepts Email Marketing",
        "Default Address Company",
        "Default Address Address1",
        "Default Address City",
        "Default Address Country Code",
        "Default Address Phone",
        "Phone",
    ),
    "cafe24": ("아이디", "이름", "이메일", "휴대폰", "회원등급", "가입일", "생년월일"),
    "smartstore": (
        "상품주문번호",
        "주문번호",
        "주문일시",
        "상품명",
        "수량",
        "구매자명",
        "구매자ID",
        "수취인명",
        "수취인연락처1",
        "구매자연락처",
    ),
    "coupang": (
        "묶음배송번호",
        "주문번호",
        "등록상품명",
        "구매수(수량)",
        "구매자",
        "구매자이메일",
        "구매자전화번호",
        "수취인이름",
        "수취인전화번호",
    ),
}


@pytest.mark.parametrize("system", HEADERS)
def test_a_file_of_a_known_system_is_recognised_and_says_from_what(system: str) -> None:
    preset = fitting_preset("people", HEADERS[system])
    assert preset is not None
    assert preset.name == system
    assert len(preset.places(HEADERS[system])) >= 3
    assert "20" in preset.made_from
    assert not preset.is_tried


def test_every_system_is_known_by_some_kind_of_file_and_names_where_that_is_from() -> None:
    known = [preset for kind in ("people", "companies", "products", "orders") for preset in presets_of(kind)]
    assert {preset.name for preset in known} == set(HEADERS)
    for preset in known:
        assert re.search(r"\d{4}-\d{2}-\d{2}", preset.made_from), preset.name
        assert not preset.is_tried
        assert NOT_TRIED


def test_what_was_never_tried_says_so_and_other_files_are_nobodys() -> None:
    assert not any(preset.is_tried for preset in presets_of("people"))
    assert fitting_preset("people", ("이름", "이메일", "휴대폰")) is None
    assert fitting_preset("orders", HEADERS["coupang"]).name == "coupang"  # type: ignore[union-attr]


@pytest.mark.django_db
def test_a_buyer_of_a_market_is_taken_and_not_who_receives(system: Actor, tmp_path: Path) -> None:
    row = ("1", "A1", "2026-11-01", "원두", "1", "김지우", "jiwoo***", "박하나", "0502-1111-2222", "010-1234-5678")
    result = take(write(tmp_path / "a.csv", [row], HEADERS["smartstore"]), system)
    assert result["columns"]["name"] == "구매자명"
    assert living()["김지우"].phone == "+821012345678"


@pytest.mark.django_db
def test_a_hubspot_like_file_comes_in_whole(system: Actor, tmp_path: Path) -> None:
    row = ("51", "Jane", "Webb", "jane@webb.test", "+44 20 7946 0000", "", "Webb & Co", "New")
    take(write(tmp_path / "a.csv", [row], HEADERS["hubspot"]), system)
    person = living()["Jane Webb"]
    assert (person.customer_number, person.phone) == ("51", "+442079460000")
    assert person.company_id
