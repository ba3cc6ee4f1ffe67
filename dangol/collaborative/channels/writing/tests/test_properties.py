from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.collaborative.channels.writing.rules.compiling import Compiled, compile_content
from dangol.collaborative.channels.writing.rules.content import Content, Rendered
from dangol.collaborative.channels.writing.rules.linting import apply_fix, lint
from dangol.collaborative.channels.writing.rules.sentences import TemplateError
from dangol.collaborative.channels.writing.tests.samples import FIELDS, SENDER, WAYS, compiled, rendered
from dangol.platform.ui.korean import PARTICLES, particle

PIECES = [
    "{{", "}}", "{{ name }}", '{{ city | "서울" }}', "{은/는}", "{을/를}", "{은/을}", '{{#if tier = "top"}}',
    "{{else}}", "{{else if city}}", "{{/if}}", "{{#if name}}",
    "{{ nmae }}", "<p>", "</p>", "<b>", "</b>", "<table>", "<tr>",
    "<td>", "</table>", '<a href="', "https://s.test/", '">', "</a>", "<style>", "</style>", "<!--", "-->", "<script>",
    "</script>", "<img src='https://x.test/", "'", '"', "&quot;", "&lt;", "\n", " ", "가나다", "abc", "<title>",
    "{{ unsubscribe_url }}", "<textarea>", "<svg>", "<body ", "<!doctype", "dg0q", "dg0qf0x", "https://dg0qu0x",
    "\ue000", "\ue002", "@media x{", "{{ shop_url }}", "=", "/", "(광고)", "javascript:", "title=", 'style="color:',
    "\x00", "\U0001f600",
]  # fmt: skip
templates = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=5)), max_size=14).map("".join)
values = st.dictionaries(st.sampled_from([*FIELDS, *WAYS, "open_pixel_url"]), st.text(max_size=20))
GENTLE = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@GENTLE
@given(templates, templates, templates, templates, values, st.sampled_from(["service", "advertising"]))
def test_no_template_and_no_value_raises_anything_but_a_template_error(
    subject: str, html: str, text: str, preheader: str, given_values: dict[str, str], message_class: str
) -> None:
    content = Content(subject, html, text, preheader)
    findings = lint(content, SENDER, message_class, "KR", fields=FIELDS)
    for finding in findings:
        str(finding.sentence)
        apply_fix(content, finding.code, fields=FIELDS, message_class=message_class, country="KR")
    is_broken = any(f.code == "template" or f.code.startswith("field:") for f in findings)
    try:
        made = compile_content(content, fields=FIELDS, sender=SENDER, message_class=message_class, country="KR").render(
            given_values, lambda number, url: url
        )
    except TemplateError as error:
        told = (error.line >= 1, error.column >= 1, is_broken)
    else:
        told = (True, True, not is_broken)
        check(made, message_class, has_marks="dg0q" in subject + html + text + preheader)
    assert all(told)


def check(made: Rendered, message_class: str, *, has_marks: bool) -> None:
    assert not re.search(r"[\r\n\x00]", made.subject)
    if message_class == "advertising":
        assert made.subject.startswith("(광고)")
    for part in made:
        assert has_marks or not re.search("dg\\d+q[bufp]\\d+x", part)
        assert not re.search("[\ue000-\ue003]", part)


class Shape(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.seen: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, tuple(name for name, _value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.seen.append(tag)

    def handle_comment(self, data: str) -> None:
        self.seen.append(data)


def shape(html: str) -> list[object]:
    reader = Shape()
    reader.feed(html)
    reader.close()
    return reader.seen


EVERYWHERE: Compiled = compiled(
    "{{ name }}",
    '<p title="{{ name }}">{{ name }}{은/는} <b>{{ name | "x" }}</b></p>'
    '<img src="https://x.test/{{ name }}" alt="{{ name }}님{이/가}">'
    '<a href="https://s.test/{{ name }}?{{ name }}">{{ name }}</a>'
    '<a href="{{ shop_url }}">a</a>'
    "<a href='mailto:{{ name }}'>m</a><table><tr><td width='{{ name }}'>{{ name }}</td></tr></table>",
    preheader="{{ name }}",
)


@GENTLE
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from(["<", ">", '"', "'", "&", "-->", "<!--", "javascript:", "a", " "])).map("".join)
)
def test_no_value_changes_the_shape_of_the_html(value: str) -> None:
    plain = shape(EVERYWHERE.render({"name": "a", "shop_url": "https://a.test"}).html)
    assert shape(EVERYWHERE.render({"name": value, "shop_url": value}).html) == plain
    assert shape(EVERYWHERE.render({"name": value, "shop_url": f"https://{value}"}).html) == plain


words = st.one_of(
    st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=5),
    st.text("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=8),
    st.integers(0, 10**13).map(lambda n: f"{n:,}"),
)


@GENTLE
@given(words, st.sampled_from(sorted(PARTICLES)), st.sampled_from(["", "'", "」", '"', ")"]))
def test_particles_agree_in_subject_text_and_html(word: str, kind: str, quote: str) -> None:
    pair = "/".join(PARTICLES[kind])
    template = f"{{{{ name }}}}{quote}{{{pair}}}"
    made = rendered({"name": word}, subject=template, html=f"<p><b>{{{{ name }}}}</b>{quote}{{{pair}}}</p>")
    wanted = f"{word}{quote}{particle(word, kind)}"
    assert made.subject == wanted
    assert made.text == f"{wanted}\n"


@GENTLE
@given(templates)
def test_mending_the_subject_always_satisfies_the_law(subject: str) -> None:
    mended = apply_fix(Content(subject, "<p>a</p>"), "subject_variant", fields=FIELDS, country="KR")
    again = apply_fix(mended, "subject_variant", fields=FIELDS, country="KR")
    assert mended.subject.startswith("(광고)")
    assert again.subject.split() == mended.subject.split()
    assert "subject_variant" not in [f.code for f in lint(mended, SENDER, "advertising", "KR", fields=FIELDS)]
