from __future__ import annotations

from base64 import b64encode

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from hypothesis import given
from hypothesis import strategies as st

from dangol.platform.mail.domain.dkim import judge_dkim, read_key
from dangol.platform.mail.domain.dmarc import dmarc_records, judge_alignment, judge_bounces, judge_dmarc, read_policy
from dangol.platform.mail.domain.findings import Finding
from dangol.platform.mail.domain.names import is_aligned, organisational, provider_of
from dangol.platform.mail.domain.spf import SpfNode, count_lookups, judge_spf, read_spf, spf_records
from dangol.platform.mail.domain.words import SENTENCES, tell

HOST = "mail.hwaro.kr"
ADDRESS = "203.255.1.9"


def spf(record: str, below: dict[str, SpfNode] | None = None, host: str = HOST) -> Finding:
    node = SpfNode((record,), below or {})
    return judge_spf("hwaro.kr", node, host=host, host_addresses=(ADDRESS,) if host == HOST else ())


def node(record: str, **below: SpfNode) -> SpfNode:
    return SpfNode((record,), {name.replace("_", "."): each for name, each in below.items()})


@pytest.mark.parametrize(
    ("record", "state", "code"),
    [
        (f"v=spf1 ip4:{ADDRESS} ~all", "good", "spf_good"),
        ("v=spf1 ip4:203.255.1.0/24 -all", "good", "spf_good"),
        ("v=spf1 -all", "warn", "spf_host"),
        (f"v=spf1 ip4:{ADDRESS}", "warn", "spf_open_end"),
        (f"v=spf1 ip4:{ADDRESS} ?all", "warn", "spf_neutral"),
        (f"v=spf1 ip4:{ADDRESS} +all", "bad", "spf_everybody"),
        ("v=spf1 all", "bad", "spf_everybody"),
        ("v=spf1 ipv4:1.2.3.4 -all", "bad", "spf_wrong"),
        ("v=spf1 ip4:1.2.3.400 -all", "bad", "spf_wrong"),
        ("v=spf1 include: -all", "bad", "spf_wrong"),
        ("v=spf1 " + "a:x.kr " * 11 + "-all", "bad", "spf_lookups"),
    ],
)
def test_an_spf_record_is_judged_by_its_worst_fault(record: str, state: str, code: str) -> None:
    found = spf(record)
    assert (found.state, found.code) == (state, code)


def test_no_record_and_two_records_are_faults_with_the_record_to_publish() -> None:
    none = judge_spf("hwaro.kr", SpfNode(()), host="smtp.gmail.com")
    assert (none.code, none.publish) == ("spf_none", "v=spf1 include:_spf.google.com ~all")
    two = judge_spf("hwaro.kr", SpfNode(("v=spf1 include:a.kr -all", "v=spf1 ip4:1.2.3.4 include:a.kr ~all")))
    assert (two.code, two.publish) == ("spf_several", "v=spf1 include:a.kr ip4:1.2.3.4 ~all")
    assert judge_spf("hwaro.kr", SpfNode(None)).state == "unknown"


def test_a_provider_that_is_not_included_is_named_with_the_record_to_publish() -> None:
    found = spf("v=spf1 mx -all", host="smtp.gmail.com")
    assert (found.state, found.code) == ("bad", "spf_provider")
    assert found.publish == "v=spf1 include:_spf.google.com mx -all"
    included = spf(
        "v=spf1 include:_spf.google.com -all", {"_spf.google.com": SpfNode(("v=spf1 -all",))}, "smtp.gmail.com"
    )
    assert included.state == "good"


def test_questions_of_nested_includes_count_together() -> None:
    inner = node("v=spf1 a mx exists:x.kr -all")
    tree = SpfNode(("v=spf1 include:a.kr redirect=b.kr",), {"a.kr": inner, "b.kr": inner})
    assert count_lookups(tree) == 2 + 3 + 3
    assert count_lookups(SpfNode(("v=spf1 include:a.kr redirect=b.kr -all",), {"a.kr": inner})) == 1 + 3


def test_an_include_without_a_record_breaks_the_whole() -> None:
    found = spf("v=spf1 include:gone.kr -all", {"gone.kr": SpfNode(())})
    assert (found.code, found.values["name"]) == ("spf_include", "gone.kr")
    assert spf("v=spf1 include:silent.kr -all", {"silent.kr": SpfNode(None)}).state == "unknown"


