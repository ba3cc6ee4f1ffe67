from __future__ import annotations

from dangol.collaborative.channels.writing.rules.compiling import with_links
from dangol.collaborative.channels.writing.tests.samples import SENDER, WAYS, compiled

HTML = (
    '<p><a href="https://s.test/a">가</a> <a href="https://s.test/?n={{ name }}"><b>나</b> {{ city }}</a> '
    '<a href="https://s.test/a">다시</a> <a href="mailto:a@b.test">m</a> <a href="{{ unsubscribe_url }}">u</a> '
    '<a href="{{ shop_url }}">s</a></p>'
)


def test_links_are_numbered_once_for_html_and_text() -> None:
    made = compiled(html=HTML, text="https://s.test/a, https://t.test/b. {{ unsubscribe_url }}")
    assert [(link.number, link.url, link.is_fixed, link.label) for link in made.links] == [
        (0, "https://s.test/a", True, "가"),
        (1, "https://s.test/?n={{ name }}", False, "나 {{ city }}"),
        (2, "{{ shop_url }}", False, "s"),
        (3, "https://t.test/b", True, ""),
    ]


def test_each_link_is_asked_for_once_a_receiver_and_stands_in_both_parts() -> None:
    asked: list[tuple[int, str]] = []

    def signed(number: int, url: str) -> str:
        asked.append((number, url))
        return f"https://d.test/c/{number}?a&b"

    made = compiled(html=HTML).render(
        {**WAYS, "name": "지 우&", "city": "서울", "shop_url": "https://shop.test"}, signed
    )
    assert asked == [
        (0, "https://s.test/a"),
        (1, "https://s.test/?n=%EC%A7%80%20%EC%9A%B0%26"),
        (2, "https://shop.test"),
    ]
    assert made.html.count('href="https://d.test/c/0?a&amp;b"') == 2
    assert made.text.startswith(
        "가 (https://d.test/c/0?a&b) 나 서울 (https://d.test/c/1?a&b) 다시 (https://d.test/c/0?a&b)"
    )
    assert "u (https://d.test/u/abc)" in made.text


def test_links_stay_as_written_unless_something_is_put_in_their_place() -> None:
    made = compiled(html=HTML)
    assert 'href="https://s.test/a"' in made.render({}).html
    replaced = with_links(made, lambda number, url: f"https://d.test/{number}")
    assert 'href="https://d.test/0"' in replaced.render({}).html
    assert replaced.render_many([{}, {}])[1] == replaced.render({})


def test_what_must_be_loaded_is_told_without_the_ways_out() -> None:
    made = compiled("{{ name }}", HTML + '{{#if tier = "top"}}x{{/if}}', message_class="advertising", sender=SENDER)
    assert made.fields == {"name", "city", "tier", "shop_url"}


def test_a_fingerprint_tells_whether_two_were_compiled_from_the_same() -> None:
    one, same, other = compiled(html="<p>a</p>"), compiled(html="<p>a</p>"), compiled(html="<p>b</p>")
    assert one.fingerprint == same.fingerprint != other.fingerprint
    assert one.fingerprint != compiled(html="<p>a</p>", country="KR").fingerprint
