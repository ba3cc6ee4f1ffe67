from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from dangol.core.consent.ledger.models import ConsentRecord, Purpose, Wording
from dangol.core.consent.ledger.services import record_consent
from dangol.core.customers.people.services import create_person
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


@pytest.fixture
def jiwoo(cast: Cast) -> int:
    values = {"name": "김지우", "email": "jiwoo@narae.test", "phone": "010-1234-5678"}
    return int(create_person(actor=cast.actor("owner"), values=values).pk)


def offers() -> int:
    return int(Purpose.objects.get(code="offers").pk)


def form(**more: Any) -> dict[str, Any]:
    return {
        "purpose": offers(), "channel": "email", "state": "given", "method": "staff", "at": "2026-11-02T14:30",
        "note": "at the counter", **more,
    }  # fmt: skip


def test_what_a_customer_told_staff_is_recorded_and_shown_on_her_page(cast: Cast, jiwoo: int) -> None:
    client = browser(cast, "owner")
    before = client.get(f"/people/{jiwoo}").content.decode()
    assert "Never asked: E-mail, Text message, KakaoTalk, Phone" in before
    answer = client.post(f"/people/{jiwoo}/consent", form())
    assert answer["Location"] == f"/people/{jiwoo}#now"
    kept = ConsentRecord.objects.for_system("t").get()
    assert (kept.state, kept.evidence, kept.recorded_by_id) == ("given", {"note": "at the counter"}, cast.owner.pk)
    assert kept.at.isoformat() == "2026-11-02T05:30:00+00:00"
    page = client.get(f"/people/{jiwoo}").content.decode()
    assert "Never asked: Text message, KakaoTalk, Phone" in page
    assert "Allowed “Offers” by E-mail" in page
    assert "Told to staff" in page
    assert "at the counter" in page


def test_the_timeline_says_what_was_allowed_under_which_words(cast: Cast, jiwoo: int) -> None:
    words = Wording.objects.get(purpose_id=offers(), language="ko")
    record_consent(
        actor=cast.actor("owner"), person_id=jiwoo, purpose_id=offers(), channel="email", state="given", method="form",
        wording=words,
    )  # fmt: skip
    story = browser(cast, "owner").get(f"/people/{jiwoo}").content.decode()
    assert "(Form, wording 1)" in story


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [({"state": ""}, "Choose one from the list."), ({"at": "soon"}, "Give the day and time"),
     ({"at": "2999-01-01T00:00"}, "lies in the future"), ({"purpose": "²"}, "Choose one from the list.")],
)  # fmt: skip
def test_what_is_missing_is_said_beside_its_field(cast: Cast, jiwoo: int, wrong: dict[str, str], sentence: str) -> None:
    answer = browser(cast, "owner").post(f"/people/{jiwoo}/consent", form(**wrong))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "at the counter" in answer.content.decode()
    assert ConsentRecord.objects.for_system("t").count() == 0


def test_only_who_sees_the_customer_records_for_her(cast: Cast, jiwoo: int) -> None:
    assert browser(cast, "stranger").post(f"/people/{jiwoo}/consent", form()).status_code == 404
    assert Client().post(f"/people/{jiwoo}/consent", form()).status_code == 302
    role = cast.users["mate"].roles.get()
    role.grants = {"*": {"see": "all"}}
    role.save()
    client = browser(cast, "mate")
    assert client.post(f"/people/{jiwoo}/consent", form()).status_code == 403
    assert "Record what the customer said" not in client.get(f"/people/{jiwoo}").content.decode()
    role.grants = {"person": {"see": "all"}}
    role.save()
    assert "Never asked" not in client.get(f"/people/{jiwoo}").content.decode()


def test_purposes_are_kept_by_who_may_change_the_workspace(cast: Cast) -> None:
    admin = browser(cast, "admin")
    assert "Offers" in admin.get("/setup/purposes").content.decode()
    assert admin.get("/setup/purposes/new").status_code == 200
    values = {"code": "parties", "label_en": "Parties", "label_ko": "행사", "place": 30, "is_active": "on"}
    added = admin.post("/setup/purposes/new", values)
    found = Purpose.objects.get(code="parties")
    assert added["Location"] == f"/setup/purposes/{found.pk}"
    assert admin.post("/setup/purposes/new", values).status_code == 422
    assert admin.post(f"/setup/purposes/{found.pk}", {**values, "label_en": ""}).status_code == 422
    assert admin.post(f"/setup/purposes/{found.pk}", {**values, "is_active": ""}).status_code == 302
    assert not Purpose.objects.get(code="parties").is_active
    for address in ("/setup/purposes", "/setup/purposes/new", f"/setup/purposes/{found.pk}"):
        assert browser(cast, "owner").get(address).status_code == 403
        assert Client().get(address).status_code == 302
    assert admin.get("/setup/purposes/999999").status_code == 404


def test_new_words_are_saved_as_a_version_and_the_old_ones_stay_readable(cast: Cast) -> None:
    admin, address = browser(cast, "admin"), f"/setup/purposes/{offers()}/wording"
    old = Wording.objects.get(purpose_id=offers(), language="en").text
    assert admin.post(address, {"language": "en", "text": "New words."}).status_code == 302
    page = admin.get(f"/setup/purposes/{offers()}").content.decode()
    assert "New words." in page
    assert old in page
    wrong = admin.post(address, {"language": "en", "text": " "})
    assert wrong.status_code == 422
    assert "Write the words" in wrong.content.decode()
    assert admin.post(address, {"language": "xx", "text": "x"}).status_code == 422
    assert browser(cast, "owner").post(address, {"language": "en", "text": "x"}).status_code == 403
    assert Wording.objects.filter(purpose_id=offers()).count() == 3
