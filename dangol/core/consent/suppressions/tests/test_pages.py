from __future__ import annotations

import pytest
from django.test import Client

from dangol.core.consent.suppressions.models import Suppression
from dangol.core.consent.suppressions.queries import is_suppressed
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def browser(cast: Cast, who: str) -> Client:
    client = Client()
    client.force_login(cast.users[who])
    return client


def test_an_address_is_taken_out_found_and_let_in_again(cast: Cast) -> None:
    client = browser(cast, "owner")
    assert "No address is suppressed" in client.get("/suppressions").content.decode()
    values = {"channel": "email", "address": "Jiwoo@Narae.test", "note": "asked us to"}
    assert client.post("/suppressions", values).status_code == 302
    assert is_suppressed("email", "jiwoo@narae.test")
    assert "jiwoo@narae.test" in client.get("/suppressions?q=narae").content.decode()
    assert "No such address here" in client.get("/suppressions?q=haneul").content.decode()
    kept = Suppression.objects.for_system("t").get()
    assert client.post(f"/suppressions/{kept.pk}/lift", {"note": ""}).status_code == 422
    assert client.post(f"/suppressions/{kept.pk}/lift", {"note": "wants it"}).status_code == 302
    assert not is_suppressed("email", "jiwoo@narae.test")
    assert "wants it" in client.get("/suppressions?show=lifted").content.decode()
    assert client.post("/suppressions/999999/lift", {"note": "x"}).status_code == 404


def test_what_is_no_address_is_said_beside_the_field(cast: Cast) -> None:
    answer = browser(cast, "owner").post("/suppressions", {"channel": "email", "address": "nothing"})
    assert answer.status_code == 422
    assert "This is no address" in answer.content.decode()
    assert 'value="nothing"' in answer.content.decode()


def test_long_lists_go_on(cast: Cast) -> None:
    Suppression.objects.bulk_create(Suppression(channel="email", address=f"a{n}@x.test") for n in range(150))
    client = browser(cast, "owner")
    assert "?from=100" in client.get("/suppressions").content.decode()
    rest = client.get("/suppressions?from=100").content.decode()
    assert rest.count("@x.test</td>") == 50
    assert client.get("/suppressions?from=x").status_code == 200


def test_who_may_not_sees_or_writes_nothing(cast: Cast) -> None:
    role = cast.users["mate"].roles.get()
    role.grants = {"suppression": {"see": "all"}}
    role.save()
    mate = browser(cast, "mate")
    assert "Take an address out" not in mate.get("/suppressions").content.decode()
    assert mate.post("/suppressions", {"channel": "email", "address": "a@b.kr"}).status_code == 403
    role.grants = {}
    role.save()
    assert browser(cast, "mate").get("/suppressions").status_code == 403
    assert Client().get("/suppressions").status_code == 302
