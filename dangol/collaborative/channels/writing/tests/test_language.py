from __future__ import annotations

import pytest

from dangol.collaborative.channels.writing.rules.fields import Choice
from dangol.collaborative.channels.writing.rules.sentences import TemplateError
from dangol.collaborative.channels.writing.tests.samples import body, compiled, rendered


@pytest.mark.parametrize(
    ("template", "values", "seen"),
    [
        ("{{ name }}", {"name": "김지우"}, "김지우"),
        ("{{name}}", {"name": "김지우"}, "김지우"),
        ("{{ Name }}", {"name": "김지우"}, "김지우"),
        ('{{ name | "고객" }}', {}, "고객"),
        ("{{ name | “고객” }}", {"name": "  "}, "고객"),
        ("{{ name|'O' }}", {"name": ""}, "O"),
        ('{{ name | "고객" }}', {"name": "지우"}, "지우"),
        ('{{ name | "}} {{" }}', {}, "}} {{"),
        ("a {b} c }} d", {}, "a {b} c }} d"),
        ("{{ name }}", {"name": "a\r\nBcc: x@y.z"}, "a Bcc: x@y.z"),
        ("{{ name }}", {"name": "a\u202ezyx"}, "a zyx"),
    ],
)
def test_a_field_shows_its_value_or_what_stands_for_it(template: str, values: dict[str, str], seen: str) -> None:
    assert rendered(values, text=template).text == f"{seen}\n"
    assert rendered(values, subject=template).subject == seen


TIER = '{{#if tier = "top"}}T{{else if tier is "middle"}}M{{else}}-{{/if}}'


@pytest.mark.parametrize(
    ("template", "values", "seen"),
    [
        (TIER, {"tier": Choice("최상위", "top")}, "T"),
        (TIER, {"tier": Choice("중간", "middle")}, "M"),
        (TIER, {"tier": Choice("하위", "bottom")}, "-"),
        (TIER, {}, "-"),
        ('{{#if tier = "최상위"}}T{{/if}}', {"tier": Choice("최상위", "top")}, "T"),
        ('{{#if city = "SEOUL"}}S{{/if}}', {"city": "Seoul"}, "S"),
        ('{{#if city == "Seoul"}}S{{/if}}', {"city": "Busan"}, ""),
        ('{{#if city != "Seoul"}}N{{/if}}', {"city": "Busan"}, "N"),
        ('{{#if city is not "Seoul"}}N{{/if}}', {"city": "Seoul"}, ""),
        ('{{#if city is not "Seoul"}}N{{/if}}', {}, "N"),
        ("{{#if city}}C{{/if}}", {"city": "Seoul"}, "C"),
        ("{{#if city}}C{{/if}}", {"city": " "}, ""),
        ("{{#if city is empty}}E{{/if}}", {}, "E"),
        ("{{#if city empty}}E{{/if}}", {"city": "Seoul"}, ""),
        ("{{#if city is not empty}}C{{/if}}", {"city": "Seoul"}, "C"),
        ("{{#if city not empty}}C{{/if}}", {}, ""),
        ('{{#if city = ""}}E{{/if}}', {}, "E"),
        ("{{#if city}}{{#if name}}{{#if tier}}3{{/if}}{{/if}}{{/if}}", {"city": "a", "name": "b", "tier": "c"}, "3"),
    ],
)
def test_conditions_choose_what_is_read(template: str, values: dict[str, str], seen: str) -> None:
    assert rendered(values, text=f"({template})").text == f"({seen})\n"
    assert rendered(values, html=f"<p>({template})</p>").text == f"({seen})\n"


