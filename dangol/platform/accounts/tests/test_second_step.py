"""The second step takes each code once, within one step of the clock, and gives way to nobody who guesses."""

from __future__ import annotations

import time
from typing import Any

import pyotp
import pytest
from django.db import connection
from django.test import Client

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.entry import totp
from dangol.platform.accounts.entry.attempts import LIMITS, SECOND_STEP
from dangol.platform.accounts.entry.signing_in import PENDING
from dangol.platform.accounts.models import RecoveryCode, Role, SecondStep, User
from dangol.platform.accounts.queries import actor_for
from dangol.platform.accounts.services import create_user, ensure_builtin_roles
from dangol.platform.accounts.tests.doors import NEW, PASSWORD, sign_in, signed_in, with_second_step
from dangol.platform.db.secrets import decrypt

pytestmark = pytest.mark.django_db
SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.fixture
def user(system: Actor) -> User:
    ensure_builtin_roles(actor=system)
    return create_user(actor=system, email="harin@firm.test", name="Harin", password=PASSWORD, roles=["sales"])


def at_second_page() -> Client:
    client = Client()
    assert sign_in(client, "harin@firm.test")["Location"] == "/login/code"
    return client


def give(client: Client, code: str) -> Any:
    return client.post("/login/code", {"code": code})


@pytest.mark.parametrize(
    ("moment", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_codes_are_those_of_the_standard(moment: int, code: str) -> None:
    """RFC 6238, appendix B, SHA-1, the last six of the eight digits."""
    assert totp.matching_step(SECRET, code, now=moment) == moment // 30
    assert totp.matching_step(SECRET, f"{code[:3]} {code[3:]}", now=moment) == moment // 30


def test_the_clock_may_be_one_step_off_and_no_more() -> None:
    phone, now = pyotp.TOTP(SECRET), 1_700_000_010
    for steps, is_good in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        found = totp.matching_step(SECRET, phone.at(now + 30 * steps), now=now)
        assert (found is not None) is is_good
    for nonsense in ("", "12345", "1234567", "abcdef", "１２３４５６", "12345 6 7"):
        assert totp.matching_step(SECRET, nonsense, now=now) is None


def test_the_password_alone_opens_nothing(user: User) -> None:
    with_second_step(user)
    client = at_second_page()
    for path in ("/", "/me", "/people", "/api/v1/people"):
        assert client.get(path).status_code in (302, 401), path


def test_a_code_is_taken_once(user: User) -> None:
    phone = with_second_step(user)
    code = phone.now()
    first, second = at_second_page(), at_second_page()
    assert give(first, code).status_code == 302
    assert first.get("/me").status_code == 200
    assert give(second, code).status_code == 422
    assert give(second, phone.at(time.time() + 30)).status_code == 302


def test_an_older_code_than_the_last_is_refused_too(user: User) -> None:
    phone = with_second_step(user)
    assert give(at_second_page(), phone.at(time.time() + 30)).status_code == 302
    assert give(at_second_page(), phone.now()).status_code == 422


def test_guessing_codes_is_counted_and_told_with_how_long(user: User) -> None:
    phone, client = with_second_step(user), at_second_page()
    for n in range(LIMITS[SECOND_STEP].per_email):
        assert give(client, f"{n:06}").status_code == 422
    answer = give(client, phone.now())
    assert answer.status_code == 429
    assert "15 minutes" in answer.content.decode()


def test_the_second_page_is_forgotten_after_ten_minutes_and_after_another_password(user: User) -> None:
    phone, client = with_second_step(user), at_second_page()
    session = client.session
    session[PENDING] = {**session[PENDING], "at": session[PENDING]["at"] - 601}
    session.save()
    assert give(client, phone.now())["Location"] == "/login"
    client = at_second_page()
    user.set_password(NEW)
    user.save()
    assert give(client, phone.now())["Location"] == "/login"


def test_it_is_set_up_with_a_code_and_gives_ten_recovery_codes(user: User) -> None:
    client = signed_in(user)
    page = client.get("/me/second-step")
    assert page["Cache-Control"] == "no-store, private"
    assert 'src="data:image/svg+xml' in page.content.decode()
    step = SecondStep.objects.get(user=user)
    assert client.post("/me/second-step/change", {"code": "000000"}).status_code == 422
    answer = client.post("/me/second-step/change", {"code": pyotp.TOTP(decrypt(step.secret)).now()})
    codes = answer.context["codes"]
    assert len(set(codes)) == 10
    user.refresh_from_db()
    assert user.totp_since is not None
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(t::text, ' ') FROM accounts_recoverycode t")
        assert codes[0].replace("-", "") not in cursor.fetchone()[0]
    assert decrypt(step.secret) not in step.secret


def test_a_recovery_code_works_once_and_only_for_its_owner(user: User, system: Actor) -> None:
    with_second_step(user)
    codes = totp._new_codes(actor_for(user), user)
    assert give(at_second_page(), codes[0].upper()).status_code == 302
    assert give(at_second_page(), codes[0]).status_code == 422
    assert give(at_second_page(), codes[1].replace("-", " ")).status_code == 302
    other = create_user(actor=system, email="other@firm.test", name="Other", password=PASSWORD)
    with_second_step(other)
    client = Client()
    sign_in(client, "other@firm.test")
    assert give(client, codes[2]).status_code == 422
    assert RecoveryCode.objects.filter(user=user, used_at=None).count() == 8


def test_a_role_that_needs_it_lets_nobody_by_without(user: User) -> None:
    client = signed_in(user)
    assert client.get("/people").status_code == 200
    Role.objects.filter(name="sales").update(needs_totp=True)
    assert client.get("/people")["Location"] == "/me/second-step"
    assert client.get("/api/v1/people").status_code == 403
    assert client.get("/people", headers={"hx-request": "true"})["HX-Redirect"] == "/me/second-step"
    assert client.get("/me/second-step").status_code == 200
    phone = with_second_step(user)
    assert client.get("/people").status_code == 200
    off = client.post("/me/second-step/change", {"off": "1", "code": phone.now()})
    assert off.status_code == 422
    assert User.objects.get(pk=user.pk).totp_since is not None


def test_it_is_switched_off_with_a_code_only(user: User) -> None:
    phone, client = with_second_step(user), signed_in(user)
    assert client.post("/me/second-step/change", {"off": "1", "code": "000000"}).status_code == 422
    assert client.post("/me/second-step/change", {"off": "1", "code": phone.now()}).status_code == 302
    assert User.objects.get(pk=user.pk).totp_since is None
    assert not SecondStep.objects.filter(user=user).exists()


def test_whoever_looks_as_somebody_else_sees_no_secret_of_theirs(user: User) -> None:
    from dataclasses import replace

    looking = replace(actor_for(user), viewed_by=99)
    for begin in (lambda: totp.begin(actor=looking, user=user),
                  lambda: totp.renew_codes(actor=looking, user=user, code="000000")):  # fmt: skip
        with pytest.raises(Forbidden):
            begin()
