"""Objects that are ready to start from: fields, choices with colours, a relation to a person or company, a board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.platform.access.actor import Actor
from dangol.platform.objects.custom_fields.services import add_field
from dangol.platform.objects.custom_objects.models import CustomObject
from dangol.platform.objects.registry import UnknownObject, object_type
from dangol.platform.objects.saved_views import save_view

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Template:
    """What an object begins with. `fields` as `add_field` takes them; `board` is the field whose choices make the
    columns of its board."""

    label: tuple[str, str]
    plural: tuple[str, str]
    naming: tuple[str, str]
    slug: str
    icon: str
    section: str
    hint: Any
    fields: tuple[Row, ...]
    board: str


def _field(kind: str, en: str, ko: str, **more: Any) -> Row:
    return {"kind": kind, "label_en": en, "label_ko": ko, **more}


def _choice(en: str, ko: str, *choices: tuple[str, str, str], **more: Any) -> Row:
    listed = [{"en": one, "ko": other, "tone": tone} for one, other, tone in choices]
    return _field("choice", en, ko, choices=listed, is_fast=True, **more)


def _person(en: str, ko: str) -> Row:
    return _field("relation", en, ko, relation="person", is_fast=True)


def _company(en: str, ko: str) -> Row:
    return _field("relation", en, ko, relation="company", is_fast=True)


# fmt: off
TEMPLATES: dict[str, Template] = {
    "pet": Template(
        ("Pet", "반려동물"), ("Pets", "반려동물"), ("Pet's name", "이름"), "pets", "paw", "customers",
        gettext_lazy("Kind, breed, birthday, weight and whose it is"),
        (
            _choice("Kind", "종류", ("Dog", "강아지", "good"), ("Cat", "고양이", "warn"), ("Bird", "새", "held"),
                    ("Other", "기타", "")),
            _person("Keeper", "보호자"),
            _field("text", "Breed", "품종", is_searched=True),
            _field("date", "Born on", "생일", is_fast=True),
            _field("number", "Weight (kg)", "몸무게 (kg)", places=1),
            _field("bool", "Neutered", "중성화"),
            _field("date", "Next vaccination", "다음 예방접종일", is_fast=True),
            _field("long_text", "To be aware of", "주의할 점"),
        ), "c_kind"),
    "vehicle": Template(
        ("Vehicle", "차량"), ("Vehicles", "차량"), ("Number plate", "차량 번호"), "vehicles", "car", "customers",
        gettext_lazy("Number plate, make, mileage, next inspection, who drives it"),
        (
            _choice("State", "상태", ("In use", "운행 중", "good"), ("In the workshop", "정비 중", "warn"),
                    ("Sold", "매각", "held")),
            _person("Driver", "운전자"),
            _company("Company", "회사"),
            _field("text", "Make and model", "차종", is_searched=True),
            _field("text", "Chassis number", "차대 번호", is_unique=True, is_searched=True),
            _field("number", "Year built", "연식"),
            _field("number", "Mileage (km)", "주행 거리 (km)"),
            _field("date", "Next inspection", "다음 정기 검사일", is_fast=True),
        ), "c_state"),
    "contract": Template(
        ("Contract", "계약"), ("Contracts", "계약"), ("Title", "계약명"), "contracts", "file-text", "sales",
        gettext_lazy("State, value, term and the company it is with"),
        (
            _choice("State", "상태", ("Draft", "작성 중", ""), ("Sent", "발송", "warn"), ("Signed", "체결", "good"),
                    ("Ended", "종료", "held"), ("Lost", "무산", "bad")),
            _company("Company", "회사"),
            _person("Signed by", "서명한 사람"),
            _field("money", "Value", "계약 금액", is_fast=True),
            _field("date", "Begins on", "시작일", is_fast=True),
            _field("date", "Ends on", "종료일", is_fast=True),
            _field("bool", "Renews by itself", "자동 갱신"),
            _field("long_text", "Reason", "사유"),
        ), "c_state"),
    "reservation": Template(
        ("Reservation", "예약"), ("Reservations", "예약"), ("What for", "예약 내용"), "reservations",
        "calendar-event", "customers",
        gettext_lazy("Day, time, number of guests and who comes"),
        (
            _choice("State", "상태", ("Asked for", "요청", "warn"), ("Confirmed", "확정", "good"),
                    ("Came", "방문", "held"), ("Did not come", "노쇼", "bad"), ("Cancelled", "취소", "")),
            _person("Guest", "손님"),
            _field("date", "Day", "날짜", is_fast=True, is_required=True),
            _field("text", "Time", "시간"),
            _field("number", "Guests", "인원"),
            _field("text", "Table or room", "자리"),
            _field("money", "Deposit", "예약금"),
            _field("long_text", "Wishes", "요청 사항"),
        ), "c_state"),
    "equipment": Template(
        ("Piece of equipment", "장비"), ("Equipment", "장비"), ("What it is", "장비명"), "equipment", "tool", "service",
        gettext_lazy("Serial number, where it stands, warranty, next service"),
        (
            _choice("State", "상태", ("Works", "정상", "good"), ("Needs service", "점검 필요", "warn"),
                    ("Broken", "고장", "bad"), ("Taken down", "철거", "held")),
            _company("Stands at", "설치 회사"),
            _person("Contact", "담당자"),
            _field("text", "Serial number", "일련번호", is_unique=True, is_searched=True),
            _field("text", "Model", "모델", is_searched=True),
            _field("date", "Installed on", "설치일"),
            _field("date", "Warranty until", "보증 만료일", is_fast=True),
            _field("date", "Next service", "다음 점검일", is_fast=True),
        ), "c_state"),
}
# fmt: on


def furnish(row: CustomObject, actor: Actor, maker: Actor | None = None) -> None:
    """Give a new object the fields of its template, and a board for everybody where a `maker` stands for it. A relation
    to what this house does not have is left out."""
    template = TEMPLATES.get(row.template)
    if template is None:
        return
    for values in template.fields:
        if values["kind"] != "relation" or _is_known(str(values["relation"])):
            add_field(actor=actor, object_name=row.name, values=values)
    if maker is not None:
        audience = "all" if maker.scope("see", row.name) == "all" else "mine"
        save_view(actor=maker, declared=object_type(row.name), name=_board(maker), filter={}, audience=audience,
                  layout="board", group_by=template.board)  # fmt: skip


def _board(maker: Actor) -> str:
    with translation.override(maker.language):
        return _("Board")


def _is_known(name: str) -> bool:
    try:
        object_type(name)
    except UnknownObject:
        return False
    return True