@given(st.text(max_size=200), st.text(max_size=30))
def test_no_spf_record_breaks_the_reader(record: str, name: str) -> None:
    for tried in (record, f"v=spf1 {record}", f"v=spf1 include:{record} ip4:{record} a/{record} redirect={record}"):
        read_spf(tried)
        found = judge_spf(name, SpfNode((tried,)), host=name, host_addresses=(record,))
        assert tell(found).sentence
    assert spf_records((record,)) in ((), (record,))


def key(bits: int) -> str:
    made = rsa.generate_private_key(65537, bits).public_key()
    return b64encode(made.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


RSA_1024, RSA_2048 = key(1024), key(2048)
_SAME = ed25519.Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
ED25519 = b64encode(_SAME.public_key().public_bytes_raw()).decode()
CURVE = b64encode(
    ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
).decode()
RSA_512 = (
    "MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBALOZVsHrzgZkCzE8ZCv9nfPo6s0ILPXWnBXJqGyZPU4vbk6XQWMzTNVZpZYUBGhf"
    "vXJiGzW6ChQsq4jTvl3e3MUCAwEAAQ=="
)


@pytest.mark.parametrize(
    ("record", "state", "code"),
    [
        (f"v=DKIM1; k=rsa; p={RSA_2048}", "good", "dkim_good"),
        (f"p={RSA_2048[:100]} {RSA_2048[100:]}", "good", "dkim_good"),
        (f"v=DKIM1; p={RSA_1024}", "warn", "dkim_1024"),
        (f"v=DKIM1; t=s:y; p={RSA_2048}", "warn", "dkim_testing"),
        (f"v=DKIM1; k=ed25519; p={ED25519}", "warn", "dkim_ed25519"),
        ("v=DKIM1; k=rsa; p=", "bad", "dkim_revoked"),
        (f"v=DKIM1; p={RSA_2048[:-40]}", "bad", "dkim_unusable"),
        (f"v=DKIM1; p={CURVE}", "bad", "dkim_unusable"),
        (f"v=DKIM1; s=tlsrpt; p={RSA_2048}", "bad", "dkim_unusable"),
        (f"v=DKIM1; h=sha1; p={RSA_2048}", "bad", "dkim_unusable"),
        (f"k=rsa; v=DKIM1; p={RSA_2048}", "bad", "dkim_wrong"),
        ("v=DKIM2; p=AAAA", "bad", "dkim_wrong"),
        ("hello", "bad", "dkim_wrong"),
    ],
)
def test_a_key_is_judged_by_what_it_is(record: str, state: str, code: str) -> None:
    found = judge_dkim("hwaro.kr", "s1", (record,))
    assert (found.state, found.code, found.name) == (state, code, "s1._domainkey.hwaro.kr")


def test_a_missing_key_and_a_missing_selector_are_told_apart() -> None:
    assert judge_dkim("hwaro.kr", "s1", ()).code == "dkim_none"
    assert judge_dkim("hwaro.kr", "", ()).code == "dkim_no_selector"
    assert judge_dkim("hwaro.kr", "s1", None).state == "unknown"
    assert judge_dkim("hwaro.kr", "s1", (f"p={RSA_2048}", f"p={RSA_1024}")).code == "dkim_several"


@given(st.text(max_size=300))
def test_no_key_record_breaks_the_reader(record: str) -> None:
    for tried in (record, f"v=DKIM1; {record}", f"v=DKIM1; p={record}", f"v=DKIM1; k=ed25519; p={record}"):
        read_key(tried)
        assert tell(judge_dkim("hwaro.kr", "s1", (tried,))).sentence


@pytest.mark.parametrize(
    ("record", "state", "code"),
    [
        ("v=DMARC1; p=reject; rua=mailto:d@hwaro.kr", "good", "dmarc_good"),
        ("v=DMARC1;p=quarantine;rua=mailto:d@hwaro.kr!10m,mailto:e@x.kr;", "good", "dmarc_good"),
        ("v=DMARC1; p=none; rua=mailto:d@hwaro.kr", "warn", "dmarc_watching"),
        ("v=DMARC1; p=reject", "warn", "dmarc_no_reports"),
        ("v=DMARC1; p=reject; rua=d@hwaro.kr", "warn", "dmarc_bad_reports"),
        ("v=DMARC1; p=reject; pct=20; rua=mailto:d@hwaro.kr", "warn", "dmarc_percent"),
        ("v=DMARC1; p=refuse", "bad", "dmarc_wrong"),
        ("v=DMARC1", "bad", "dmarc_wrong"),
    ],
)
def test_a_policy_is_judged_by_what_it_asks(record: str, state: str, code: str) -> None:
    found = judge_dmarc("hwaro.kr", (record,), ())
    assert (found.state, found.code) == (state, code)
    assert bool(found.publish) == (state != "good")


def test_a_subdomain_stands_under_the_policy_of_its_owner() -> None:
    owners = ("v=DMARC1; p=none; sp=reject; rua=mailto:d@hwaro.co.kr",)
    found = judge_dmarc("news.hwaro.co.kr", (), owners)
    assert (found.state, found.values["policy"], found.name) == ("good", "reject", "_dmarc.hwaro.co.kr")
    missing = judge_dmarc("news.hwaro.co.kr", (), ())
    assert missing.publish == "v=DMARC1; p=none; rua=mailto:dmarc@hwaro.co.kr"
    assert judge_dmarc("hwaro.kr", None, None).state == "unknown"
    assert judge_dmarc("hwaro.kr", ("v=DMARC1; p=none",) * 2, ()).code == "dmarc_several"


@given(st.text(max_size=200))
def test_no_policy_breaks_the_reader(record: str) -> None:
    for tried in (record, f"v=DMARC1; {record}", f"v=DMARC1; p=none; rua={record}; pct={record}"):
        read_policy(tried)
        found = judge_dmarc("hwaro.kr", (tried,), ())
        assert tell(found).sentence
        if found.publish:
            assert read_policy(found.publish) is not None
    assert dmarc_records((record,)) in ((), (record,))


@pytest.mark.parametrize(
    ("domain", "owner"),
    [("mail.hwaro.co.kr", "hwaro.co.kr"), ("hwaro.kr", "hwaro.kr"), ("a.b.example.com.", "example.com"), ("kr", "kr"),
     ("x.example.co.uk", "example.co.uk")],
)  # fmt: skip
def test_the_registered_domain_is_known(domain: str, owner: str) -> None:
    assert organisational(domain) == owner


def test_alignment_is_of_one_owner_or_strictly_the_same() -> None:
    assert is_aligned("bounce.hwaro.kr", "hwaro.kr")
    assert not is_aligned("bounce.hwaro.kr", "hwaro.kr", strict=True)
    assert not is_aligned("a.co.kr", "b.co.kr")
    assert not is_aligned("", "")
    good, none = Finding("dkim", "good", "dkim_good"), Finding("dkim", "unknown", "dkim_no_selector")
    assert judge_alignment("hwaro.kr", "b.hwaro.kr", (), none).state == "good"
    assert judge_alignment("hwaro.kr", "b.hwaro.kr", ("v=DMARC1; p=none; aspf=s",), good).code == "aligned_by_dkim"
    assert judge_alignment("hwaro.kr", "other.kr", (), none).state == "unknown"


def test_bounces_need_a_server_that_has_an_address() -> None:
    def code(*args: object) -> str:
        return judge_bounces("b.hwaro.kr", *args).code  # type: ignore[arg-type]

    assert code(("10 mx.hwaro.kr.",), (), {"mx.hwaro.kr": ("1.2.3.4",)}) == "mx_good"
    assert code(("10 mx.hwaro.kr.",), (), {"mx.hwaro.kr": ()}) == "mx_lost"
    assert code(("0 .",), (), {}) == "mx_refused"
    assert code((), ("1.2.3.4",), {}) == "mx_implicit"
    assert code((), (), {}) == "mx_none"
    assert code(None, None, {}) == "no_answer"


def test_servers_of_known_services_are_known_and_others_are_not() -> None:
    assert provider_of("email-smtp.ap-northeast-2.amazonaws.com")[0] == "amazonses.com"
    assert provider_of("notamazonaws.com.evil.kr") == ("", "")


def test_every_finding_can_be_told() -> None:
    from pathlib import Path

    import dangol.platform.mail.domain as room

    code = "".join(p.read_text() for p in Path(room.__file__).parent.glob("*.py") if p.stem != "words")
    for name in SENTENCES:
        assert f'"{name}"' in code, name
