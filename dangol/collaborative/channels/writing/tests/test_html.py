from __future__ import annotations

import pytest

from dangol.collaborative.channels.writing.rules.sentences import TemplateError
from dangol.collaborative.channels.writing.tests.samples import WAYS, body, compiled, rendered

EVIL = "\"><script>alert('x')</script>&"


def test_values_are_escaped_in_text_and_attributes_and_encoded_in_addresses() -> None:
    seen = body(
        {"name": EVIL},
        '<p title="{{ name }}">{{ name }}</p><a href="https://s.test/?q={{ name }}&amp;r=1">x</a>'
        '<img src="https://s.test/{{ name }}.png" alt="{{ name }}">',
    )
    assert "<script" not in seen
    assert seen.count("&quot;&gt;&lt;script&gt;") == 3
    assert 'href="https://s.test/?q=%22%3E%3Cscript%3Ealert%28%27x%27%29%3C%2Fscript%3E%26&amp;r=1"' in seen
    assert 'src="https://s.test/%22%3E%3Cscript' in seen


def test_subject_and_text_hold_values_as_they_are_on_one_line() -> None:
    made = rendered({"name": "A\r\nBcc: <x>&"}, subject="Hi {{ name }}", text="Hi {{ name }}")
    assert (made.subject, made.text) == ("Hi A Bcc: <x>&", "Hi A Bcc: <x>&\n")


@pytest.mark.parametrize(
    ("written", "left"),
    [
        ("<p onclick='x()'>a</p>", "<p>a</p>"),
        ("<script>x</script><p>a</p>", "<p>a</p>"),
        ("<a href='javascript:alert(1)'>a</a>", "<a>a</a>"),
        ("<a href='/relative'>a</a>", "<a>a</a>"),
        ("<a href='tel:+8221234'>a</a>", '<a href="tel:+8221234">a</a>'),
        ("<a href='mailto:a@b.test'>a</a>", '<a href="mailto:a@b.test">a</a>'),
        ("<img src='http://x.test/a.png' alt='a'>", '<img alt="a">'),
        ("<img src='data:image/png;base64,AA' alt='a'>", '<img alt="a">'),
        ("<img src='cid:logo' alt='a'>", '<img src="cid:logo" alt="a">'),
        ("<form action='/x'><p>a</p></form><p>b</p>", "<p>b</p>"),
        ("<p style='position:fixed;color:red'>a</p>", '<p style="color:red">a</p>'),
        ("<p style='background:url(http://x.test/a)'>a</p>", "<p>a</p>"),
        ("<svg><script>x</script></svg>", ""),
        ("<!-- a --><p>b</p><!--[if mso]><b>c</b><![endif]-->", "<p>b</p>"),
        ("<center><font color='red'>a</font></center>", '<center><font color="red">a</font></center>'),
        ("<style>p{color:red} b{margin:0}</style><p>a<b>b</b></p>",
         '<p style="color:red">a<b style="margin:0">b</b></p>'),
        ("<link rel=stylesheet href='https://x.test/a.css'><style>@import url(https://x.test/b.css);</style><p>a</p>",
         "<p>a</p>"),
    ],
)  # fmt: skip
def test_only_what_a_mail_may_hold_is_left(written: str, left: str) -> None:
    assert body({}, written).strip() == left


def test_media_queries_of_a_style_block_stay_for_phones() -> None:
    made = rendered(
        html="<style>@media (max-width:600px){.w{width:100%!important}} .w{width:50%}</style><div class=w>a</div>"
    ).html
    assert "@media (max-width:600px){.w{width:100%!important}}" in made.partition("</head>")[0]
    assert '<div class="w" style="width:50%">a</div>' in made


def test_a_style_block_cannot_leave_its_place_or_fetch() -> None:
    made = rendered(
        html="<style>@media print{a{background:url(https://x.test/z)}}@media x{}</style><style>@media "
        "</style><script>alert(1)</script>{}</style><p>a</p>"
    ).html
    assert "x.test" not in made
    assert "<script" not in made


def test_a_whole_page_keeps_the_look_of_its_body() -> None:
    made = rendered(html="<html><head><title>T</title></head><body style='background:#eee'><p>a</p></body></html>").html
    assert '<div style="background:#eee"><p>a</p></div>' in made
    assert made.count("<html") == 1
    assert "dg-page" not in made
    assert ">T<" not in made


