from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from django.test import Client

from dangol.core.consent.evidence.services import is_unchanged
from dangol.core.consent.gate.tests.people import person, said
from dangol.core.consent.guardians.models import Guardian
from dangol.core.consent.law.models import LawValue, SenderCertificate
from dangol.core.consent.rights.models import RightsRequest
from dangol.core.customers.people.models import Person
from dangol.platform.events.models import EventRecord
from tests.cast import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.admin)
    return client


def test_a_rule_of_law_is_corrected_with_its_source_and_history(admin: Client) -> None:
    assert b"art. 50(1)" in admin.get("/setup/law").content
    at = "/setup/law/rule?country=KR&what=transaction_months&channel="
    assert admin.post(at, {"value": "many", "source": "x", "checked_on": "2026-10-01"}).status_code == 422
    assert admin.post(at, {"value": "5", "source": "", "checked_on": "2026-10-01"}).status_code == 422
    sent = {"value": "5", "source": "Act of 2027", "place": "art. 1", "checked_on": "2026-10-01", "why": "changed"}
    assert admin.post(at, sent).status_code == 302
    assert LawValue.objects.get().value == "5"
    assert b"Act of 2027" in admin.get(at).content
    assert EventRecord.objects.get(name="law.corrected").changes["value"] == ["6", "5"]
    assert admin.get("/setup/law/rule?country=KR&what=nothing").status_code == 404


def test_a_certificate_is_written_down_and_ended(admin: Client) -> None:
    sent = {"channel": "sms", "provider": "P", "number": "1588-0000", "certificate": "C-1",
            "valid_from": "2026-01-01", "expires_on": "2025-01-01"}  # fmt: skip
    assert admin.post("/setup/law/certificates", sent).status_code == 422
    assert admin.post("/setup/law/certificates", {**sent, "expires_on": "2030-01-01"}).status_code == 302
    row = SenderCertificate.objects.get()
    assert admin.post(f"/setup/law/certificates/{row.pk}/end").status_code == 302
    assert SenderCertificate.objects.get().ended_at is not None


def test_a_guardians_agreement_is_recorded_on_a_page(admin: Client) -> None:
    pk = person(born_on="2020-01-01")
    assert b"No guardian agreed" in admin.get(f"/people/{pk}").content
    sent = {"name": "Mother", "method": "signed", "evidence": "No. 7", "agreed_at": "2026-01-01T10:00"}
    assert admin.post(f"/people/{pk}/guardian", {**sent, "evidence": ""}).status_code == 422
    assert admin.post(f"/people/{pk}/guardian", sent).status_code == 302
    assert Guardian.objects.for_system("t").get().person_id == pk


def test_a_request_is_taken_answered_and_listed(admin: Client) -> None:
    pk = person(country="KR")
    assert admin.post(f"/people/{pk}/privacy", {"kind": "nothing", "way": "mail"}).status_code == 422
    assert (
        admin.post(f"/people/{pk}/privacy", {"kind": "access", "way": "mail", "note": "by letter"}).status_code == 302
    )
    row = RightsRequest.objects.for_system("t").get()
    assert b"by letter" in admin.get("/privacy").content
    assert admin.post(f"/privacy/{row.pk}/answer", {"do": "refused", "answer": ""}).status_code == 422
    assert admin.post(f"/privacy/{row.pk}/answer", {"do": "done", "answer": "sent"}).status_code == 302
    assert b"sent" in admin.get("/privacy?show=done").content


def test_a_person_is_erased_only_when_the_number_is_typed(admin: Client) -> None:
    pk = person()
    sent = {"reason": "she asked", "number": str(pk + 1)}
    assert admin.post(f"/people/{pk}/privacy/erase", sent).status_code == 422
    assert Person.objects.for_system("t").filter(pk=pk).exists()
    assert admin.post(f"/people/{pk}/privacy/erase", {**sent, "number": str(pk)}).status_code == 302
    assert not Person.objects.for_system("t").filter(pk=pk).exists()
    assert b"she asked" in admin.get("/privacy?show=erased").content


def test_the_archives_are_handed_over(admin: Client) -> None:
    pk = person()
    said(pk)
    whole = b"".join(admin.post(f"/people/{pk}/privacy/archive").streaming_content)  # type: ignore[attr-defined]
    assert "data/customers_person.json" in zipfile.ZipFile(BytesIO(whole)).namelist()
    proof = b"".join(admin.post("/consent/evidence", {"person": pk}).streaming_content)  # type: ignore[attr-defined]
    assert is_unchanged(BytesIO(proof))
    with zipfile.ZipFile(BytesIO(proof)) as archive:
        assert b"given" in archive.read("ledger.csv")
        changed = BytesIO()
        with zipfile.ZipFile(changed, "w") as copy:
            for name in archive.namelist():
                copy.writestr(name, archive.read(name).replace(b"given", b"taken"))
    assert not is_unchanged(changed)
    assert EventRecord.objects.filter(name="consent.evidence_taken", about_id=pk).count() == 1


def test_who_has_no_right_sees_none_of_it(cast: Cast) -> None:
    client, pk = Client(), person()
    client.force_login(cast.owner)
    for at in ("/setup/law", "/privacy", f"/people/{pk}/privacy", "/consent/notices", "/consent/evidence"):
        assert client.get(at).status_code in (403, 404), at
    assert client.post(f"/people/{pk}/privacy/erase", {"reason": "x", "number": pk}).status_code in (403, 404)
