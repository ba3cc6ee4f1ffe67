"""The doors from outside tell nothing about accounts, and open once."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.signing import Signer
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dangol.platform.access.actor import Actor
from dangol.platform.accounts.entry import tickets
from dangol.platform.accounts.entry.attempts import LIMITS, RESET
from dangol.platform.accounts.models import Session, Ticket, User
from dangol.platform.accounts.services import create_user, ensure_builtin_roles
from dangol.platform.accounts.staff.services import make_sign_in_link
from dangol.platform.accounts.tests.doors import (
    NEW,
    PASSWORD,
    link_in,
    send_letters,
    sign_in,
    signed_in,
    waiting_jobs,
    with_second_step,
)
from dangol.platform.events.models import EventRecord

pytestmark = pytest.mark.django_db


@pytest.fixture
def user(system: Actor) -> User:
    ensure_builtin_roles(actor=system)
    return create_user(actor=system, email="harin@firm.test", name="Harin", password=PASSWORD, roles=["administrator"])


def ask(email: str, client: Client | None = None) -> Any:
    return (client or Client()).post("/forgotten", {"email": email})


def plain(answer: Any, email: str) -> str:
    """A page without what differs each time: the token of the form and the address that was typed."""
    text = answer.content.decode().replace(email, "…")
    return re.sub(r'(value|content)="\w{64}"', "", text)


def test_asking_for_a_new_password_is_answered_alike_for_known_and_unknown(user: User) -> None:
    answers, counts = {}, {}
    ask("somebody@else.test")
    send_letters()
    for email in ("harin@firm.test", "nobody@firm.test"):
        with CaptureQueriesContext(connection) as queries:
            answers[email] = ask(email)
        counts[email] = [re.sub(r"\d+|'[^']*'", "", q["sql"])[:60] for q in queries.captured_queries]
    known, unknown = answers.values()
    assert known.status_code == unknown.status_code == 200
    assert plain(known, "harin@firm.test") == plain(unknown, "nobody@firm.test")
    assert counts["harin@firm.test"] == counts["nobody@firm.test"]
    assert [name for name, _ in waiting_jobs()] == ["accounts.send_reset"] * 2
    assert [to for to, _text in send_letters()] == ["harin@firm.test"]


def test_one_who_left_gets_no_letter(user: User) -> None:
    User.objects.update(is_active=False)
    ask("harin@firm.test")
    assert send_letters() == []


def test_a_new_password_is_set_by_the_link_once_and_ends_all_sessions(user: User) -> None:
    elsewhere = signed_in(user)
    ask("HARIN@firm.test ")
    ((_to, text),) = send_letters()
    path = link_in(text)
    page = Client().get(path)
    assert page.status_code == 200
    assert page["Cache-Control"] == "no-store, private"
    assert page["Referrer-Policy"] == "same-origin"
    assert Client().post(path, {"password": NEW, "again": NEW})["Location"] == "/login"
    assert elsewhere.get("/me").status_code == 302
    assert Client().post(path, {"password": "a third long one", "again": "a third long one"}).status_code == 404
    assert sign_in(Client(), "harin@firm.test").status_code == 422
    assert sign_in(Client(), "harin@firm.test", NEW).status_code == 302
    assert "was changed" in send_letters()[-1][1]
    assert EventRecord.objects.filter(name="user.password_changed", subject_id=user.pk).exists()


def test_a_weak_password_is_refused_and_the_link_stays_good(user: User) -> None:
    path = f"/new-password/{tickets.issue(Ticket.Kind.RESET, user=user)}"
    for sent in ({"password": "short", "again": "short"}, {"password": NEW, "again": "differs"},
                 {"password": "harin@firm.test", "again": "harin@firm.test"}):  # fmt: skip
        answer = Client().post(path, sent)
        assert answer.status_code == 422
        assert "error-note" in answer.content.decode()
    assert Client().post(path, {"password": NEW, "again": NEW}).status_code == 302


def test_links_that_are_forged_old_or_of_another_kind_are_refused(user: User) -> None:
    good = tickets.issue(Ticket.Kind.RESET, user=user)
    other = tickets.issue(Ticket.Kind.SIGN_IN, user=user)
    forged = Signer(key="guessed", salt="dangol.accounts.ticket.reset", sep=".").sign("x" * 43)
    for token in (other, forged, good[:-1], good[1:], good.swapcase(), "x", "%00", "..", "a" * 5000):
        assert Client().get(f"/new-password/{token}").status_code == 404, token
    Ticket.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert Client().get(f"/new-password/{good}").status_code == 404


def test_a_forged_link_is_refused_before_the_database_is_asked(user: User) -> None:
    with CaptureQueriesContext(connection) as queries, pytest.raises(tickets.BadTicket):
        tickets.look(Ticket.Kind.RESET, "made.up")
    assert len(queries) == 0


def test_secrets_of_links_and_sessions_do_not_stand_in_the_database(user: User) -> None:
    token = tickets.issue(Ticket.Kind.RESET, user=user)
    client = signed_in(user)
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM accounts_ticket t")
        assert token.split(".")[0] not in cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(t::text, ' ') FROM accounts_session t")
        assert client.cookies["sessionid"].value not in cursor.fetchone()[0]


def test_resets_are_counted_by_e_mail_alike_for_known_and_unknown(user: User) -> None:
    for email in ("harin@firm.test", "nobody@firm.test"):
        for _n in range(LIMITS[RESET].per_email):
            assert ask(email).status_code == 200
        answer = ask(email)
        assert answer.status_code == 429
        assert "60 minutes" in answer.content.decode()
        assert int(answer["Retry-After"]) <= 3600


def test_a_used_reset_ends_the_other_links_of_the_same_person(user: User) -> None:
    first, second = (tickets.issue(Ticket.Kind.RESET, user=user) for _n in range(2))
    Client().post(f"/new-password/{first}", {"password": NEW, "again": NEW})
    assert Client().get(f"/new-password/{second}").status_code == 404


def test_forms_of_the_doors_want_their_token(user: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    token = tickets.issue(Ticket.Kind.RESET, user=user)
    for path in ("/login", "/login/code", "/forgotten", f"/new-password/{token}", "/logout"):
        assert strict.post(path, {"email": "harin@firm.test", "password": PASSWORD}).status_code == 403
    for path in ("/login", "/forgotten", f"/new-password/{token}"):
        assert "csrfmiddlewaretoken" in Client().get(path).content.decode()


def test_signing_in_gives_the_session_a_new_key(user: User) -> None:
    client = Client()
    session = client.session
    session["planted"] = 1
    session.save()
    client.cookies["sessionid"] = session.session_key
    sign_in(client, "harin@firm.test")
    assert client.cookies["sessionid"].value != session.session_key
    thief = Client()
    thief.cookies["sessionid"] = session.session_key
    assert thief.get("/me").status_code == 302


def test_a_key_that_nobody_gave_out_is_not_taken_over(user: User) -> None:
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    sign_in(client, "harin@firm.test")
    assert client.cookies["sessionid"].value != "a" * 32


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_second_page_never_leads_to_another_site(user: User, target: str) -> None:
    phone = with_second_step(user)
    client = Client()
    assert sign_in(client, "harin@firm.test", next=target)["Location"] == "/login/code"
    assert client.post("/login/code", {"code": phone.now(), "next": target})["Location"] == "/"


def test_the_command_lines_link_signs_in_once_and_lets_set_a_password(user: User, system: Actor) -> None:
    path = f"/enter/{make_sign_in_link(actor=system, user=user)}"
    client = Client()
    assert client.get(path).status_code == 200
    assert client.get("/me").status_code == 302
    assert client.post(path)["Location"] == "/me/password"
    assert 'id="old"' not in client.get("/me/password").content.decode()
    assert client.post("/me/password", {"password": NEW, "again": NEW}).status_code == 302
    assert client.get("/me").status_code == 200
    assert Client().post(path).status_code == 404


def test_the_command_lines_link_still_asks_for_the_second_step(user: User, system: Actor) -> None:
    phone, client = with_second_step(user), Client()
    assert client.post(f"/enter/{make_sign_in_link(actor=system, user=user)}")["Location"] == "/login/code"
    assert client.get("/me").status_code == 302
    assert client.post("/login/code", {"code": phone.now()})["Location"] == "/me/password"


def test_changing_ones_password_asks_for_the_old_one_and_ends_the_others(user: User) -> None:
    here, there = Client(), signed_in(user)
    sign_in(here, "harin@firm.test")
    wrong = here.post("/me/password", {"old": "no", "password": NEW, "again": NEW})
    assert wrong.status_code == 422
    assert here.post("/me/password", {"old": PASSWORD, "password": NEW, "again": NEW}).status_code == 302
    assert here.get("/me").status_code == 200
    assert there.get("/me").status_code == 302
    assert Session.objects.filter(user=user).count() == 1
