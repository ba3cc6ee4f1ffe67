"""Files hold custom fields like any others: read by their kind, matched on, told, wrong cells put aside by name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from dangol.core.customers.companies.models import Company
from dangol.core.customers.people.tests.files import counts, living, take, write
from dangol.platform.access.actor import Actor
from dangol.platform.events.models import EventChange
from dangol.platform.objects.custom_fields.services import add_field

GRADES = [{"en": "Gold", "ko": "금"}, {"en": "Silver", "ko": "은"}]
HEADER = ("Name", "Card", "Points", "Grade", "Likes", "Since", "VIP", "Friend", "Share")


@pytest.mark.django_db
def test_a_file_fills_custom_fields_and_finds_records_by_them(system: Actor, tmp_path: Path) -> None:
    for kind, label in (("text", "Card"), ("number", "Points"), ("choice", "Grade"), ("choices", "Likes"),
                        ("date", "Since"), ("bool", "VIP"), ("relation", "Friend"), ("percent", "Share")):  # fmt: skip
        values = {"kind": kind, "label_en": label, "choices": GRADES, "places": 1, "relation": "company"}
        add_field(actor=system, object_name="person", values={**values, "is_unique": label == "Card"})
    add_field(actor=system, object_name="person", values={"kind": "text", "label_en": "From", "default": "file"})
    rows = [
        ("Mina", "K1", "1,234.5", "금", "Gold; 은", "2026.3.1", "예", "Narae", "12.5 %"),
        ("Jiwoo", "K2", "x", "", "", "", "", "", ""),
        ("Hana", "K3", "2", "bronze", "", "", "", "", ""),
        ("Yuna", "K4", "", "silver", "", "", "", "", ""),
    ]
    path = write(tmp_path / "a.csv", rows, HEADER)
    assert counts(take(path, system, is_dry=True)) == counts(take(path, system)) == (2, 0, 0, 2)
    mina = living()["Mina"]
    assert (mina.c_card, mina.c_points, mina.c_grade, mina.c_likes) == (
        "K1",
        Decimal("1234.5"),
        "gold",
        ["gold", "silver"],
    )
    assert (mina.c_since, mina.c_vip, mina.c_share, mina.c_from) == (date(2026, 3, 1), True, Decimal("0.125"), "file")
    assert mina.c_friend_id
    told = EventChange.objects.get(subject="person", subject_id=mina.pk)
    assert (told.after["c_points"], told.after["c_from"]) == ("1234.5", "file")
    again = write(tmp_path / "b.csv", [("Mina Kim", "K1", "7", "", "Silver", "", "", "", "")], HEADER)
    assert counts(take(again, system, match=["c_card"])) == (0, 1, 0, 0)
    mina = living()["Mina Kim"]
    assert (mina.c_points, mina.c_likes, mina.c_grade) == (7, ["silver"], "gold")


@pytest.mark.django_db
def test_a_cell_names_several_records_and_addresses_are_read_as_people_write_them(
    system: Actor, tmp_path: Path
) -> None:
    for kind, label in (
        ("relations", "Firms"),
        ("email", "Spare"),
        ("phone", "Fax"),
        ("datetime", "Met"),
        ("url", "Page"),
    ):
        add_field(actor=system, object_name="person", values={"kind": kind, "label_en": label, "relation": "company"})
    header = ("Name", "Firms", "Spare", "Fax", "Met", "Page")
    rows = [
        ("Mina", "Narae; Acme, Inc.", "Mina@Firm.kr", "02-555-1234", "2026-03-01 14:30", "firm.kr"),
        ("Jiwoo", "Narae | narae", "", "", "", ""),
        ("Hana", "", "nobody", "", "", ""),
    ]
    path = write(tmp_path / "a.csv", rows, header)
    assert counts(take(path, system, is_dry=True)) == counts(take(path, system)) == (2, 0, 0, 1)
    mina, jiwoo = living()["Mina"], living()["Jiwoo"]
    names = dict(Company.plain.values_list("pk", "name"))
    assert [names[pk] for pk in mina.c_firms] == ["Narae", "Acme, Inc."]
    assert [names[pk] for pk in jiwoo.c_firms] == ["Narae"]
    assert (mina.c_spare, mina.c_fax, mina.c_page) == ("mina@firm.kr", "+8225551234", "https://firm.kr")
    assert mina.c_met is not None
