from __future__ import annotations

import pytest

from dangol.platform.mail.domain.lookup import Question, look_up
from dangol.platform.mail.tests.dns_server import Silent, Zone, name_server
from dangol.platform.mail.tests.test_dns_rules import RSA_2048

ASKED = Question("hwaro.kr", "bounce.hwaro.kr", "s1", "mail.hwaro.kr")
GOOD: Zone = {
    ("bounce.hwaro.kr", "TXT"): ["google-site-verification=x", "v=spf1 include:spf.hwaro.kr -all"],
    ("spf.hwaro.kr", "TXT"): ["v=spf1 a:mail.hwaro.kr -all"],
    ("mail.hwaro.kr", "A"): ["203.255.1.9"],
    ("s1._domainkey.hwaro.kr", "TXT"): [f"v=DKIM1; k=rsa; p={RSA_2048}"],
    ("_dmarc.hwaro.kr", "TXT"): ["v=DMARC1; p=reject; rua=mailto:d@hwaro.kr"],
    ("bounce.hwaro.kr", "MX"): ["10 mail.hwaro.kr."],
}


def states(zone: Zone, asked: Question = ASKED) -> dict[str, tuple[str, str]]:
    with name_server(zone) as address, pytest.MonkeyPatch.context() as patch:
        patch.setenv("DANGOL_DNS", address)
        return {finding.subject: (finding.state, finding.code) for finding in look_up(asked)}


def test_a_domain_that_is_set_up_well_is_good_throughout() -> None:
    assert {state for state, _code in states(GOOD).values()} == {"good"}


def test_a_domain_that_nobody_set_up_lacks_everything() -> None:
    found = states({("nothing.kr", "A"): ["1.2.3.4"]})
    assert [found[s][1] for s in ("spf", "dkim", "dmarc", "bounces")] == [
        "spf_none",
        "dkim_none",
        "dmarc_none",
        "mx_none",
    ]
    assert found["bulk"] == ("bad", "bulk_lacking")


def test_each_fault_is_found_where_it_is() -> None:
    other = GOOD | {("mail.hwaro.kr", "A"): ["203.255.1.10"], ("spf.hwaro.kr", "TXT"): ["v=spf1 ip4:203.255.1.9 -all"]}
    assert states(other)["spf"] == ("warn", "spf_host")
    assert states(GOOD | {("bounce.hwaro.kr", "MX"): ["10 gone.hwaro.kr."]})["bounces"] == ("bad", "mx_lost")
    assert states(GOOD | {("_dmarc.hwaro.kr", "TXT"): ["v=DMARC1; p=none"]})["dmarc"][0] == "warn"
    assert states(GOOD, Question("hwaro.kr", "other.kr", "s1", ""))["alignment"] == ("warn", "aligned_by_dkim")


def test_includes_that_go_in_circles_come_to_an_end() -> None:
    zone: Zone = {
        ("bounce.hwaro.kr", "TXT"): ["v=spf1 include:b.kr -all"],
        ("b.kr", "TXT"): ["v=spf1 include:bounce.hwaro.kr include:b.kr include:c.kr -all"],
        ("c.kr", "TXT"): ["v=spf1 include:b.kr -all"],
    }
    assert states(zone)["spf"][1] in ("spf_lookups", "spf_host", "spf_relay")


def test_a_long_tail_of_includes_is_not_followed_for_ever() -> None:
    zone: Zone = {(f"n{i}.kr", "TXT"): [f"v=spf1 include:n{i + 1}.kr -all"] for i in range(200)}
    zone[("bounce.hwaro.kr", "TXT")] = ["v=spf1 include:n0.kr -all"]
    assert states(zone)["spf"] == ("bad", "spf_lookups")


def test_where_nobody_answers_everything_is_unknown() -> None:
    found = states(Silent())
    assert {state for state, _code in found.values()} == {"unknown"}


def test_odd_names_are_not_there_and_break_nothing() -> None:
    for domain in ("", ".", "a..b", "x" * 70 + ".kr", "단골.한국", "a b.kr", "%00"):
        states({("hwaro.kr", "A"): ["1.2.3.4"]}, Question(domain, domain, "s 1", domain))