def test_a_fragment_becomes_a_page_with_language_preheader_and_title() -> None:
    made = rendered(
        {"name": "<지우>"}, subject="{{ name }}님", html="<p>a</p>", preheader="{{ name }}님께", language="ko"
    ).html
    assert made.startswith('<!doctype html>\n<html lang="ko">')
    assert "<title>&lt;지우&gt;님</title>" in made
    assert ">&lt;지우&gt;님께&#8199;" in made
    assert "prefers-color-scheme:dark" in made


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("<p {{ name }}>a</p>", "Nothing can be put in here"),
        ("<p {{#if name}}class='x'{{/if}}>a</p>", "Nothing can be put in here"),
        ("<p title='{{#if name}}x{{/if}}'>a</p>", "Nothing can be put in here"),
        ("<script>{{ name }}</script>", "Nothing can be put in here"),
        ("<style>p{color:{{ name }}}</style><p>a</p>", "A field cannot stand in a style"),
        ("<p style='color:{{ name }}'>a</p>", "A field cannot stand in a style"),
        ("<a href='{{ name }}'>a</a>", "Nothing can be put in here"),
        ("<a href='https://x.test/{은/는}'>a</a>", "Only fields can stand in an address"),
    ],
)
def test_places_where_nothing_can_stand_are_told(written: str, says: str) -> None:
    with pytest.raises(TemplateError) as caught:
        compiled(html=written)
    assert says in str(caught.value.sentence)
    assert caught.value.part == "html"


def test_an_address_field_must_hold_an_address_of_the_web() -> None:
    link = '<a href="{{ shop_url }}">a</a><a href="{{ unsubscribe_url }}">b</a>'
    assert 'href="https://s.test/a?b=c&amp;d"' in body({"shop_url": "https://s.test/a?b=c&d"}, link)
    assert 'href=""' in body({"shop_url": "javascript:alert(1)"}, link)
    assert 'href="https://d.test/u/abc"' in body(WAYS, link)


def test_the_open_pixel_stands_at_the_end_only_when_there_is_one() -> None:
    made = compiled(html="<p>a</p>")
    assert (
        '<img src="https://d.test/o?a=1&amp;b=2" width="1"'
        in made.render({"open_pixel_url": "https://d.test/o?a=1&b=2"}).html
    )
    assert "<img" not in made.render({}).html


def test_plain_text_alone_makes_an_html_part() -> None:
    made = rendered({"name": "<b>"}, text="안녕 {{ name }}\n줄 <2>\n\nhttps://s.test/?a=1&b=2. 끝 https://t.test에서")
    assert "<p>안녕 &lt;b&gt;<br>줄 &lt;2&gt;</p>" in made.html
    assert '<a href="https://s.test/?a=1&amp;b=2">https://s.test/?a=1&amp;b=2</a>.' in made.html
    assert '<a href="https://t.test">https://t.test</a>에서' in made.html


def test_the_text_part_is_made_from_the_html() -> None:
    made = rendered(
        html="<h1>제목</h1><p>첫 줄<br>둘째&nbsp;줄 &amp; 끝</p><ul><li>하나</li>"
        "<li>둘<ol><li>가</li><li>나</li></ol></li></ul>"
        "<table><tr><td>이름</td><td>값</td></tr><tr><td>a</td><td>b</td></tr></table><hr>"
        '<p><a href="https://s.test/a(b)">여기</a> <a href="https://t.test">https://t.test</a> '
        '<a href="mailto:a@b.test">편지</a><img src="https://x.test/i.png" alt="그림"></p>'
    )
    assert made.text == (
        "제목\n\n첫 줄\n둘째 줄 & 끝\n\n- 하나\n- 둘\n  1. 가\n  2. 나\n\n이름  값\na  b\n\n"
        "------------------------\n\n"
        "여기 (https://s.test/a(b)) https://t.test 편지 (a@b.test)그림\n"
    )


@pytest.mark.parametrize(
    ("html", "says"),
    [("<b>" * 20_000 + "a", "too deep"), ("<div>" * 201 + "a", "too deep"), ("a" * 500_001, "too long")],
)
def test_what_would_break_the_tools_is_told(html: str, says: str) -> None:
    with pytest.raises(TemplateError) as caught:
        compiled(html=html)
    assert says in str(caught.value.sentence)


def test_deep_but_bearable_html_is_kept() -> None:
    assert ">a<" in body({}, "<div>" * 190 + "a")
    assert body({}, "<br>" * 1000).count("<br>") == 1000


def test_long_subjects_are_told_and_not_pondered() -> None:
    with pytest.raises(TemplateError) as caught:
        compiled("(" + "." * 100_000, "<p>a</p>")
    assert "too long" in str(caught.value.sentence)
    assert caught.value.part == "subject"
