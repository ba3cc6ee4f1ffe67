"""Returned mail that was put aside, as the console shows it."""

from __future__ import annotations

import pytest
from django.test import Client

from dangol.collaborative.channels.messages.models import MailAside
from dangol.collaborative.channels.messages.queries.aside import mail_aside, mail_of_the_hour
from dangol.collaborative.channels.messages.services.bounces import take_bounce
from dangol.platform.access.actor import Actor
from tests.cast import Cast

LETTER = b"From: shop@a.test\r\nSubject: =?utf-8?q?=EC=95=88?= hello\r\n\r\nNot a bounce of ours.\r\n"


@pytest.fixture
def aside(db: None) -> MailAside:
    assert take_bounce(LETTER, "bounce@ours.test") == "aside"
    return MailAside.objects.get()


def test_it_is_listed_with_its_reason_and_worked_off_again_or_thrown_away(cast: Cast, aside: MailAside) -> None:
    client = Client()
    client.force_login(cast.admin)
    shown = client.get("/console/aside?source=returned-mail").content.decode()
    assert "shop@a.test" in shown
    assert "It belongs to no message of ours" in shown
    client.post("/console/aside/returned-mail", {"id": aside.pk, "retry": "1"})
    assert MailAside.objects.count() == 1
    client.post("/console/aside/returned-mail", {"id": aside.pk, "discard": "1"})
    assert MailAside.objects.count() == 0


def test_the_right_to_change_the_console_is_needed(cast: Cast, aside: MailAside) -> None:
    client = Client()
    client.force_login(cast.owner)
    assert client.get("/console/aside").status_code == 403
    assert client.post("/console/aside/returned-mail", {"id": aside.pk, "discard": "1"}).status_code == 403
    assert MailAside.objects.count() == 1


@pytest.mark.parametrize("raw", [b"", b"\xff\xfe\x00", b"From: \x80\x81\r\nSubject\r\n", b"x" * 40_000])
def test_whatever_the_head_holds_the_page_shows_it(db: None, raw: bytes) -> None:
    MailAside.objects.create(reason="unreadable", raw=raw, digest=str(len(raw)))
    (found,) = mail_aside(Actor.system("test"), None, 50)
    assert isinstance(found.title, str)


def test_mail_of_the_hour_is_nothing_in_an_empty_house(db: None) -> None:
    assert dict(mail_of_the_hour()) == {("sent",): 0, ("failed",): 0, ("refused",): 0}
