from __future__ import annotations

import re
from email import message_from_bytes, policy
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dangol.collaborative.channels.messages.models import Message, Touch
from dangol.collaborative.channels.messages.queries import links_clicked, totals
from dangol.collaborative.channels.messages.services.sending import send_waiting
from dangol.collaborative.channels.messages.services.touches import judge_touches
from dangol.collaborative.channels.messages.tests import sending as given
from dangol.collaborative.channels.messages.tests.sending import SOURCE, SYSTEM
from dangol.core.behavior.sources.services import create_source
from dangol.core.behavior.visitors.services.links import people_of
from dangol.platform.events.models import EventRecord
from dangol.platform.mail.links import sign
from dangol.platform.mail.models import CaughtMail

pytestmark = pytest.mark.django_db

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0"
PERSONAL = (
    '<p><a href="https://shop.example/spring">봄</a> <a href="https://shop.example/you?n={{ name }}">나</a>'
    ' <a href="https://shop.example/fall">가을</a></p>'
)


@pytest.fixture
def message(db: None) -> Message:
    given.house()
    given.Campaign(purpose_id=given.purpose().pk).register()
    given.let_wait(given.add_people(1), given.content(written={"html": PERSONAL}).pk)
    send_waiting(actor=SYSTEM, source=SOURCE, source_id=1)
    Message.objects.for_system("test").update(sent_at="2026-11-01T00:00Z")
    return now()


def now() -> Message:
    return Message.objects.for_system("test").get()


def touches() -> Any:
    return Touch.objects.for_system("test").order_by("id")


def html() -> str:
    mail = message_from_bytes(bytes(CaughtMail.objects.get().raw), policy=policy.default)
    return str(mail.get_body(("html",)).get_content())  # type: ignore[union-attr]


def links(kind: str) -> list[str]:
    return re.findall(rf'https://crm\.shop\.test(/{kind}/[^"]+)"', html())


def browser() -> Client:
    return Client(headers={"user-agent": CHROME})


def judge() -> Message:
    judge_touches(actor=SYSTEM, message_id=now().pk)
    return now()


def test_a_link_leads_to_its_address_and_is_counted_for_a_person(message: Message) -> None:
    answer = browser().get(links("c")[0])
    assert (answer.status_code, answer["Location"]) == (302, "https://shop.example/spring")
    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert not answer.cookies
    found = judge()
    assert (found.click_count, found.machine_click_count, found.open_count) == (1, 0, 0)
    assert found.opened_at == found.clicked_at == touches().get().at
    assert [e.name for e in EventRecord.objects.filter(about_id=found.person_id, subject="message").order_by("id")] == [
        "message.opened",
        "message.clicked",
    ]
    assert next((c.url, c.people, c.clicks) for c in links_clicked(SOURCE, 1)) == ("https://shop.example/spring", 1, 1)


def test_a_link_made_for_each_receiver_leads_to_her_own_address(message: Message) -> None:
    answer = browser().get(links("c")[1])
    assert answer["Location"] == "https://shop.example/you?n=%EC%A7%80%EC%9A%B01"


def test_a_link_to_a_site_of_ours_makes_known_who_follows_it_but_no_machine(message: Message) -> None:
    values = {"name": "Shop", "kind": "web", "allowed_origins": ["https://*.example"]}
    create_source(actor=SYSTEM, values=values)
    place = browser().get(links("c")[0])["Location"]
    bare, token = place.split("?dgl=")
    assert bare == "https://shop.example/spring"
    assert people_of([(token, timezone.now())]) == {token: message.person_id}
    assert "dgl" not in browser().head(links("c")[0])["Location"]
    assert "dgl" not in Client(headers={"user-agent": "curl/8.0"}).get(links("c")[0])["Location"]


