"""A hidden field of people, walked through every room: whoever may not see it is told it nowhere.

What each object's own pages, lists, files and REST tell is walked by the contract; here are the doors of other rooms.
"""

from __future__ import annotations

import base64
import json
from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dangol.analytical.dashboards.pictures.queries import reach
from dangol.analytical.segments.definitions.services import create_segment
from dangol.analytical.segments.members.services import refresh
from dangol.analytical.segments.tiers.models import CustomerTier
from dangol.backoffice.webhooks.deliveries.models import Message
from dangol.backoffice.webhooks.deliveries.services.telling import tell_endpoints
from dangol.backoffice.webhooks.endpoints.models import Endpoint
from dangol.collaborative.channels.writing import queries as writing
from dangol.core.consent.suppressions.services import suppress
from dangol.core.customers.companies.models import Company
from dangol.core.customers.people.services import change_person, create_person
from dangol.core.purchases.orders.services.writing import create_order
from dangol.operational.marketing.campaigns.services.records import create_campaign
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.models import Role
from dangol.platform.api.feed import rendered
from dangol.platform.events.models import EventRecord
from dangol.platform.exchange.models import ImportRun
from dangol.platform.exchange.queries import runs_for
from dangol.platform.objects.registry import object_type
from dangol.platform.objects.saved_views import save_view
from tests.cast import Cast

pytestmark = pytest.mark.django_db
VALUE, CITY = "zugvogel@narae.test", "Zugspitze"
RULES = {"or": [{"field": "email", "op": "is", "value": VALUE}, {"field": "city", "op": "is", "value": CITY}]}


@pytest.fixture
def kim(cast: Cast) -> Any:
    """A customer without a name, who would be called by the e-mail, with an order and a tier."""
    actor = cast.actor("admin")
    person = create_person(actor=actor, values={"email": "old@narae.test", "city": "Busan"})
    change_person(actor=actor, record_id=person.pk, values={"email": VALUE, "city": CITY})
    create_order(actor=actor, values={"number": "1", "person": person.pk, "currency": "KRW",
                                      "ordered_at": timezone.now(), "lines": [{"unit_price": 7_774_113}]})  # fmt: skip
    CustomerTier.plain.create(
        person=person, tier="top", is_slipping=True, value=7, value_12m=7, value_in_window=7, order_count=1, rank=1,
        purchase_days=1, months=[7] * 12, first_order_on=date(2026, 1, 1), last_order_on=date(2026, 1, 1),
        expected_on=date(2026, 2, 1), recency=1, frequency=1, money=1, segment="lost",
    )  # fmt: skip
    return person


@pytest.fixture
def segment(cast: Cast, kim: Any) -> Any:
    found = create_segment(actor=cast.actor("admin"), values={"name": "Birds"}, rules=RULES)
    refresh(actor=cast.actor("admin"), segment_id=found.pk)
    return found


def hide(cast: Cast, *names: str, object_name: str = "person") -> Client:
    """The administrator, from whom fields are hidden now."""
    cast.admin.roles.update(fields={object_name: dict.fromkeys(names, "hidden")})
    client = Client()
    client.force_login(cast.admin)
    return client


def said(client: Client, address: str, *statuses: int, **asked: Any) -> str:
    answer = client.get(address, asked)
    assert answer.status_code in (statuses or (200,)), f"{answer.status_code} {address}"
    return str(answer.content.decode())


def test_no_page_of_another_room_says_a_hidden_field(cast: Cast, kim: Any, segment: Any) -> None:
    looks: Any = {"audience": "all", "columns": ["email", "city"], "sort": "email"}
    save_view(actor=cast.actor("admin"), declared=object_type("person"), name="Theirs", filter=RULES, **looks)
    campaign = create_campaign(actor=cast.actor("admin"), values={"name": "Autumn", "segment": segment.pk})
    client = hide(cast, "email", "city")
    addresses = [
        "/", "/insight", "/segments", "/people", "/people/views", "/orders", "/suppressions", "/audit",
        *(f"/segments/{segment.pk}{rest}" for rest in ("", "/history", "/panel", f"/why/{kim.pk}")),
        *(f"/people/{kim.pk}{rest}" for rest in ("", "/history", "/panel", "/story", "/access")),
        *(f"/campaigns/{campaign.pk}{rest}" for rest in ("", "/history", "/panel")),
        *(f"/api/v1/{rest}" for rest in ("people", "orders", "segments", f"segments/{segment.pk}/members")),
    ]  # fmt: skip
    for address in addresses:
        text = said(client, address, 200, 302, 404)
        for value in (VALUE, CITY):
            assert value not in text, address
    for typed in (CITY, VALUE, "narae", "zugvogle"):
        assert f"/people/{kim.pk}" not in said(client, "/search", q=typed), typed


def test_the_builder_of_a_segment_neither_shows_nor_loses_what_is_hidden(cast: Cast, segment: Any) -> None:
    """Who may not see a field of the rules may not change them: saving would lose what they do not see."""
    client = hide(cast, "email")
    text = said(client, f"/segments/{segment.pk}/rules", 200, 400, 403)
    assert VALUE not in text
    segment.refresh_from_db()
    assert segment.filter == RULES