@pytest.mark.parametrize(
    ("template", "line", "column", "says"),
    [
        ("a\nb {{ nmae }}", 2, 3, 'Did you mean "name"?'),
        ("{{ zzzzqqq }}", 1, 1, 'There is no field "zzzzqqq".'),
        ("a {{ name", 1, 3, "never closed"),
        ("{{ name {{ city }}", 1, 1, "never closed"),
        ('{{ name | "a }}', 1, 11, "quotation mark"),
        ("{{ name.upper }}", 1, 1, "not understood"),
        ("{{ name() }}", 1, 1, "not understood"),
        ("{{ name | upper }}", 1, 1, "not understood"),
        ("{{ }}", 1, 1, "not understood"),
        ("{{#each name}}x{{/each}}", 1, 1, "not understood"),
        ("{{#if}}x{{/if}}", 1, 1, "not understood"),
        ("{{#if name =}}x{{/if}}", 1, 1, "not understood"),
        ('{{#if name > "a"}}x{{/if}}', 1, 1, "not understood"),
        ("{{#if nmae}}x{{/if}}", 1, 1, 'Did you mean "name"?'),
        ("{{#if name}}x", 1, 1, "never closed"),
        ("x{{/if}}", 1, 2, "no open condition"),
        ("x{{else}}", 1, 2, "no open condition"),
        ("{{#if name}}a{{else}}b{{else}}c{{/if}}", 1, 23, "Nothing but"),
        ("{{#if name}}" * 4 + "{{/if}}" * 4, 1, 37, "three deep"),
        ("{{ name }}{은/를}", 1, 11, "not a pair of particles"),
        ("{{ name }}{{ 은/는 }}", 1, 11, "single braces: {은}"),
    ],
)
def test_mistakes_are_told_with_their_place(template: str, line: int, column: int, says: str) -> None:
    with pytest.raises(TemplateError) as caught:
        compiled(text=template)
    assert (caught.value.line, caught.value.column, caught.value.part) == (line, column, "text")
    assert says in str(caught.value.sentence)


@pytest.mark.parametrize(
    ("template", "values", "seen"),
    [
        ("{{ name }}{은/는}", {"name": "김지우"}, "김지우는"),
        ("{{ name }}{는/은}", {"name": "박서준"}, "박서준은"),
        ("{{ name }}님{은/는}", {"name": "김지우"}, "김지우님은"),
        ('{{ name | "고객" }}{이/가}', {}, "고객이"),
        ('{{ name | "고객" }}{이/가}', {"name": "Emma"}, "Emma가"),
        ("{{ name }}{을/를}", {"name": "CRM"}, "CRM을"),
        ("{{ city }}{으로/로}", {"city": "서울"}, "서울로"),
        ("{{ city }}{으로/로}", {"city": "부산"}, "부산으로"),
        ("{{ city }}{으로/로}", {"city": "대구"}, "대구로"),
        ("'{{ name }}'{과/와}", {"name": "별"}, "'별'과"),
        ("「{{ name }}」 {과/와}", {"name": "나무"}, "「나무」 와"),
        ("{{ name }}(VIP){은/는}", {"name": "김지우"}, "김지우(VIP)는"),
        ("{{ name }}{이에요/예요}", {"name": "100"}, "100이에요"),
        ("{{ name }}{이에요/예요}", {"name": "12"}, "12예요"),
        ("{{#if name}}{{ name }}{{/if}}{은/는}", {"name": "지훈"}, "지훈은"),
        ("손님{{#if city}}{은/는}{{/if}}", {"city": "a"}, "손님은"),
    ],
)
def test_particles_follow_the_sound_before_them(template: str, values: dict[str, str], seen: str) -> None:
    assert rendered(values, text=template).text == f"{seen}\n"
    assert rendered(values, subject=template).subject == seen
    assert rendered(values, html=f"<p>{template}</p>").text == f"{seen}\n"


def test_particles_in_html_look_past_tags_entities_and_quotes() -> None:
    assert "<b>지훈</b>은" in body({"name": "지훈"}, "<p><b>{{ name }}</b>{은/는}</p>")
    assert '"<i>지훈</i>"은' in body({"name": "지훈"}, "<p>&quot;<i>{{ name }}</i>&quot;{은/는}</p>")
    assert 'alt="R&amp;D를"' in body({"name": "R&D"}, '<img src="https://x.test/a.png" alt="{{ name }}{을/를}">')
    assert "&lt;지훈&gt;은" in body({"name": "<지훈>"}, "<p>{{ name }}{은/는}</p>")


def test_conditions_stand_between_the_rows_of_a_table() -> None:
    table = (
        '<table>{{#if tier = "top"}}<tr><td>A</td></tr>{{else}}<tr><td>B</td></tr>{{/if}}<tr><td>C</td></tr></table>'
    )
    top, other = rendered({"tier": "top"}, html=table), rendered({}, html=table)
    assert ("<td>A</td>" in top.html, "<td>B</td>" in top.html, top.text) == (True, False, "A\nC\n")
    assert ("<td>A</td>" in other.html, "<td>B</td>" in other.html, other.text) == (False, True, "B\nC\n")


def test_escaped_quotes_of_an_html_editor_are_understood() -> None:
    assert "고객님" in body({}, "<p>{{ name | &quot;고객&quot; }}님{{#if&nbsp;city = &quot;서울&quot;}}!{{/if}}</p>")


def test_what_stands_in_a_comment_is_not_read() -> None:
    assert "비밀" not in body({}, "<p>가<!-- 비밀 {{ nmae }} {{#if -->나</p>")
