"""What files of people are like: names of columns, first and last names, numbers that are nobody's own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.core.customers.people.rules import is_hangul, is_relay_number
from dangol.platform.exchange.columns import ImportField
from dangol.platform.exchange.records.answers import counted
from dangol.platform.exchange.records.habits import Habits, Texts, register_habits

# fmt: off
NAMES: dict[str, tuple[str, ...]] = {
    "name": ("contact name", "customer name", "person name", "client", "customer", "고객명", "고객이름", "회원명",
             "구매자명", "주문자명", "수취인명", "담당자명", "person - name"),
    "latin_name": ("english name", "name in english", "romanized name", "영문이름", "영문명", "영문성명"),
    "email": ("person - email", "customer email", "buyer email", "이메일(아이디)", "구매자이메일", "주문자이메일"),
    "phone": ("person - phone", "customer phone", "default address phone", "구매자전화번호", "구매자연락처",
              "주문자휴대전화", "회원휴대폰", "휴대폰(필수)", "수취인전화번호"),
    "company": ("person - organization", "default address company", "associated company", "related company",
                "parent name"),
    "customer_number": ("customer id", "customer number", "customer no", "contact id", "record id",
                        "record id - contact", "member id", "client id", "person id", "id", "고객번호", "고객id",
                        "회원번호", "회원아이디", "회원id", "아이디", "구매자id", "고객코드"),
    "city": ("default address city", "mailing city"),
    "country": ("default address country code", "mailing country"),
    "address": ("default address address1", "mailing street"),
}
GIVEN = ("first name", "given name", "firstname", "forename", "이름(명)", "명")
FAMILY = ("last name", "family name", "surname", "lastname", "성")
# fmt: on


def join(texts: Texts) -> None:
    """Make one name of a first and a last name, as its bearer writes it: in Korean the family's first."""
    given, family = texts.pop("given_name", ""), texts.pop("family_name", "")
    if not (given or family) or texts.get("name"):
        return
    if is_hangul(given + family):
        texts["name"] = f"{family}{given}"
    else:
        texts["name"] = f"{given} {family}".strip()


def drop(values: dict[str, Any]) -> str:
    """Take out a relay number (050): a shop's safety number leads to somebody for some weeks, then to somebody else."""
    if is_relay_number(str(values.get("phone") or "")):
        del values["phone"]
        return "relay_number"
    return ""


register_habits(
    "person",
    Habits(
        names=NAMES,
        extra=(
            ImportField("given_name", _("First name"), GIVEN, help=_("Becomes the name, together with the last name.")),
            ImportField("family_name", _("Last name"), FAMILY),
        ),
        join=join,
        drop=drop,
        match=("customer_number", "email", "phone"),
        named_by=("name", "email", "customer_number"),
        notes={
            "relay_number": counted(
                "%(count)d phone number is a safety number (050) of a shop and is left out: it is nobody's own.",
                "%(count)d phone numbers are safety numbers (050) of shops and are left out: they are nobody's own.",
            )
        },
    ),
)