def test_a_preview_of_a_message_fills_in_nothing_hidden(cast: Cast, kim: Any) -> None:
    firm = Company.plain.create(name="Narae Gangneung", owner=cast.owner)
    change_person(actor=cast.actor("admin"), record_id=kim.pk, values={"company": firm.pk})
    fields = ("city", "company", "tier", "order_count", "last_order_amount", "last_order_on")
    told = writing.merge_values([kim.pk], fields, "en", actor=cast.actor("admin"))[kim.pk]
    assert set(told) == set(fields)
    hide(cast, "city", "tier", "order_count", "company")
    told = writing.merge_values([kim.pk], fields, "en", actor=cast.actor("admin"))[kim.pk]
    assert set(told) == {"last_order_amount", "last_order_on"}
    hide(cast, "amount", "ordered_at", object_name="order")
    told = writing.merge_values([kim.pk], fields, "en", actor=cast.actor("admin"))[kim.pk]
    assert set(told) == {"city", "company", "tier", "order_count"}
    Role.objects.filter(name="administrator").update(grants={"person": {"see": "all"}, "company": {"see": "own"}})
    assert "company" not in writing.merge_values([kim.pk], fields, "en", actor=cast.actor("admin"))[kim.pk]


def test_no_cursor_carries_it(cast: Cast, kim: Any) -> None:
    create_person(actor=cast.actor("admin"), values={"name": "Lee", "email": f"x{VALUE}", "city": CITY})
    client = hide(cast, "email", "city")
    for sort in ("", "name", "-name", "created_at", "-changed_at", "value", "-rank"):
        answer = client.get("/api/v1/people", {"limit": 1, "sort": sort}).json()
        place = base64.urlsafe_b64decode(answer["next"] + "=" * (-len(answer["next"]) % 4)).decode()
        assert VALUE not in place
        assert CITY not in place


def test_rows_of_others_files_are_for_who_sees_every_field(cast: Cast) -> None:
    ImportRun.objects.create(kind="orders", file_name="theirs.csv", user=cast.mate)
    assert [run.file_name for run in runs_for(cast.actor("admin"))] == ["theirs.csv"]
    hide(cast, "email")
    assert list(runs_for(cast.actor("admin"))) == []


def test_feed_and_webhooks_leave_it_out(cast: Cast, kim: Any) -> None:
    hide(cast, "email", "city")
    endpoint = Endpoint(url="https://far.test/hook", owner=cast.admin, secret="")
    endpoint.save(force_insert=True)
    for event in EventRecord.objects.filter(subject="person", subject_id=kim.pk):
        assert VALUE not in json.dumps(rendered(event, cast.actor("admin")), default=str)
        tell_endpoints(actor=Actor.system("test"), record=event)
    bodies = " ".join(m.body for m in Message.objects.for_system("test").filter(endpoint=endpoint))
    assert str(kim.pk) in bodies
    assert VALUE not in bodies
    assert CITY not in bodies


def test_suppressed_addresses_are_hidden_with_the_field(cast: Cast, kim: Any) -> None:
    suppress(actor=cast.actor("admin"), channel="email", address=VALUE, reason="manual", note="")
    suppress(actor=cast.actor("admin"), channel="sms", address="+821012345678", reason="manual", note="")
    text = said(hide(cast, "email"), "/suppressions")
    assert VALUE not in text
    assert "1234" in text
    assert "1234" not in said(hide(cast, "phone"), "/suppressions")


def test_money_of_orders_is_told_by_no_line_and_no_panel(cast: Cast, kim: Any) -> None:
    order = object_type("order").model.plain.get(number="1")  # type: ignore[attr-defined]
    client = hide(cast, "amount", "value", object_name="order")
    for address in (f"/orders/{order.pk}", f"/people/{kim.pk}", f"/orders/{order.pk}/panel"):
        assert "7,774,113" not in said(client, address), address
    story = client.get(f"/people/{kim.pk}/story", headers={"HX-Request": "true"})
    assert story.status_code == 200
    assert "7,774,113" not in story.content.decode()


@pytest.mark.parametrize("field", ["tier", "value", "rank", "last_order_on", "usual_gap_days"])
def test_the_value_panel_goes_with_any_of_its_fields(cast: Cast, kim: Any, segment: Any, field: str) -> None:
    client = hide(cast, field)
    assert "Value and tier" not in said(client, f"/people/{kim.pk}")
    assert "What to expect" not in said(client, f"/people/{kim.pk}")


@pytest.mark.parametrize(
    ("object_name", "field"), [("person", "tier"), ("person", "is_slipping"), ("order", "ordered_at")]
)
def test_the_overview_goes_with_any_field_of_its_figures(cast: Cast, kim: Any, object_name: str, field: str) -> None:
    assert reach(cast.actor("admin")) == "all"
    client = hide(cast, field, object_name=object_name)
    assert reach(cast.actor("admin")) == "none"
    assert said(client, "/insight", 403)
