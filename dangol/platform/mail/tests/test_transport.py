from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from dangol.platform.db.secrets import encrypt
from dangol.platform.mail.headers import CannotCompose, Mailbox
from dangol.platform.mail.journal import Journal, Outcome, read_journal
from dangol.platform.mail.mime import compose
from dangol.platform.mail.models import CaughtMail, MailWay, OwnAddress
from dangol.platform.mail.permits import EMAIL, MayNotLeave, MessageClass, NoPermit, seal_permit
from dangol.platform.mail.transport import NotStaff, Outgoing, Transport, open_transport
from tests.cast import Cast
from tests.sink import Sink

HOUSE = Path(__file__).resolve().parents[3]
KIM = "kim@example.net"


def letter(message_class: MessageClass, recipient: str = KIM, number: int = 1, **more: Any) -> Outgoing:
    message_id = f"{number}@shop.example.com"
    content = compose(
        sender=Mailbox("", "shop@shop.example.com"), recipient=Mailbox("김단골", recipient), subject="가을 소식",
        text="안녕하세요", message_id=message_id, sent_at=datetime(2026, 11, 22, tzinfo=UTC),
    )  # fmt: skip
    return Outgoing(message_class, "bounce+x@shop.example.com", recipient, content, message_id, number, **more)


def permitted(
    number: int = 1, recipient: str = KIM, message_class: MessageClass = MessageClass.ADVERTISING
) -> Outgoing:
    permit = seal_permit(
        message_class=message_class, channel=EMAIL, address=recipient, key=f"c:{number}", now=int(time.time())
    )
    return letter(message_class, recipient, number, permit=permit)


def set_way(sink: Sink | None, **more: Any) -> MailWay:
    at: dict[str, Any] = {"mode": "smtp", "host": sink.host, "port": sink.port, "security": "none"} if sink else {}
    return MailWay.objects.update_or_create(pk=1, defaults={**at, **more})[0]


@pytest.fixture
def sink(tmp_path: Path) -> Iterator[Sink]:
    with Sink(tmp_path) as sink:
        yield sink


@pytest.fixture(params=["catcher", "smtp"])
def transport(request: Any, db: None, tmp_path: Path) -> Iterator[Transport]:
    """Each way out, open; `arrived` tells what came through."""
    if request.param == "catcher":
        with open_transport() as transport:
            yield transport
        return
    set_way(request.getfixturevalue("sink"))
    with open_transport() as transport:
        yield transport


def arrived(request: Any) -> list[str]:
    caught = list(CaughtMail.objects.order_by("id").values_list("message_id", flat=True))
    if "sink" in request.fixturenames:
        return caught + [t.message_id for t in request.getfixturevalue("sink").messages()]
    return caught


@pytest.mark.parametrize("message_class", [MessageClass.SERVICE, MessageClass.ADVERTISING])
def test_nothing_goes_to_a_customer_without_a_permit(
    message_class: MessageClass, transport: Transport, cast: Cast, request: Any
) -> None:
    good = permitted(message_class=message_class)
    assert good.permit is not None
    stale = replace(good.permit, issued_at=good.permit.issued_at - 3600)
    other = MessageClass.SERVICE if message_class == MessageClass.ADVERTISING else MessageClass.ADVERTISING
    wrong = [
        replace(good, permit=None),
        replace(good, permit=stale),
        replace(good, permit=replace(good.permit, seal=bytes(32))),
        replace(good, recipient="lee@example.net"),
        replace(good, recipient="KIM@example.net"),
        replace(good, permit=permitted(message_class=other).permit),
        replace(letter(message_class, cast.owner.email), permit=None),
    ]
    for one in wrong:
        with pytest.raises(NoPermit):
            transport.send(one)
    assert arrived(request) == []
    assert transport.send(good).fate.outcome == Outcome.ACCEPTED
    assert len(arrived(request)) == 1


def test_a_test_goes_only_to_an_address_that_was_shown_to_be_a_colleagues_own(
    transport: Transport, cast: Cast, request: Any
) -> None:
    to_owner = letter(MessageClass.TEST, cast.owner.email)
    for one in (letter(MessageClass.TEST), to_owner):
        with pytest.raises(NotStaff):
            transport.send(one)
    OwnAddress.objects.create(user=cast.owner, email="owner@home.test")
    with pytest.raises(NotStaff):
        transport.send(to_owner)
    assert transport.send(letter(MessageClass.TEST, "owner@home.test")).fate.is_sent
    cast.owner.is_active = False
    cast.owner.save()
    with pytest.raises(NotStaff):
        transport.send(letter(MessageClass.TEST, "owner@home.test", 2))
    assert len(arrived(request)) == 1


def test_a_message_of_the_system_goes_only_to_active_staff(transport: Transport, cast: Cast, request: Any) -> None:
    for one in (letter(MessageClass.SYSTEM), permitted(message_class=MessageClass.SYSTEM)):
        with pytest.raises(NotStaff):
            transport.send(one)
    cast.mate.is_active = False
    cast.mate.save()
    with pytest.raises(NotStaff):
        transport.send(letter(MessageClass.SYSTEM, cast.mate.email))
    assert transport.send(letter(MessageClass.SYSTEM, cast.owner.email)).fate.is_sent
    assert len(arrived(request)) == 1


