"""The rules that are built in, as read on the day named with each. Not legal advice; corrected on a page. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from dangol.core.consent.law.rules.rows import NONE, OPT_OUT, PRIOR, UNLIMITED, Rule

READ_ON = date(2026, 10, 1)
EUROPE = frozenset(
    # The Union, then the rest of the European Economic Area (Joint Committee, decision 154/2018).
    {
        "AT",
        "BE",
        "BG",
        "CY",
        "CZ",
        "DE",
        "DK",
        "EE",
        "ES",
        "FI",
        "FR",
        "GR",
        "HR",
        "HU",
        "IE",
        "IT",
        "LT",
        "LU",
        "LV",
        "MT",
        "NL",
        "PL",
        "PT",
        "RO",
        "SE",
        "SI",
        "SK",
        "IS",
        "LI",
        "NO",
    }
)
"""Where the general rules of the Union hold."""
_ACT = "Network Act (정보통신망법)"
_DECREE = f"{_ACT}, Enforcement Decree"
_PIPA = "Personal Information Protection Act (개인정보 보호법)"
_PRIVACY, _GDPR = "Directive 2002/58/EC", "Regulation (EU) 2016/679 (GDPR)"
_PECR, _UKGDPR = "Privacy and Electronic Communications Regulations 2003 (SI 2003/2426)", "UK GDPR"
_SPAM, _TCPA, _COPPA = "CAN-SPAM Act, 15 U.S.C.", "TCPA, 47 CFR", "COPPA, 15 U.S.C."
_JP_MAIL, _JP_APPI = "特定電子メールの送信の適正化等に関する法律", "個人情報の保護に関する法律 (APPI)"


def _rows(country: str, *rows: tuple[str, str, str, str, str]) -> Iterator[Rule]:
    for what, channel, value, source, place in rows:
        yield Rule(country, what, channel, value, source, place, READ_ON)


def _korea() -> Iterator[Rule]:
    yield from _rows(
        "KR",
        ("consent", "", PRIOR, _ACT, "art. 50(1)"),
        ("transaction_months", "", "6", _DECREE, "art. 61(1); Act art. 50(1)1"),
        ("indirect_sources", "", "bought list, partner, affiliate, third party, 구매 목록, 제휴, 제3자", _ACT,
         "art. 50(1)1: contact collected directly"),
        ("night", "sms", "21:00-08:00", _DECREE, "art. 61(2); Act art. 50(3)"),
        ("night", "phone", "21:00-08:00", _DECREE, "art. 61(2); Act art. 50(3)"),
        ("night", "kakao", "20:00-08:00", "Rule of the KakaoTalk dealers for brand messages", "from 21:00 Act 50(3)"),
        ("night", "email", NONE, _DECREE, "art. 61(2): e-mail is exempt"),
        ("reconfirm_months", "", "24", _DECREE, "art. 62-3; Act art. 50(8)"),
        ("result_days", "", "14", _DECREE, "art. 62-2; Act art. 50(7)"),
        ("guardian_age", "", "14", _PIPA, "art. 22-2(1)"),
        ("certified_sender", "sms", "yes", _ACT, "art. 50-3"),
        ("label", "email", "(광고)", _DECREE, "art. 61(3), Annex 6: the subject begins with it"),
        ("label", "sms", "(광고)", _DECREE, "art. 61(3), Annex 6: the text begins with it"),
        ("label", "kakao", "(광고)", _DECREE, "art. 61(3), Annex 6: the text begins with it"),
        ("label", "phone", "광고", _DECREE, "art. 61(3), Annex 6: said at the beginning of the call"),
        ("opt_out", "email", "수신거부 링크 · unsubscribe link", _ACT, "art. 50(4)2, 50(6): at no cost"),
        ("opt_out", "sms", "무료수신거부 080", _ACT, "art. 50(4)2, 50(6): at no cost, 080 number or link"),
        ("opt_out", "kakao", "채널 차단 · 080", _ACT, "art. 50(4)2, 50(6): at no cost"),
        ("opt_out", "phone", "통화 중 거부 · 080", _ACT, "art. 50(4)2, 50(6): at no cost"),
        ("access_days", "", "10", "개인정보 보호법 시행령", "art. 41(4); Act art. 35"),
        ("correction_days", "", "10", "개인정보 보호법 시행령", "art. 43(3); Act art. 36"),
        ("erasure_days", "", "10", "개인정보 보호법 시행령", "art. 43(3); Act art. 36"),
        ("restriction_days", "", "10", "개인정보 보호법 시행령", "art. 44(2); Act art. 37"),
    )  # fmt: skip


def _europe() -> Iterator[Rule]:
    yield from _rows(
        "EU",
        ("consent", "", PRIOR, _PRIVACY, "art. 13(1)"),
        ("consent", "post", OPT_OUT, _GDPR, "art. 6(1)(f), 21(2): until she objects"),
        ("transaction_months", "", "0", _PRIVACY, "art. 13(1): no exception outside electronic mail"),
        ("transaction_months", "email", UNLIMITED, _PRIVACY, "art. 13(2): own similar products, contact from a sale"),
        ("transaction_months", "sms", UNLIMITED, _PRIVACY, "art. 13(2), 2(h): texts are electronic mail"),
        ("guardian_age", "", "16", _GDPR, "art. 8(1); member states may say 13 or more"),
        ("access_days", "", "30", _GDPR, "art. 12(3), 15: one month"),
        ("correction_days", "", "30", _GDPR, "art. 12(3), 16: one month"),
        ("erasure_days", "", "30", _GDPR, "art. 12(3), 17: one month"),
        ("restriction_days", "", "30", _GDPR, "art. 12(3), 18: one month"),
    )


def _kingdom() -> Iterator[Rule]:
    yield from _rows(
        "GB",
        ("consent", "", PRIOR, _PECR, "reg. 19, 22(2)"),
        ("consent", "phone", OPT_OUT, _PECR, "reg. 21: live calls, unless registered or objected"),
        ("consent", "post", OPT_OUT, _UKGDPR, "art. 6(1)(f), 21(2)"),
        ("transaction_months", "", "0", _PECR, "reg. 22(3): electronic mail alone"),
        ("transaction_months", "email", UNLIMITED, _PECR, "reg. 22(3)"),
        ("transaction_months", "sms", UNLIMITED, _PECR, "reg. 22(3), 2(1): texts are electronic mail"),
        ("guardian_age", "", "13", "Data Protection Act 2018", "s. 9"),
        ("access_days", "", "30", _UKGDPR, "art. 12(3), 15: one month"),
        ("correction_days", "", "30", _UKGDPR, "art. 12(3), 16: one month"),
        ("erasure_days", "", "30", _UKGDPR, "art. 12(3), 17: one month"),
        ("restriction_days", "", "30", _UKGDPR, "art. 12(3), 18: one month"),
    )


def _states_and_japan() -> Iterator[Rule]:
    yield from _rows(
        "US",
        ("consent", "email", OPT_OUT, _SPAM, "7704(a)(3)-(4)"),
        ("consent", "post", OPT_OUT, _SPAM, "letters by post are not regulated by it"),
        ("consent", "", PRIOR, _TCPA, "64.1200(a)(2): prior express written consent"),
        ("transaction_months", "", "0", _TCPA, "64.1200(a)(2)"),
        ("night", "sms", "21:00-08:00", _TCPA, "64.1200(c)(1)"),
        ("night", "phone", "21:00-08:00", _TCPA, "64.1200(c)(1)"),
        ("guardian_age", "", "13", _COPPA, "6501(1), 6502(b)(1)"),
        ("access_days", "", "45", "California Civil Code (CCPA)", "1798.130(a)(2)"),
        ("correction_days", "", "45", "California Civil Code (CCPA)", "1798.106, 1798.130(a)(2)"),
        ("erasure_days", "", "45", "California Civil Code (CCPA)", "1798.105, 1798.130(a)(2)"),
    )
    yield from _rows(
        "JP",
        ("consent", "", PRIOR, _JP_MAIL, "art. 3(1)1"),
        ("consent", "phone", OPT_OUT, "特定商取引に関する法律", "art. 17: not after refusal"),
        ("consent", "post", OPT_OUT, _JP_APPI, "not regulated as advertising mail"),
        ("transaction_months", "", "0", _JP_MAIL, "art. 3(1)"),
        ("transaction_months", "email", UNLIMITED, _JP_MAIL, "art. 3(1)3: in a business relation with the sender"),
        ("transaction_months", "sms", UNLIMITED, _JP_MAIL, "art. 3(1)3, 2(1): texts count as mail"),
        ("access_days", "", "14", _JP_APPI, "art. 33(2): without delay; two weeks by our own measure"),
        ("correction_days", "", "14", _JP_APPI, "art. 34(2): without delay; two weeks by our own measure"),
        ("erasure_days", "", "14", _JP_APPI, "art. 35(2): without delay; two weeks by our own measure"),
        ("restriction_days", "", "14", _JP_APPI, "art. 35(2): without delay; two weeks by our own measure"),
    )


BUILT_IN: tuple[Rule, ...] = (*_korea(), *_europe(), *_kingdom(), *_states_and_japan())
"""Every row, in the order in which the page shows them."""
