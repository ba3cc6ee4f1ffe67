"""A rule holds alike whatever way a record is written, says what the company wrote, and spares what stood before."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.objects.added.obeying import held
from dangol.platform.objects.custom_fields.services import add_field
from dangol.platform.objects.many import change_many
from dangol.platform.objects.record_rules.models import Rule
from dangol.platform.objects.record_rules.services import add_rule, change_rule, remove_rule
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.writing import writer_of
from tests.cast import Cast

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system("test")
CHOICES = [{"value": v, "en": v.title()} for v in ("open", "won", "lost")]


@pytest.fixture
def fields(db: None) -> None:
    for kind, label in (("choice", "Stage"), ("money", "Amount"), ("text", "Reason"), ("date", "Closed on")):
        values = {"kind": kind, "label_en": label, "choices": CHOICES}
        add_field(actor=SYSTEM, object_name="company", values=values)


def rule(kind: str, formula: str, *names: str, **more: Any) -> Rule:
    values = {"kind": kind, "formula": formula, "fields": list(names), **more}
    return add_rule(actor=SYSTEM, object_name="company", values=values)


def make(**values: Any) -> Any:
    return object_type("company").create(actor=SYSTEM, values={"name": "Narae", **values})  # type: ignore[misc]


def change(record: Any, **values: Any) -> Any:
    return object_type("company").change(actor=SYSTEM, record_id=record.pk, values=values)  # type: ignore[misc]


def refused(name: str, act: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        act()
    return str(caught.value.message_dict[name][0])


@pytest.mark.usefixtures("fields")
def test_a_reason_is_required_when_it_is_lost_and_only_then() -> None:
    older = make(c_stage="lost")
    rule("require", "c_stage = 'lost'", "c_reason", message_en="Say why it was lost.")
    record = make(c_stage="open")
    assert refused("c_reason", lambda: change(record, c_stage="lost")) == "Say why it was lost."
    change(record, c_stage="lost", c_reason="too dear")
    assert refused("c_reason", lambda: change(record, c_reason="")) == "Say why it was lost."
    change(older, city="Busan")  # what was so before the rule can still be changed otherwise
    assert refused("c_reason", lambda: make(c_stage="lost")) == "Say why it was lost."


@pytest.mark.usefixtures("fields")
def test_the_amount_is_locked_once_it_is_won_but_may_come_with_the_winning() -> None:
    rule("lock", "c_stage = 'won'", "c_amount", "name")
    record = make(c_amount="10", c_stage="open")
    change(record, c_amount="12", c_stage="won")
    assert refused("c_amount", lambda: change(record, c_amount="13")) == "This cannot be changed any more."
    assert refused("name", lambda: change(record, name="Other"))
    change(record, c_stage="open")
    change(record, c_amount="13")


@pytest.mark.usefixtures("fields")
def test_a_field_that_is_not_shown_takes_no_value_and_is_not_required() -> None:
    rule("show", "c_stage = 'lost'", "c_reason")
    rule("require", "c_amount > 5", "c_reason")
    record = make(c_stage="open")
    assert held(record).hidden == {"c_reason"}
    assert refused("c_reason", lambda: change(record, c_reason="x")) == "This does not apply here: leave it empty."
    kept = make(c_stage="lost", c_reason="x")
    kept = change(kept, c_stage="open")  # what is kept stays, unseen
    assert kept.c_reason == "x"
    assert held(kept).hidden == {"c_reason"}


@pytest.mark.usefixtures("fields")
def test_a_check_speaks_in_the_company_s_words_and_what_is_not_known_passes() -> None:
    rule("check", "c_amount < 100 or c_stage <> 'won'", message_en="Ask the head first.", message_ko="먼저 물어보세요.")
    make(c_amount="200")
    assert refused("__all__", lambda: make(c_amount="200", c_stage="won")) == "Ask the head first."
    rule("check", "city <> 'Busan'", "city")
    assert "city <> 'Busan'" in refused("city", lambda: make(city="Busan"))


@pytest.mark.usefixtures("fields")
def test_bulk_imports_and_the_api_obey_the_same_rules(cast: Cast) -> None:
    rule("require", "c_stage = 'lost'", "c_reason", message_en="Say why.")
    one, two = make(), make(c_reason="dear")
    writer = writer_of("company")
    assert writer is not None
    outcome = change_many(writer, actor=SYSTEM, values={r.pk: {"c_stage": "lost"} for r in (one, two)})
    assert [(left.record_id, left.sentence) for left in outcome.left] == [(one.pk, "Say why.")]
    made = object_type("company").create_many(actor=SYSTEM, values=[{"name": "A", "c_stage": "lost"}, {"name": "B"}])  # type: ignore[misc]
    assert isinstance(made[0], ValidationError)
    assert made[1].pk
    client = Client()
    client.force_login(cast.admin)
    answer = client.patch(f"/api/v1/companies/{one.pk}", json.dumps({"c_stage": "lost"}), "application/json")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"].endswith("c_reason")


@pytest.mark.usefixtures("fields")
def test_an_import_puts_aside_what_breaks_a_rule() -> None:
    from dangol.platform.exchange.records.making import Maker

    rule("check", "length(name) > 2", "name", message_en="Longer, please.")
    writer = writer_of("company")
    assert writer is not None
    maker = Maker(writer, SYSTEM)
    assert maker.draft({"name": "Ab"}).error is not None
    assert maker.draft({"name": "Abc"}).error is None


@pytest.mark.usefixtures("fields")
def test_rules_are_checked_when_they_are_made_and_gone_when_they_are_removed() -> None:
    for values in (
        {"kind": "lock", "formula": "c_amount + 1", "fields": ["name"]}, {"kind": "lock", "formula": "nope = 1"},
        {"kind": "odd", "formula": "c_amount > 1"}, {"kind": "lock", "formula": "c_amount > 1", "fields": []},
        {"kind": "lock", "formula": "c_amount > 1", "fields": ["nope"]},
        {"kind": "show", "formula": "c_amount > 1", "fields": ["name"]},
    ):  # fmt: skip
        with pytest.raises(ValidationError):
            add_rule(actor=SYSTEM, object_name="company", values=values)
    made = rule("check", "c_amount > 1")
    assert refused("__all__", lambda: make(c_amount="0"))
    change_rule(actor=SYSTEM, number=made.pk, values={"is_active": False})
    make(c_amount="0")
    change_rule(actor=SYSTEM, number=made.pk, values={"is_active": True})
    remove_rule(actor=SYSTEM, number=made.pk)
    make(c_amount="0")


def test_rules_are_for_who_has_the_right(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        add_rule(actor=cast.actor("owner"), object_name="company", values={"kind": "check", "formula": "city = ''"})


@pytest.mark.usefixtures("fields")
def test_forms_ask_for_what_applies_and_are_drawn_anew_when_that_changes(cast: Cast) -> None:
    rule("show", "c_stage = 'lost'", "c_reason")
    rule("require", "c_stage = 'lost'", "c_reason", message_en="Say why.")
    rule("lock", "c_stage = 'won'", "c_amount")
    client = Client()
    client.force_login(cast.admin)
    page = client.get("/companies/new").content.decode()
    assert 'name="c_reason"' not in page
    assert 'hx-trigger="change from:#f-c_stage"' in page
    sent = {"name": "Narae", "c_stage": "lost"}
    drawn = client.post("/companies/new", {**sent, "_search": "c_stage"})
    assert drawn.status_code == 200
    assert 'name="c_reason"' in drawn.content.decode()
    refusal = client.post("/companies/new", sent)
    assert refusal.status_code == 422
    assert "Say why." in refusal.content.decode()
    assert client.post("/companies/new", {**sent, "c_reason": "dear"}).status_code == 302
    won = make(c_stage="won", c_amount="5")
    assert 'name="c_amount"' not in client.get(f"/companies/{won.pk}/edit").content.decode()
    page = client.get(f"/companies/{won.pk}").content.decode()
    assert "edit?field=c_stage" in page
    assert "edit?field=c_amount" not in page
    assert "edit?field=c_reason" not in page


def test_the_pages_of_rules_make_change_and_remove_one(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.admin)
    assert client.get("/setup/rules").status_code == 200
    sent = {"kind": "check", "formula": "length(name) > 2", "fields": "name", "message_ko": "더 길게 써 주세요.",
            "is_active": "on"}  # fmt: skip
    assert client.post("/setup/rules/companies/new", {**sent, "formula": "name"}).status_code == 422
    assert client.post("/setup/rules/companies/new", sent).status_code == 302
    made = Rule.objects.get()
    assert "length(name)" in client.get("/setup/rules?object=companies").content.decode()
    assert client.get(f"/setup/rules/{made.pk}").status_code == 200
    assert client.post(f"/setup/rules/{made.pk}", {**sent, "kind": "odd"}).status_code == 422
    assert client.post(f"/setup/rules/{made.pk}", sent).status_code == 302
    stranger = Client()
    stranger.force_login(cast.stranger)
    assert stranger.get("/setup/rules").status_code == 403
    assert client.post(f"/setup/rules/{made.pk}/remove").status_code == 302
    assert not Rule.objects.exists()
