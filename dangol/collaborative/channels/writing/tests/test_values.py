from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.collaborative.channels.writing import queries
from dangol.collaborative.channels.writing.queries import catalogue
from dangol.collaborative.channels.writing.rules.content import Content
from dangol.collaborative.channels.writing.rules.fields import MergeField
from dangol.collaborative.channels.writing.tests.conftest import Customers

ALL = list(queries.merge_fields())


def test_values_come_in_the_language_of_the_message(customers: Customers) -> None:
    korean = queries.merge_values([customers.jiwoo], ALL, "ko")[customers.jiwoo]
    assert korean == {
        "name": "김지우", "first_name": "지우", "greeting": "김지우님", "company": "나래 & 친구",
        "city": "서울", "owner": "Owner", "tier": "상위",
        "order_count": "1,234", "last_order_on": "2026년 5월 15일", "last_order_amount": "42,800원",
    }  # fmt: skip
    assert korean["tier"].key == "top"  # type: ignore[attr-defined]
    english = queries.merge_values([customers.jiwoo], ALL, "en")[customers.jiwoo]
    assert (english["name"], english["first_name"], english["tier"]) == ("Jiwoo Kim", "Jiwoo", "Top")
    assert (english["last_order_on"], english["last_order_amount"]) == ("15 May 2026", "₩42,800")


def test_what_is_not_known_is_left_out_and_everybody_is_there(customers: Customers) -> None:
    found = queries.merge_values([customers.emma, customers.number, 999], ALL, "ko")
    assert found[customers.emma] == {
        "name": "Emma O'Hara", "first_name": "Emma", "greeting": "Emma O'Hara님", "owner": "Owner",
    }  # fmt: skip
    assert found[customers.number] == {"customer_number": "C-77", "owner": "Owner"}
    assert found[999] == {}


def test_a_batch_takes_three_queries_at_most_and_none_for_groups_that_nobody_asks_for(customers: Customers) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        queries.merge_values([customers.jiwoo, customers.emma, *range(10_000, 10_998)], ALL, "ko")
    assert len(asked) == 3
    with CaptureQueriesContext(connection) as asked:
        queries.merge_values([customers.jiwoo], ["name", "city"], "ko")
        queries.merge_values([], ALL, "ko")
    assert len(asked) == 1


def test_an_actor_gets_only_what_they_may_see(customers: Customers, cast: Any) -> None:
    assert queries.merge_values([customers.jiwoo], ALL, "ko", actor=cast.actor("stranger")) == {customers.jiwoo: {}}
    owner = replace(cast.actor("owner"), fields={"person": {"name": "hidden"}, "order": {"amount": "hidden"}})
    seen = queries.merge_values([customers.jiwoo], ALL, "ko", actor=owner)[customers.jiwoo]
    assert {"city", "tier", "last_order_on"} <= set(seen)
    assert not {"name", "first_name", "last_order_amount"} & set(seen)


def test_other_rooms_add_fields_once(customers: Customers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_groups", list(catalogue._groups))
    field = MergeField("points", "Points", {"en": "10"}, "number")
    queries.register_merge_field(field, lambda people, language: dict.fromkeys(people, f"7 {language}"))
    assert queries.merge_values([customers.emma], ["points"], "en")[customers.emma] == {"points": "7 en"}
    assert list(queries.merge_fields())[-1] == "points"
    for name in ("points", "unsubscribe_url"):
        with pytest.raises(ValueError, match="already"):
            queries.register_merge_field(replace(field, name=name), lambda people, language: {})


def test_the_sender_is_the_company_profile(customers: Customers) -> None:
    assert queries.sender().phone == "02-1234-5678"
    assert queries.home_country() == "KR"


def test_a_letter_begins_as_its_language_does(customers: Customers) -> None:
    asked = ["greeting", "first_name"]
    assert queries.merge_values([customers.emma], asked, "en")[customers.emma]["greeting"] == "Dear Emma"
    assert queries.merge_values([customers.emma], asked, "ko")[customers.emma]["greeting"] == "Emma O'Hara님"


def test_a_preview_is_the_message_as_that_customer_gets_it(customers: Customers, cast: Any) -> None:
    content = Content(
        '{{ name | "고객" }}님{은/는} {{#if tier = "top"}}귀한{{else}}반가운{{/if}} 손님', "<p>{{ company }}</p>"
    )
    made = queries.preview(content, customers.jiwoo, cast.actor("owner"), message_class="advertising")
    assert made.subject == "(광고) 김지우님은 귀한 손님"
    assert "나래 &amp; 친구" in made.html
    assert "수신거부" in made.text
    assert (made.person_id, made.name, made.country) == (customers.jiwoo, "김지우", "KR")
    other = queries.preview(content, customers.emma, cast.actor("owner"), message_class="advertising")
    assert (other.subject, other.country) == ("Emma O'Hara님은 반가운 손님", "GB")


def test_a_preview_for_whom_one_may_not_see_is_filled_with_samples(customers: Customers, cast: Any) -> None:
    content = Content("{{ name }} {{ city }}", "<p>a</p>")
    made = queries.preview(content, customers.jiwoo, cast.actor("stranger"), message_class="service")
    assert (made.person_id, made.subject) == (None, "김지우 서울")
    broken = queries.preview(Content("{{ nmae }}", "<p>a</p>"), None, cast.actor("owner"))
    assert broken.is_broken
    assert [f.code for f in broken.findings if f.level == "error"] == ["field:nmae"]


def test_one_walks_through_the_customers_one_may_see(customers: Customers, cast: Any) -> None:
    ids = [customers.emma, 999_999, customers.jiwoo, customers.number]
    content, owner = Content("a", "<p>a</p>"), cast.actor("owner")
    part = queries.preview_part(content, actor=owner, source="x", pk=1, people=ids)
    assert (part.now.person_id, part.previous_id, part.next_id) == (customers.emma, None, customers.jiwoo)
    part = queries.preview_part(
        content, actor=owner, source="x", pk=1, people=ids, person=customers.number, query="tab=a"
    )
    assert (part.previous_id, part.next_id, part.place, part.of, part.query) == (customers.jiwoo, None, 3, 3, "tab=a&")
    part = queries.preview_part(content, actor=cast.actor("stranger"), source="x", pk=1, people=ids)
    assert (part.now.person_id, part.of) == (None, 0)
    newest = queries.preview_part(content, actor=owner, source="x", pk=1)
    assert newest.now.person_id == customers.number
