"""What files of people are like: names of columns, first and last names, numbers that are nobody's own."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dangol.core.customers.contact_points.services import keep_imported
from dangol.core.customers.people.rules import is_hangul, is_relay_number
from dangol.platform.exchange.columns import ImportField
from dangol.platform.exchange.presets import Preset, register_preset
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
    "gender": ("gender", "sex", "성별"),
    "age_band": ("age", "age band", "age group", "연령대", "나이대"),
    "region": ("region", "province", "state", "지역", "시도", "거주지역"),
    "occupation": ("occupation", "profession", "직업", "직종"),
    "household": ("household", "family", "세대", "가구"),
    "country": ("default address country code", "mailing country"),
    "address": ("default address address1", "mailing street"),
}
FURTHER: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("second_email", _("Second e-mail"), ("second email", "email 2", "e-mail 2 - value", "other email", "보조이메일",
                                          "이메일2", "추가이메일")),
    ("work_email", _("Work e-mail"), ("work email", "business email", "person - email - work", "회사이메일")),
    ("private_email", _("Private e-mail"), ("home email", "personal email", "person - email - home", "개인이메일")),
    ("mobile", _("Mobile"), ("mobile", "mobile phone", "mobile phone number", "cell phone", "person - phone - mobile",
                             "휴대폰", "휴대전화", "휴대폰번호", "핸드폰")),
    ("work_phone", _("Work phone"), ("work phone", "business phone", "office phone", "person - phone - work",
                                     "회사전화", "직장전화")),
    ("private_phone", _("Home phone"), ("home phone", "person - phone - home", "집전화", "자택전화")),
    ("second_phone", _("Second phone"), ("second phone", "phone 2", "phone 2 - value", "other phone", "전화번호2",
                                         "전화번호", "전화", "telephone", "phone",
                                         "추가연락처", "비상연락처")),
    ("second_address", _("Second address"), ("second address", "address 2", "other address", "주소2", "추가주소")),
    ("billing_address", _("Billing address"), ("billing address", "청구지", "청구지주소")),
    ("delivery_address", _("Delivery address"), ("delivery address", "shipping address", "배송지", "배송지주소",
                                                 "배송주소")),
    ("kakaotalk", _("KakaoTalk"), ("kakaotalk", "kakaotalk id", "kakao id", "카카오톡", "카카오톡아이디")),
    ("line_id", _("LINE"), ("line id", "라인아이디")),
    ("whatsapp", _("WhatsApp"), ("whatsapp", "whatsapp number")),
    ("instagram", _("Instagram"), ("instagram", "instagram handle", "인스타그램", "인스타")),
    ("facebook", _("Facebook"), ("facebook", "facebook id", "페이스북")),
)
"""Columns that become further ways to reach a person."""
_AFTER_THE_OWN = tuple(f"no column is called so {place}" for place in range(40))
"""Ranks their names behind those of the person's own fields: a file's only mobile is the phone, a second further."""
GIVEN = ("first name", "given name", "firstname", "forename", "이름(명)", "명")
FAMILY = ("last name", "family name", "surname", "lastname", "성")
# fmt: on


def join(texts: Texts) -> None:
    """Make one name of a first and a last name, as its bearer writes it: in Korean the family's first. Who has no
    phone but a further one has that as theirs."""
    if not texts.get("phone") and (further := texts.get("mobile") or texts.get("second_phone")):
        texts["phone"] = further
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


def _relay_numbers(count: int) -> str:
    return ngettext(
        "%(count)d phone number is a safety number (050) of a shop and is left out: it is nobody's own.",
        "%(count)d phone numbers are safety numbers (050) of shops and are left out: they are nobody's own.",
        count,
    ) % {"count": count}


register_habits(
    "person",
    Habits(
        names=NAMES,
        extra=(
            ImportField("given_name", _("First name"), GIVEN, help=_("Becomes the name, together with the last name.")),
            ImportField("family_name", _("Last name"), FAMILY),
            *(ImportField(name, label, (*_AFTER_THE_OWN, *names)) for name, label, names in FURTHER),
        ),
        beside=frozenset(name for name, _label, _names in FURTHER),
        keep=keep_imported,
        join=join,
        drop=drop,
        match=("customer_number", "email", "phone"),
        named_by=("name", "email", "customer_number"),
        accepts=",.vcf,text/vcard",
        notes={
            "relay_number": _relay_numbers,
        },
    ),
)

# fmt: off
for _preset in (
    Preset("hubspot", "HubSpot", "people", ("Record ID", "First Name", "Last Name", ("Contact owner", "Lifecycle Stage",
           "Lead Status")), {
        "customer_number": ("Record ID", "Record ID - Contact"), "given_name": ("First Name",),
        "family_name": ("Last Name",), "email": ("Email",), "phone": ("Mobile Phone Number", "Phone Number"),
        "company": ("Primary Associated Company", "Associated Company", "Company Name"), "job_title": ("Job Title",),
        "owner": ("Contact owner",), "city": ("City",), "country": ("Country/Region",),
    }, "HubSpot Knowledge Base, “Set up your import files”, of 2023-11-03"),
    Preset("salesforce", "Salesforce", "people", (("Contact ID", "Id"), ("First Name", "FirstName"),
           ("Last Name", "LastName"), ("Account Name", "AccountId", "Account.Name"),
           ("Mailing Street", "MailingStreet", "Mailing City", "MailingCity")), {
        "customer_number": ("Contact ID", "Id"), "given_name": ("First Name", "FirstName"),
        "family_name": ("Last Name", "LastName"), "email": ("Email",), "phone": ("Mobile", "MobilePhone", "Phone"),
        "company": ("Account Name", "Account.Name"), "job_title": ("Title",), "owner": ("Contact Owner",),
        "address": ("Mailing Street", "MailingStreet"), "city": ("Mailing City", "MailingCity"),
        "country": ("Mailing Country", "MailingCountry"), "born_on": ("Birthdate",), "source": ("Lead Source",
        "LeadSource"), "name": (),
    }, "Salesforce Object Reference, object Contact, as known on 2026-11-22"),
    Preset("pipedrive", "Pipedrive", "people", ("Person - Name", ("Person - Email - Work", "Person - Email")), {
        "customer_number": ("Person - ID",), "name": ("Person - Name",),
        "email": ("Person - Email - Work", "Person - Email", "Person - Email - Home"),
        "phone": ("Person - Phone - Mobile", "Person - Phone - Work", "Person - Phone"),
        "company": ("Person - Organization", "Organization - Name"), "owner": ("Person - Owner",),
    }, "no list published; columns as public programs read them, seen on 2026-11-22"),
    Preset("odoo", "Odoo", "people", (("Display Name", "Name"), ("External ID", "ID"), "Phone", "Email",
           ("Is a Company", "Company Type", "Related Company", "Company Name", "Salesperson")), {
        "customer_number": ("External ID", "ID"), "name": ("Name", "Display Name"), "email": ("Email",),
        "phone": ("Mobile", "Phone"), "company": ("Related Company", "Company Name"), "job_title": ("Job Position",),
        "address": ("Street",), "city": ("City",), "country": ("Country",), "language": ("Language",),
        "owner": ("Salesperson",),
    }, "Odoo 17 source, model res.partner, as known on 2026-11-22"),
    Preset("shopify", "Shopify", "people", ("First Name", "Last Name", "Email", "Default Address Address1",
           ("Accepts Email Marketing", "Accepts Marketing")), {
        "customer_number": ("Customer ID",), "given_name": ("First Name",), "family_name": ("Last Name",),
        "email": ("Email",), "phone": ("Phone", "Default Address Phone"), "company": ("Default Address Company",),
        "address": ("Default Address Address1",), "city": ("Default Address City",),
        "country": ("Default Address Country Code",), "name": (),
    }, "columns of the customer CSV as public programs read it, seen on 2026-11-22"),
    Preset("cafe24", "카페24", "people", ("아이디", ("이름", "회원명"), ("휴대폰", "휴대전화", "휴대폰번호"),
           ("회원등급", "가입일", "회원가입일")), {
        "customer_number": ("아이디",), "name": ("이름", "회원명"), "email": ("이메일",),
        "phone": ("휴대폰", "휴대전화", "휴대폰번호"), "address": ("주소", "주소1", "집주소"),
        "born_on": ("생년월일", "생일"),
    }, "no list published; shops choose the columns of the member list themselves, 2026-11-22"),
    Preset("smartstore", "네이버 스마트스토어", "people", ("상품주문번호", "주문번호", "구매자명", "구매자ID"), {
        "customer_number": ("구매자ID",), "name": ("구매자명",), "phone": ("구매자연락처",), "email": (), "address": (),
        "company": (), "source": ("판매채널",),
    }, "no list published; columns as public programs read them, seen on 2026-11-22"),
    Preset("coupang", "쿠팡 윙", "people", ("묶음배송번호", "주문번호", "구매자", "수취인이름"), {
        "name": ("구매자",), "email": ("구매자이메일",), "phone": ("구매자전화번호",), "customer_number": (),
        "address": (), "company": (),
    }, "no list published; columns as public programs read them, seen on 2026-11-22"),
):
    register_preset(_preset)
# fmt: on
