from __future__ import annotations

import pytest
from django.test import Client

from dangol.core.consent.gate.queries import gate_policy, reason_label, reasons
from dangol.core.consent.gate.rules import HouseRules
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def test_the_page_shows_every_rule_in_its_order_with_the_source_of_the_laws(cast: Cast) -> None:
    page = browser(cast, "admin").get("/setup/gate").content.decode()
    places = [page.index(f'<td class="mid">{reason.label}</td>') for reason in reasons()]
    assert places == sorted(places)
    assert "art. 50(3)" in page
    assert "20:00" in page


def test_the_houses_rules_are_set_and_remembered(cast: Cast) -> None:
    admin = browser(cast, "admin")
    answer = admin.post("/setup/gate", {"cap_messages": "2", "cap_days": "7"})
    assert answer.status_code == 302
    assert gate_policy() == HouseRules(2, 7, False)
    page = admin.get("/setup/gate").content.decode()
    assert "not left out" in page
    assert 'value="7"' in page


@pytest.mark.parametrize(
    "wrong", [{"cap_messages": "many", "cap_days": "7"}, {"cap_messages": "2", "cap_days": "0"}, {}]
)
def test_numbers_that_make_no_sense_are_said(cast: Cast, wrong: dict[str, str]) -> None:
    answer = browser(cast, "admin").post("/setup/gate", wrong)
    assert answer.status_code == 422
    assert "error-note" in answer.content.decode()
    assert gate_policy() == HouseRules()


def test_others_are_kept_out(cast: Cast) -> None:
    assert browser(cast, "owner").get("/setup/gate").status_code == 403
    assert Client().get("/setup/gate").status_code == 302


def test_reasons_have_words_by_channel() -> None:
    assert reason_label("no_address", "email") == "No e-mail"
    assert reason_label("no_address", "sms") == "No phone number"
    assert reason_label("night") == "Night: waits until morning"
    assert (reason_label(""), reason_label("unheard_of")) == ("", "unheard_of")
