from __future__ import annotations

import json
import random
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.test import Client

from dangol.collaborative.channels.messages.models import MailAside, Message, Touch
from dangol.collaborative.channels.messages.rules.returned import parse, read_returned
from dangol.collaborative.channels.messages.rules.trying import says_address_is_dead
from dangol.collaborative.channels.messages.services.bounces import take_bounce
from dangol.collaborative.channels.messages.services.sending import send_waiting
from dangol.collaborative.channels.messages.tests import bounce_samples as samples
from dangol.collaborative.channels.messages.tests import sending as given
from dangol.collaborative.channels.messages.tests.sending import SOURCE, SYSTEM
from dangol.core.consent.ledger.models import ConsentState
from dangol.core.consent.suppressions.queries import is_suppressed
from dangol.platform.events.models import EventRecord
from dangol.platform.mail.links import sign
from dangol.platform.mail.models import CaughtMail
from tests.cast import Cast
from tests.work import environment


@pytest.mark.parametrize("name", samples.HARD)
def test_a_dead_address_is_seen_in_every_shape(name: str) -> None:
    found = read_returned(parse(samples.HARD[name]))
    assert (found.kind, found.is_final) == ("hard", True)
    assert found.said


@pytest.mark.parametrize("name", samples.SOFT)
def test_a_passing_trouble_is_no_dead_address(name: str) -> None:
    found = read_returned(parse(samples.SOFT[name]))
    assert (found.kind, found.is_final) == ("soft", False)


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (samples.POSTFIX_DELAYED, "delayed"),
        (samples.COMPLAINT, "complaint"),
        (samples.NOT_SPAM, "automatic"),
        (samples.AWAY, "automatic"),
        (samples.AWAY_OUTLOOK, "automatic"),
        (samples.TORN, "unknown"),
        (samples.ODD_CHARSET, "unknown"),
        (b"", "unknown"),
    ],
)
def test_other_mail_is_told_apart(raw: bytes, kind: str) -> None:
    assert read_returned(parse(raw)).kind == kind


def test_torn_and_turned_mails_never_break_the_reader() -> None:
    chance = random.Random(3)
    for raw in (*samples.HARD.values(), *samples.SOFT.values(), samples.COMPLAINT):
        for _ in range(40):
            torn = bytearray(raw[: chance.randrange(len(raw))])
            for _ in range(chance.randrange(8)):
                if torn:
                    torn[chance.randrange(len(torn))] = chance.randrange(256)
            read_returned(parse(bytes(torn)))


@pytest.mark.parametrize(
    ("code", "text", "is_dead"),
    [
        (550, "5.1.1 user unknown", True),
        (550, "5.7.1 blocked by policy", False),
        (550, "no such user here", True),
        (550, "message looks like spam", False),
        (552, "mailbox full", False),
        (554, "5.2.1 mailbox disabled", True),
        (451, "4.1.1 user unknown for now", False),
    ],
)
def test_a_server_that_refuses_at_once_says_whether_the_address_is_dead(code: int, text: str, is_dead: bool) -> None:
    assert says_address_is_dead(code, text) is is_dead