@pytest.mark.parametrize("token", ["x", "abcdefghij234567abcdefghij", "..", "한글", "a" * 300])
@pytest.mark.parametrize("door", ["/c/{}", "/o/{}.gif", "/w/{}"])
def test_an_unknown_token_leads_nowhere_and_is_no_fault(db: None, door: str, token: str) -> None:
    answer = browser().get(door.format(token))
    assert answer.status_code == (200 if door.startswith("/o") else 404)
    assert "Location" not in answer
    assert not answer.cookies
    assert touches().count() == 0


def test_a_token_is_good_for_its_own_page_and_its_own_links_only(message: Message) -> None:
    pk = message.pk
    assert browser().get(f"/c/{sign('open', pk)}").status_code == 404
    assert browser().get(f"/c/{sign('click', pk, 99)}").status_code == 404
    assert browser().get(f"/c/{sign('click', pk + 1, 0)}").status_code == 404
    assert browser().get(f"/w/{sign('click', pk, 0)}").status_code == 404
    assert touches().count() == 0


def test_the_picture_tells_of_an_open_once(message: Message) -> None:
    (picture,) = links("o")
    for _ in range(2):
        answer = browser().get(picture)
        assert (answer.status_code, answer["Content-Type"]) == (200, "image/gif")
        found = judge()
    assert (found.open_count, found.machine_open_count) == (2, 0)
    assert EventRecord.objects.filter(name="message.opened").count() == 1


def test_looking_at_a_link_costs_few_queries(message: Message) -> None:
    place = links("c")[0]
    with CaptureQueriesContext(connection) as caught:
        browser().get(place)
    asked = [q["sql"] for q in caught if "SAVEPOINT" not in q["sql"]]
    assert len(asked) <= 5, asked  # the last asks whether it leads to a site of ours


def test_a_gateway_that_asks_for_heads_alone_is_a_machine(message: Message) -> None:
    answer = browser().head(links("c")[0])
    assert (answer.status_code, answer["Location"]) == (302, "https://shop.example/spring")
    found = judge()
    assert (found.click_count, found.machine_click_count, found.clicked_at) == (0, 1, None)
    assert not EventRecord.objects.filter(name="message.clicked").exists()


def test_a_gateway_that_calls_itself_a_browser_gives_itself_away(message: Message) -> None:
    for place in links("c"):
        browser().get(place)
    found = judge()
    assert (found.click_count, found.clicked_at) == (0, None)
    assert found.machine_click_count == 4
    assert totals(SOURCE, 1).machine_clicked == 1
    assert totals(SOURCE, 1).clicked == 0


def test_later_evidence_takes_an_earlier_click_back(message: Message) -> None:
    browser().get(links("c")[0])
    assert judge().click_count == 1
    browser().get(links("c")[2])
    found = judge()
    assert (found.click_count, found.machine_click_count, found.clicked_at) == (0, 2, None)
    browser().get(links("c")[0])
    touches().filter(pk=touches().last().pk).update(at="2026-11-02T00:00Z")
    found = judge()
    assert (found.click_count, found.machine_click_count) == (1, 2)


def test_the_link_that_nobody_sees_leads_nowhere(message: Message) -> None:
    answer = browser().get(links("c")[-1])
    assert answer.status_code == 404
    assert judge().machine_click_count == 1


def test_the_message_in_the_browser_is_whole_untracked_and_may_run_nothing(message: Message) -> None:
    (place,) = set(re.findall(r'https://crm\.shop\.test(/w/[^"]+)"', html())) or {f"/w/{sign('view', message.pk)}"}
    answer = browser().get(place)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'href="https://shop.example/spring"' in page
    assert "/o/" not in page
    assert "/c/" not in page
    policy_said = answer["Content-Security-Policy"]
    assert policy_said.startswith("sandbox ")
    assert "script-src" not in policy_said
    assert "default-src 'none'" in policy_said
    assert touches().count() == 0


def test_a_post_to_a_link_is_refused(message: Message) -> None:
    assert browser().post(links("c")[0]).status_code == 405
