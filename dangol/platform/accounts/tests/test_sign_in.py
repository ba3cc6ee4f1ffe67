from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from dangol.platform.access.actor import Actor
from dangol.platform.access.errors import Forbidden
from dangol.platform.accounts.entry.attempts import LIMITS, SIGN_IN
from dangol.platform.accounts.keys import actor_behind, key_behind
from dangol.platform.accounts.models import User
from dangol.platform.accounts.queries import workspace
from dangol.platform.accounts.services import (
    change_own_settings,
    change_workspace,
    create_api_key,
    create_user,
    revoke_api_key,
)
from dangol.platform.events.models import EventRecord
from tests.cast import Cast

pytestmark = pytest.mark.django_db
PASSWORD = "a cup of Yirgacheffe"


@pytest.fixture
def user(system: Actor) -> User:
    return create_user(actor=system, email=" Harin@Firm.Test ", name="Harin", password=PASSWORD)


def sign_in(client: Client, password: str, email: str = "harin@firm.test", **more: str) -> int:
    return client.post("/login", {"email": email, "password": password, **more}).status_code


def test_the_right_password_opens_and_is_told(user: User) -> None:
    client = Client()
    assert sign_in(client, PASSWORD, email="HARIN@firm.test") == 302
    assert client.get("/me").status_code == 200
    assert EventRecord.objects.filter(name="user.signed_in", subject_id=user.pk).exists()


def test_passwords_are_kept_with_argon2(user: User) -> None:
    assert user.password.startswith("argon2")


def test_an_unknown_e_mail_and_a_wrong_password_look_the_same(user: User) -> None:
    wrong = Client().post("/login", {"email": "harin@firm.test", "password": "no"})
    unknown = Client().post("/login", {"email": "nobody@firm.test", "password": "no"})
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.context["error"] == unknown.context["error"]


def test_too_many_failures_close_the_door_even_for_the_right_password(user: User) -> None:
    for _ in range(LIMITS[SIGN_IN].per_email):
        assert sign_in(Client(), "no") == 422
    assert sign_in(Client(), PASSWORD) == 429


def test_one_who_left_cannot_sign_in(user: User) -> None:
    User.objects.update(is_active=False)
    assert sign_in(Client(), PASSWORD) == 422


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)"])
def test_signing_in_never_leads_to_another_site(user: User, target: str) -> None:
    answer = Client().post("/login", {"email": "harin@firm.test", "password": PASSWORD, "next": target})
    assert answer["Location"] == "/"


def test_signing_out_needs_a_post_and_ends_the_session(user: User) -> None:
    client = Client()
    sign_in(client, PASSWORD)
    assert client.get("/logout").status_code == 405
    client.post("/logout")
    assert client.get("/me").status_code == 302


def test_the_language_is_kept_for_the_person_and_spoken_at_once(user: User) -> None:
    client = Client()
    client.force_login(user)
    client.post("/me/language", {"language": "ko", "next": "/me"})
    user.refresh_from_db()
    assert user.language == "ko"
    assert client.get("/me")["Content-Language"] == "ko"
    assert Client(headers={"accept-language": "ko-KR,ko;q=0.9"}).get("/login")["Content-Language"] == "ko"


def test_wrong_settings_are_refused_by_field(user: User) -> None:
    me = Actor(kind="user", user_id=user.pk)
    with pytest.raises(ValidationError) as caught:
        change_own_settings(actor=me, user=user, values={"time_zone": "Mars/Olympus"})
    assert "time_zone" in caught.value.message_dict
    with pytest.raises(Forbidden):
        change_own_settings(actor=Actor(kind="user", user_id=user.pk + 1), user=user, values={})


def test_a_weak_password_is_refused(system: Actor) -> None:
    with pytest.raises(ValidationError):
        create_user(actor=system, email="a@firm.test", name="A", password="password1")


def test_only_who_may_changes_the_firm(cast: Cast) -> None:
    with pytest.raises(Forbidden):
        change_workspace(actor=cast.actor("owner"), values={"currency": "EUR"})
    change_workspace(actor=cast.actor("admin"), values={"currency": "EUR"})
    assert workspace().currency == "EUR"
    with pytest.raises(ValidationError):
        change_workspace(actor=cast.actor("admin"), values={"currency": "XXY"})


def test_a_key_is_kept_as_a_digest_and_ends_at_once(cast: Cast) -> None:
    key, secret = create_api_key(actor=cast.actor("owner"), user=cast.owner, name="till")
    assert secret not in str(key.__dict__)
    found = key_behind(secret)
    assert found is not None
    assert actor_behind(found).user_id == cast.owner.pk
    revoke_api_key(actor=cast.actor("owner"), key=key)
    assert key_behind(secret) is None
    with pytest.raises(Forbidden):
        create_api_key(actor=cast.actor("mate"), user=cast.owner, name="stolen")
