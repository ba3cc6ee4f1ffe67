from __future__ import annotations

from dataclasses import replace

import pytest

from dangol.collaborative.channels.writing.rules.content import Content, Sender
from dangol.collaborative.channels.writing.rules.duties import owed
from dangol.collaborative.channels.writing.rules.law import CountryRules, rules_for
from dangol.collaborative.channels.writing.rules.linting import apply_fix, lint, refuses
from dangol.collaborative.channels.writing.tests.samples import FIELDS, SENDER, WAYS, compiled

ADVERTISING = {"sender": SENDER, "message_class": "advertising", "country": "KR"}
GOOD = "<p>새로 볶은 원두가 나왔어요. 향을 맡으러 오세요. 언제든 기다릴게요.</p>"


def codes(
    content: Content, message_class: str = "advertising", country: str = "KR", sender: Sender = SENDER
) -> list[str]:
    return [f.code for f in lint(content, sender, message_class, country, fields=FIELDS)]


@pytest.mark.parametrize(
    "subject",
    ["(광 고) 원두", "[광고] 원두", "（광고） 원두", "( 광고 ) 원두", "광고) 원두", "(광고 원두",
     "(광.고) 원두", "(광고 ) 원두",
     "<광고> 원두", "【광고】 원두", "(대출광고) 원두", '("광고") 원두', "(광\u200b고) 원두",
     "광 고 원두", "(AD) 원두", "원두 (광고)",
     "(광고)(광 고) 원두", "광고: 원두"],
)  # fmt: skip
def test_forms_of_the_mark_that_the_law_bans_are_refused_and_mended(subject: str) -> None:
    content = Content(subject, GOOD)
    found = lint(content, SENDER, "advertising", "KR", fields=FIELDS)
    assert [f.code for f in found if f.level == "error"] == ["subject_variant"]
    assert refuses(found)
    mended = apply_fix(content, "subject_variant", fields=FIELDS, country="KR")
    assert mended.subject == "(광고) 원두"
    assert not refuses(lint(mended, SENDER, "advertising", "KR", fields=FIELDS))


@pytest.mark.parametrize("subject", ["(광고) 원두", "(광고)원두", "(광고) 관광고속 할인", "(광고) 광고인을 위한 책"])
def test_the_mark_as_the_law_wants_it_is_left_alone(subject: str) -> None:
    assert not {"subject_variant", "subject_prefix"} & set(codes(Content(subject, GOOD)))
    assert compiled(subject, GOOD, **ADVERTISING).render(WAYS).subject == subject


def test_a_missing_mark_is_put_in_front_and_told() -> None:
    found = lint(Content("원두", GOOD), SENDER, "advertising", "KR", fields=FIELDS)
    assert [(f.code, f.level) for f in found] == [("subject_prefix", "note"), ("footer", "note")]
    assert compiled("  원두", GOOD, **ADVERTISING).render({}).subject == "(광고) 원두"


def test_a_value_cannot_push_the_mark_aside() -> None:
    made = compiled("{{ name }}님", GOOD, **ADVERTISING).render({"name": "\n(광 고)"})
    assert made.subject.startswith("(광고) ")


@pytest.mark.parametrize("own_text", ["", "원두가 나왔어요."])
def test_the_footer_says_who_sends_and_how_to_opt_out_in_both_languages(own_text: str) -> None:
    made = compiled("원두", GOOD, own_text, **ADVERTISING).render(WAYS)
    for part in (made.html, made.text):
        for said in (
            SENDER.name,
            SENDER.email,
            SENDER.phone,
            SENDER.address,
            "수신거부",
            "unsubscribe",
            "https://d.test/u/abc",
        ):
            assert said in part
    assert owed(made, sender=SENDER, message_class="advertising", country="KR", language="ko",
                unsubscribe_url=WAYS["unsubscribe_url"]) == []  # fmt: skip


def test_a_body_that_says_it_all_gets_no_footer() -> None:
    own = (
        f"<p>원두 {SENDER.name} {SENDER.email} {SENDER.phone} {SENDER.address}</p>"
        '<p><a href="{{ unsubscribe_url }}">수신거부 / Unsubscribe</a></p>'
    )
    assert "footer" not in codes(Content("(광고) 원두", own))
    assert compiled("원두", own, **ADVERTISING).render(WAYS).html.count(SENDER.email) == 1


