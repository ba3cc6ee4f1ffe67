"""What tests of the doors share: passwords, signing in, and the letters that were caught."""

from __future__ import annotations

import json
import re
from typing import Any

import pyotp
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client

from dangol.platform.accounts.models import User
from dangol.platform.accounts.tasks import send_invitation, send_notice, send_reset

PASSWORD = "a cup of Yirgacheffe"
NEW = "another cup of Sidamo"
JOBS = {"accounts.send_invitation": send_invitation, "accounts.send_reset": send_reset,
        "accounts.send_notice": send_notice}  # fmt: skip


def with_password(user: User, password: str = PASSWORD) -> User:
    user.password = make_password(password)
    user.save(update_fields=["password"])
    return user


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def sign_in(client: Client, email: str, password: str = PASSWORD, **more: Any) -> Any:
    return client.post("/login", {"email": email, "password": password, **more})


def waiting_jobs() -> list[tuple[str, dict[str, Any]]]:
    """The letters' jobs that were put in the queue, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, args FROM procrastinate_jobs WHERE task_name LIKE 'accounts.send%' AND status = 'todo'"
            " ORDER BY id"
        )
        return [(name, json.loads(args) if isinstance(args, str) else args) for name, args in cursor.fetchall()]


def send_letters() -> list[tuple[str, str]]:
    """Run the letters' jobs here and now; returns (to, text) of what the local catcher then holds, the newest last."""
    for name, arguments in waiting_jobs():
        JOBS[name](**arguments)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'succeeded' WHERE task_name LIKE 'accounts.send%'")
    return caught()


def caught() -> list[tuple[str, str]]:
    from email import message_from_bytes, policy

    from dangol.platform.mail.models import CaughtMail

    found = []
    for mail in CaughtMail.objects.order_by("id"):
        message: Any = message_from_bytes(bytes(mail.raw), policy=policy.default)
        found.append((mail.envelope_to, f"{message['Subject']}\n{message.get_content()}"))
    return found


def link_in(text: str) -> str:
    """The path of the link in a letter."""
    found = re.search(r"https?://[^/\s]+(/\S+)", text)
    assert found, text
    return found[1]


def with_second_step(user: User) -> pyotp.TOTP:
    """Switch the second step on for `user`; returns what their phone computes."""
    from django.utils import timezone

    from dangol.platform.accounts.models import SecondStep
    from dangol.platform.db.secrets import encrypt

    secret, now = pyotp.random_base32(), timezone.now()
    SecondStep.objects.update_or_create(user=user, defaults={"secret": encrypt(secret), "confirmed_at": now})
    user.totp_since = now
    user.save(update_fields=["totp_since"])
    return pyotp.TOTP(secret)
