"""A company adds fields of its own in a real browser, and a moment later fills them in on a form and finds them in a
list, in a filter, on a board, and on the page of whom they lead to."""

from __future__ import annotations

import pytest

from dangol.core.customers.people.models import Person
from tests.cast import Cast
from tests.journeys.browser import PASSWORD, Opener, Window, asked

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def people(cast: Cast, open_house: str) -> str:
    for n in range(4):
        Person.plain.create(name=f"Kim {n}", owner=cast.owner)
    return open_house


def add_field(w: Window, kind: str, label: str) -> None:
    w.open(f"/setup/fields/people/new?kind={kind}")
    w.page.fill("[name=label_en]", label)
    if kind == "relations":
        w.page.select_option("[name=relation]", "person")
    if kind == "choice":
        for n, word in enumerate(("Light", "Dark")):
            w.page.locator("[name=choice_en]").nth(n).fill(word)
    w.follow(w.page.locator(".actions .btn-go"))


def test_fields_are_added_and_used_at_once(browser_window: Opener, people: str, cast: Cast) -> None:
    with browser_window(people) as w:
        w.sign_in(cast.admin.email, PASSWORD)
        for kind, label in (("choice", "Roast"), ("relations", "Friends"), ("email", "Spare mail")):
            add_field(w, kind, label)
        ids = asked(lambda: dict(Person.plain.values_list("name", "pk")))
        fill_in(w, ids)
        use(w, ids)
        assert [line for line in w.troubles if "422" not in line] == []  # the refused form is said so by the browser


def fill_in(w: Window, ids: dict[str, int]) -> None:
    """On the form: a wrong address is refused and keeps the rest; two friends found by two searches stay ticked."""
    w.open(f"/people/{ids['Kim 0']}/edit")
    w.page.select_option("[name=c_roast]", "dark")
    w.page.fill("[name=c_spare_mail]", "nobody")
    for name in ("Kim 1", "Kim 2"):
        w.page.fill("[name=c_friends__q]", "")
        w.page.locator("[name=c_friends__q]").press_sequentially(name)
        w.page.locator(f"#f-c_friends input[value='{ids[name]}']").check()
    w.follow(w.page.locator(".actions .btn-go"))
    assert "This is not an e-mail address" in w.page.content()
    assert w.page.locator("#f-c_friends input:checked").count() == 2
    w.page.fill("[name=c_spare_mail]", "Kim@Example.com")
    w.follow(w.page.locator(".actions .btn-go"))
    kept = asked(lambda: Person.plain.get(pk=ids["Kim 0"]).custom)
    assert kept == {
        "c_roast": "dark", "c_friends": [ids["Kim 1"], ids["Kim 2"]], "c_spare_mail": "kim@example.com",
    }  # fmt: skip


def use(w: Window, ids: dict[str, int]) -> None:
    """In a list, in its filter, on a board whose card is moved, and on the friend's page."""
    w.open("/people?columns=name,c_roast,c_friends")
    row = w.page.locator("tr", has_text="Kim 0")
    assert "Dark" in row.inner_text()
    assert "Kim 1, Kim 2" in row.inner_text()
    w.open(f'/people?filter={{"field":"c_friends","op":"is","value":{ids["Kim 2"]}}}')
    assert w.page.locator("tbody a.name").all_inner_texts() == ["Kim 0"]
    w.open("/people?layout=board&by=c_roast")
    assert "Kim 0" in w.page.locator("main").inner_text()
    w.open(f"/people/{ids['Kim 2']}")
    way = w.page.locator("dd a.link", has_text="Kim 0")
    w.follow(way)
    assert w.page.url.endswith(f"/people/{ids['Kim 0']}")