def test_a_class_that_does_not_exist_goes_nowhere(transport: Transport, cast: Cast, request: Any) -> None:
    with pytest.raises(ValueError, match="gift"):
        transport.send(replace(letter(MessageClass.SYSTEM, cast.owner.email), message_class="gift"))  # type: ignore[arg-type]
    assert arrived(request) == []


def test_of_many_each_gets_its_own_answer(transport: Transport, request: Any, tmp_path: Path) -> None:
    batch = [permitted(1), letter(MessageClass.ADVERTISING, number=2), permitted(3)]
    with Journal(tmp_path / "b.journal") as journal:
        results = transport.send_many(iter(batch), journal)
    assert sorted(number for number, _result in results) == [1, 2, 3]
    assert isinstance(dict(results)[2], NoPermit)
    assert arrived(request) == ["1@shop.example.com", "3@shop.example.com"]
    fates = read_journal(tmp_path / "b.journal")
    assert [str(fates[n].outcome) for n in (1, 2, 3)] == ["accepted", "not_sent", "accepted"]


def test_what_the_journal_calls_sent_is_not_sent_again(transport: Transport, request: Any, tmp_path: Path) -> None:
    path = tmp_path / "b.journal"
    path.write_text("dot 1\ndotted 1\ndot 2\ndotted 2\ndone 2 250 dot ok\ndot 3\ndotted 3\ndone 3 451 dot later\n")
    with Journal(path) as journal:
        results = dict(transport.send_many([permitted(n) for n in (1, 2, 3, 4)], journal))
        again = dict(transport.send_many([permitted(n) for n in (1, 2, 3, 4)], journal))
    assert arrived(request) == ["3@shop.example.com", "4@shop.example.com"]
    for found in (results, again):
        outcomes = [str(found[n].fate.outcome) for n in (1, 2, 3, 4)]  # type: ignore[union-attr]
        assert outcomes == ["unconfirmed", "accepted", "accepted", "accepted"]


def test_the_catcher_keeps_a_message_once_with_all_it_was(db: None) -> None:
    with open_transport() as transport:
        for _ in range(2):
            transport.send(permitted(1))
        transport.send(permitted(1, "lee@example.net"))
    kept = CaughtMail.objects.order_by("id")
    assert [k.envelope_to for k in kept] == [KIM, "lee@example.net"]
    first = kept[0]
    assert bytes(first.raw) == permitted(1).content
    assert (first.subject, first.message_class, first.size) == ("가을 소식", "advertising", len(permitted(1).content))
    assert first.envelope_from == "bounce+x@shop.example.com"


def test_the_catcher_takes_more_than_fits_in_one_statement(db: None) -> None:
    with open_transport() as transport:
        results = transport.send_many(permitted(n) for n in range(450))
    assert [n for n, _ in results] == list(range(450))
    assert CaughtMail.objects.count() == 450


def test_an_odd_address_is_refused_by_itself(transport: Transport, request: Any) -> None:
    odd, now = "kim park@example.net", int(time.time())
    sealed = seal_permit(message_class=MessageClass.ADVERTISING, channel=EMAIL, address=odd, key="c:2", now=now)
    wrong = replace(permitted(2), recipient=odd, permit=sealed)
    results = dict(transport.send_many([permitted(1), wrong, permitted(3)]))
    assert isinstance(results[2], CannotCompose)
    assert len(arrived(request)) == 2
    with pytest.raises(CannotCompose):
        transport.send(wrong)


def test_in_catcher_mode_no_server_is_asked(sink: Sink, db: None) -> None:
    set_way(sink, mode="catcher")
    with open_transport() as transport:
        transport.send(permitted())
    assert sink.messages() == []
    assert sink.connections() == 0
    assert CaughtMail.objects.count() == 1


def test_the_kept_password_is_used(tmp_path: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.sink import PASSWORD, USER

    with Sink(tmp_path, security="starttls", needs_auth=True) as sink:
        monkeypatch.setenv("SSL_CERT_FILE", str(sink.certificate))
        set_way(sink, security="starttls", username=USER, secret=encrypt(PASSWORD))
        with open_transport() as transport:
            assert transport.send(permitted()).fate.outcome == Outcome.ACCEPTED


def test_no_other_way_leads_out_of_the_house() -> None:
    """Who speaks SMTP and who keeps caught mail; who may use those, the import contracts say."""
    allowed: dict[str, set[str]] = {
        r"\bsmtplib\b": {"platform/mail/smtp.py", "platform/mail/trial.py", "platform/mail/advice.py"},
        r"\btry_out\b": {"platform/mail/trial.py", "platform/mail/services.py"},
        r"aiosmtpd|django\.core\.mail": set(),
        r"INTO mail_caught|[ =(]CaughtMail\((?!models)|CaughtMail\.objects\.\w*create": {"platform/mail/catcher.py"},
    }
    for pattern, places in allowed.items():
        found = {
            str(path.relative_to(HOUSE))
            for path in HOUSE.rglob("*.py")
            if {"tests", "migrations"}.isdisjoint(path.parts) and re.search(pattern, path.read_text())
        }
        assert found <= places, pattern


def test_refusals_are_sentences(transport: Transport, db: None) -> None:
    for one in (letter(MessageClass.ADVERTISING), letter(MessageClass.TEST), letter(MessageClass.SYSTEM)):
        with pytest.raises(MayNotLeave, match=r"^[A-Z].*\.$"):
            transport.send(one)