@pytest.mark.django_db
class TestWorkedOff:
    @pytest.fixture
    def message(self, db: None) -> Message:
        given.house()
        given.Campaign(purpose_id=given.purpose().pk).register()
        given.let_wait(given.add_people(1), given.content().pk)
        send_waiting(actor=SYSTEM, source=SOURCE, source_id=1)
        return Message.objects.for_system("test").get()

    @pytest.fixture
    def rcpt(self, message: Message) -> str:
        return str(CaughtMail.objects.get().envelope_from)

    def now(self) -> Message:
        return Message.objects.for_system("test").get()

    def test_a_hard_bounce_marks_the_message_and_ends_writing_to_the_address(self, message: Message, rcpt: str) -> None:
        assert take_bounce(samples.POSTFIX_UNKNOWN, rcpt) == "hard"
        assert self.now().bounced_at is not None
        assert self.now().state == "sent"
        assert is_suppressed("email", "p1@shop.test")
        told = EventRecord.objects.get(name="message.bounced")
        assert (told.about_id, told.payload["is_final"]) == (message.person_id, True)
        assert Touch.objects.for_system("test").get().detail["status"] == "5.1.1"

    def test_the_same_bounce_twice_counts_once(self, message: Message, rcpt: str) -> None:
        take_bounce(samples.GMAIL_FULL, rcpt)
        assert take_bounce(samples.GMAIL_FULL, rcpt) == "again"
        assert Touch.objects.for_system("test").count() == 1

    def test_five_soft_bounces_in_thirty_days_end_it_too(self, message: Message, rcpt: str) -> None:
        for n in range(5):
            assert not is_suppressed("email", "p1@shop.test")
            take_bounce(samples.GMAIL_FULL + b"%d" % n, rcpt)
        assert is_suppressed("email", "p1@shop.test")

    def test_old_soft_bounces_do_not_count(self, message: Message, rcpt: str) -> None:
        for n in range(4):
            take_bounce(samples.GMAIL_FULL + b"%d" % n, rcpt)
        Touch.objects.for_system("test").update(at="2025-01-01T00:00Z")
        take_bounce(samples.GMAIL_FULL, rcpt)
        assert not is_suppressed("email", "p1@shop.test")

    def test_a_complaint_is_a_withdrawal_on_record(self, message: Message, rcpt: str) -> None:
        assert take_bounce(samples.COMPLAINT, rcpt) == "complaint"
        assert self.now().complained_at is not None
        assert is_suppressed("email", "p1@shop.test")
        state = ConsentState.objects.for_system("test").get(person_id=message.person_id)
        assert (state.state, state.purpose_id) == ("withdrawn", given.purpose().pk)

    def test_without_the_return_address_the_message_id_within_names_it(self, message: Message, rcpt: str) -> None:
        mail_id = CaughtMail.objects.get().message_id.encode()
        assert take_bounce(samples.COMPLAINT.replace(b"{id}", mail_id), "abuse@shop.test") == "complaint"

    def test_the_address_counts_in_any_case_of_letters(self, message: Message, rcpt: str) -> None:
        assert take_bounce(samples.POSTFIX_UNKNOWN, rcpt.upper()) == "hard"

    def test_a_mail_to_the_unsubscribe_address_is_a_refusal(self, message: Message) -> None:
        rcpt = f"unsub+{sign('unsub', message.pk)}@bounce.shop.test"
        assert take_bounce(b"From: p1@shop.test\r\nSubject: unsubscribe\r\n\r\n", rcpt) == "unsubscribed"
        assert self.now().unsubscribed_at is not None
        assert ConsentState.objects.for_system("test").get().state == "withdrawn"
        assert take_bounce(b"From: p1@shop.test\r\nSubject: unsubscribe\r\n\r\n", rcpt) == "again"

    @pytest.mark.parametrize("raw", [samples.AWAY, samples.AWAY_OUTLOOK, samples.POSTFIX_DELAYED])
    def test_automatic_answers_change_nothing(self, message: Message, rcpt: str, raw: bytes) -> None:
        assert take_bounce(raw, rcpt) in ("automatic", "delayed")
        assert self.now().bounced_at is None
        assert Touch.objects.for_system("test").count() == 0

    @pytest.mark.parametrize(
        ("raw", "rcpt", "reason"),
        [
            (samples.POSTFIX_UNKNOWN, "bounce+aaaaaaaaaaaaaaaaaaaaaaaa@bounce.shop.test", "not_ours"),
            (samples.POSTFIX_UNKNOWN, "", "not_ours"),
            (samples.TORN, "", "not_ours"),
            (b"\x00" * 100, "a\x00b", "not_ours"),
        ],
    )
    def test_what_is_not_understood_is_put_aside_with_its_reason(
        self, db: None, raw: bytes, rcpt: str, reason: str
    ) -> None:
        assert take_bounce(raw, rcpt) == "aside"
        assert take_bounce(raw, rcpt) == "aside"
        assert MailAside.objects.get().reason == reason

    def test_a_mail_to_us_that_says_nothing_is_put_aside(self, message: Message, rcpt: str) -> None:
        assert take_bounce(b"From: a@b.test\r\nSubject: hello\r\n\r\nhello", rcpt) == "aside"
        assert MailAside.objects.get().reason == "unreadable"

    def test_a_fault_of_our_own_blocks_nothing(
        self, message: Message, rcpt: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from dangol.collaborative.channels.messages.services import bounces

        def stumble(mail: object) -> None:
            raise RecursionError

        monkeypatch.setattr(bounces, "read_returned", stumble)
        assert take_bounce(samples.POSTFIX_UNKNOWN, rcpt) == "aside"
        monkeypatch.undo()
        assert MailAside.objects.get().reason == "fault"
        assert take_bounce(samples.GMAIL_UNKNOWN, rcpt) == "hard"

    def test_a_program_hands_a_bounce_in(self, message: Message, rcpt: str, cast: Cast) -> None:
        from dangol.platform.accounts.services import create_api_key

        key = create_api_key(actor=cast.actor("admin"), user=cast.admin, name="server")[1]
        answer = Client().post(
            f"/api/v1/mail/bounces?recipient={quote(rcpt)}", samples.POSTFIX_UNKNOWN, content_type="message/rfc822",
            headers={"X-API-Key": key},
        )  # fmt: skip
        assert (answer.status_code, answer.json()) == (200, {"done": "hard"})
        assert Client().post("/api/v1/mail/bounces", b"x", content_type="message/rfc822").status_code == 401


@pytest.mark.django_db(transaction=True)
def test_a_mail_server_hands_a_bounce_in_by_a_pipe() -> None:
    given.house()
    command = [sys.executable, "-P", "-m", "dangol.config.cli", "mail", "bounce", "--json"]
    asked = {"env": environment(), "capture_output": True, "timeout": 120}
    done = subprocess.run([*command, "--recipient", "x@y.test"], input=samples.POSTFIX_UNKNOWN, **asked)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"done": "aside"}), done.stderr
    assert subprocess.run(command, input=b"", **asked).returncode == 65