def test_what_a_rendered_message_lacks_is_named() -> None:
    made = compiled("원두", GOOD).render({})
    wanted = {"sender": SENDER, "country": "KR", "language": "ko", "unsubscribe_url": "https://d.test/u/abc"}
    assert owed(made, message_class="advertising", **wanted) == [
        "address", "email", "name", "opt_out:en", "opt_out:ko", "phone", "subject_prefix", "way_out",
    ]  # fmt: skip
    assert owed(made, message_class="service", **wanted) == []


@pytest.mark.parametrize("name", ["name", "email", "phone", "address"])
def test_a_profile_that_is_not_complete_refuses_advertising_and_says_where_to_mend_it(name: str) -> None:
    found = lint(Content("(광고) a", GOOD), replace(SENDER, **{name: " "}), "advertising", "KR", fields=FIELDS)
    assert [f.code for f in found if f.level == "error"] == [f"sender_{name}"]
    assert "company profile" in str(found[0].sentence)
    assert not refuses(lint(Content("a", GOOD), Sender(), "service", "KR", fields=FIELDS))


@pytest.mark.parametrize(
    ("text", "is_found"),
    [("여름 20% 할인", True), ("쿠폰을 드려요", True), ("이벤트 안내", True),
     ("Big SALE", True), ("30% off today", True),
     ("주문하신 원두를 보냈어요", False), ("Wholesale invoice", False), ("Your parcel is on its way", False)],
)  # fmt: skip
def test_a_service_message_that_looks_like_advertising_is_warned_of(text: str, is_found: bool) -> None:
    content = Content("안내", f"<p>{text}</p>")
    assert ("looks_like_advertising" in codes(content, "service")) == is_found
    assert "looks_like_advertising" not in codes(content, "advertising")


def test_other_countries_have_the_general_rules_until_their_own_are_registered() -> None:
    made = compiled("Beans", GOOD, sender=SENDER, message_class="advertising", country="DE", language="en").render(WAYS)
    assert made.subject == "Beans"
    assert "unsubscribe" in made.text
    assert "수신거부" not in made.text
    assert rules_for("DE") is rules_for("")
    assert isinstance(rules_for("kr"), CountryRules)
    assert all(source.law and source.place and source.read_on for source in rules_for("KR").sources)


@pytest.mark.parametrize(
    ("html", "code"),
    [
        ("<p>가나다라마바사아자차카타파하가나다라마바사 {{ name }}</p>", "fallback:name"),
        ('<img src="https://x.test/a.png">', "image_only"),
        ('<img src="https://x.test/a.png">', "alt"),
        ('<p><a href="http://x.test">a</a></p>', "https"),
        ('<p><a href="#">a</a></p>', "empty_link"),
        ("<p>a</p><script>x</script>", "taken_out"),
        ("<p>{{ nmae }}</p>", "field:nmae"),
        ("<p>{{ name</p>", "template"),
        ("", "empty"),
        ("<p>" + "가" * 40_000 + "</p>", "large"),
    ],
)
def test_what_will_not_work_is_found(html: str, code: str) -> None:
    assert code in codes(Content("제목", html), "service")


def test_subjects_are_neither_empty_nor_too_long() -> None:
    assert "subject_empty" in codes(Content(" ", GOOD), "service")
    assert "subject_long" in codes(Content("가" * 61, GOOD), "service")
    assert "subject_long" not in codes(Content("가" * 60, GOOD), "service")


def test_fields_that_a_condition_asks_for_need_no_fallback() -> None:
    asked = '{{#if name}}{{ name }}{{else}}{{ city | "x" }}{{/if}}{{#if city = "서울"}}{{ city }}{{/if}}'
    assert not [c for c in codes(Content("제목", f"<p>{asked}</p>"), "service") if c.startswith("fallback")]
    other = "{{#if name is empty}}{{ name }}{{/if}}"
    assert "fallback:name" in codes(Content("제목", f"<p>{other}</p>"), "service")


@pytest.mark.parametrize(
    ("code", "before", "after"),
    [
        ("fallback:name", "<p>{{ name }} {{name}}</p>", '<p>{{ name | "고객" }} {{ name | "고객" }}</p>'),
        ("field:nmae", "<p>{{ nmae }}{{#if nmae}}x{{/if}}</p>", "<p>{{ name }}{{#if name}}x{{/if}}</p>"),
        ("https", '<a href="http://x.test">a</a>', '<a href="https://x.test">a</a>'),
        ("nothing", "<p>a</p>", "<p>a</p>"),
    ],
)
def test_one_click_mends_what_can_be_mended(code: str, before: str, after: str) -> None:
    mended = apply_fix(Content("제목", before), code, fields=FIELDS)
    assert mended.html == after
    assert code not in codes(mended, "service")
