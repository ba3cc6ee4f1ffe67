from __future__ import annotations

import random
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dangol.platform.mail.headers import CannotCompose
from dangol.platform.mail.journal import Journal, JournalBusy, Outcome, journal_path, read_journal
from dangol.platform.mail.smtp import CannotReach, Connection, Server, connect, pack
from tests.sink import PASSWORD, USER, Sink

ME = "bounce+abc@shop.example.com"
KIM, LEE = "kim@example.net", "lee@example.net"


def letter(number: int, body: str = "hello") -> bytes:
    return f"Message-ID: <{number}@shop.example.com>\r\nSubject: {number}\r\n\r\n{body}\r\n".encode()


def server_of(sink: Sink, **more: Any) -> Server:
    return Server(**{"host": sink.host, "port": sink.port, "security": "none", "timeout": 20, **more})


@pytest.fixture(params=[True, False], ids=["pipelining", "one by one"])
def sink(request: Any, tmp_path: Path) -> Iterator[Sink]:
    with Sink(tmp_path, has_pipelining=request.param) as sink:
        yield sink


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal(tmp_path / "a.journal") as journal:
        yield journal


@pytest.fixture
def connection(sink: Sink, journal: Journal) -> Iterator[Connection]:
    connection = Connection(server_of(sink), journal)
    yield connection
    connection.close()


def test_messages_go_over_one_connection_and_arrive_as_they_were(sink: Sink, connection: Connection) -> None:
    bodies = ["hello", ".", "..\r\n.x", "\r\n.\r\n.", "안녕하세요", "MAIL FROM:<x@y.z>"]
    for number, body in enumerate(bodies):
        fate = connection.send(number, ME, KIM, letter(number, body))
        assert (fate.outcome, fate.code, fate.step) == (Outcome.ACCEPTED, 250, "dot")
    taken = sink.messages()
    assert [t.raw for t in taken] == [letter(n, body) for n, body in enumerate(bodies)]
    assert {(t.sender, t.recipient) for t in taken} == {(ME, KIM)}
    assert sink.connections() == 1


def test_a_refused_recipient_does_not_spoil_the_connection(
    sink: Sink, connection: Connection, journal: Journal
) -> None:
    sink.answer(
        {
            "gone@x.net": {"rcpt": "550 5.1.1 unknown"}, "full@x.net": {"rcpt": "452 4.2.2 full"},
            "spam@x.net": {"content": "554 5.7.1 spam"}, "busy@x.net": {"content": "451 4.3.0 later"},
        }
    )  # fmt: skip
    addresses = ["gone@x.net", KIM, "full@x.net", "spam@x.net", "busy@x.net", LEE]
    fates = [connection.send(n, ME, a, letter(n)) for n, a in enumerate(addresses)]
    assert [(f.outcome, f.code, f.step, f.is_temporary, f.is_address_refused) for f in fates] == [
        ("rejected", 550, "rcpt", False, True),
        ("accepted", 250, "dot", False, False),
        ("rejected", 452, "rcpt", True, False),
        ("rejected", 554, "dot", False, False),
        ("rejected", 451, "dot", True, False),
        ("accepted", 250, "dot", False, False),
    ]
    assert fates[0].text == "5.1.1 unknown"
    assert [t.recipient for t in sink.messages()] == [KIM, LEE]
    assert sink.connections() == 1
    assert read_journal(journal.path) == dict(enumerate(fates))


def test_our_own_address_refused_stops_the_batch_and_blames_no_recipient(sink: Sink, connection: Connection) -> None:
    sink.answer({ME: {"mail": "550 5.7.1 not yours"}})
    with pytest.raises(CannotReach, match="not take mail from our address: 550 5"):
        connection.send(1, ME, KIM, letter(1))
    sink.answer({ME: {"mail": "451 4.7.1 later"}})
    fate = connection.send(1, ME, KIM, letter(1))
    assert (fate.is_temporary, fate.step) == (True, "mail")
    assert sink.messages() == []


def test_of_many_each_has_its_own_fate_whatever_happens_to_its_neighbours(
    sink: Sink, connection: Connection, journal: Journal
) -> None:
    """Refused, hung up on and said good-bye to, at each place of a run of messages."""
    answers = {
        "gone@x.net": {"rcpt": "550 5.1.1 unknown"}, "spam@x.net": {"content": "554 5.7.1 spam"},
        "cut@x.net": {"hang_up": "after"}, "bye@x.net": {"content": "421 4.3.2 closing"}, KIM: {},
    }  # fmt: skip
    outcomes = {"gone": "rejected", "spam": "rejected", "cut": "unconfirmed", "bye": "rejected", "kim": "accepted"}
    sink.answer(answers)
    dice = random.Random(7)
    addresses = [dice.choice([KIM, KIM, *answers]) for _ in range(80)]
    parcels = [pack(n, ME, address, letter(n, "x" * n)) for n, address in enumerate(addresses)]
    fates = dict(connection.send_each(parcels))
    assert [str(fates[n].outcome) for n in range(80)] == [outcomes[a.split("@")[0]] for a in addresses]
    assert read_journal(journal.path) == fates
    wanted = [n for n, address in enumerate(addresses) if address in (KIM, "cut@x.net")]
    assert [t.raw for t in sink.messages()] == [letter(n, "x" * n) for n in wanted]


def test_a_run_that_was_left_in_the_middle_does_not_mix_with_the_next(sink: Sink, connection: Connection) -> None:
    run = connection.send_each(pack(n, ME, KIM, letter(n)) for n in range(5))
    assert next(run)[0] == 0
    run.close()
    assert connection.send(9, ME, LEE, letter(9)).outcome == Outcome.ACCEPTED
    assert [(t.recipient, t.raw) for t in sink.messages()] == [(KIM, letter(0)), (LEE, letter(9))]


def test_no_answer_after_the_dot_counts_as_sent_and_is_marked(
    sink: Sink, connection: Connection, journal: Journal
) -> None:
    sink.answer({KIM: {"hang_up": "after"}})
    assert connection.send(1, ME, KIM, letter(1)).outcome == Outcome.UNCONFIRMED
    assert connection.send(2, ME, LEE, letter(2)).outcome == Outcome.ACCEPTED
    fates = read_journal(journal.path)
    assert [fates[n].outcome for n in (1, 2, 3)] == ["unconfirmed", "accepted", "not_sent"]
    assert fates[1].is_sent
    assert [t.message_id for t in sink.messages()] == ["1@shop.example.com", "2@shop.example.com"]


def test_a_connection_that_ended_between_messages_is_opened_again(sink: Sink, connection: Connection) -> None:
    connection.send(1, ME, KIM, letter(1))
    assert connection._smtp is not None
    assert connection._smtp.sock is not None
    connection._smtp.sock.shutdown(socket.SHUT_RDWR)
    assert connection.send(2, ME, KIM, letter(2)).outcome == Outcome.ACCEPTED
    assert (len(sink.messages()), sink.connections()) == (2, 2)


def test_a_server_that_goes_away_leaves_the_message_unsent(
    sink: Sink, connection: Connection, journal: Journal
) -> None:
    connection.send(1, ME, KIM, letter(1))
    sink.stop()
    with pytest.raises(CannotReach):
        connection.send(2, ME, KIM, letter(2))
    assert read_journal(journal.path)[2].outcome == Outcome.NOT_SENT


def test_a_good_bye_before_the_dot_leaves_the_message_unsent(tmp_path: Path) -> None:
    """A server of our own that says 421 while it takes the content: the dot is never handed over."""
    with socket.create_server(("127.0.0.1", 0)) as listener, Journal(tmp_path / "a.journal") as journal:

        def talk() -> None:
            for _ in range(2):
                peer, _address = listener.accept()
                with peer, peer.makefile("rb") as lines:
                    peer.sendall(b"220 hi\r\n")
                    for line in lines:
                        if line.startswith(b"MIDST"):
                            peer.sendall(b"421 enough\r\n")
                        elif line[:4].upper() in (b"EHLO", b"MAIL", b"RCPT", b"DATA"):
                            peer.sendall(b"354 go on\r\n" if line.startswith(b"DATA") else b"250 ok\r\n")

        thread = threading.Thread(target=talk, daemon=True)
        thread.start()
        server = Server("127.0.0.1", listener.getsockname()[1], "none", timeout=20)
        connection = Connection(server, journal)
        with pytest.raises(CannotReach, match="ended the connection"):
            connection.send(1, ME, KIM, letter(1, "MIDST\r\n" + ("x" * 998 + "\r\n") * 20_000))
        thread.join(20)
        assert read_journal(journal.path) == {}


def test_line_ends_other_than_crlf_and_odd_addresses_are_refused(connection: Connection) -> None:
    for wrong in (b"a\nb\r\n", b"a\rb\r\n", b"a\r\n.\nMAIL FROM:<x@y.z>\r\n"):
        with pytest.raises(ValueError, match="CRLF"):
            connection.send(1, ME, KIM, wrong)
    for address in ("kim@x.net>\r\nRCPT TO:<lee@x.net", "kim", "a b@c.d", ""):
        with pytest.raises(CannotCompose):
            connection.send(1, ME, address, letter(1))


def test_an_address_beyond_ascii_needs_a_server_that_takes_it(tmp_path: Path) -> None:
    with Sink(tmp_path) as sink:
        connection = Connection(server_of(sink))
        assert connection.send(1, ME, "김@example.net", letter(1)).outcome == Outcome.ACCEPTED
        assert connection.send(1, "", "kim@한국.kr", letter(1)).outcome == Outcome.ACCEPTED
        assert [(t.sender, t.recipient) for t in sink.messages()] == [
            (ME, "김@example.net"),
            ("", "kim@xn--3e0b707e.kr"),
        ]
        connection.close()
    (tmp_path / "plain").mkdir()
    with Sink(tmp_path / "plain", has_smtputf8=False) as sink:
        connection = Connection(server_of(sink))
        fate = connection.send(1, ME, "김@example.net", letter(1))
        assert (fate.code, fate.text[:5]) == (553, "5.6.7")
        assert connection.send(2, ME, KIM, letter(2)).outcome == Outcome.ACCEPTED
        connection.close()


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_an_encrypted_server_with_a_password_is_used_when_its_certificate_is_good(
    security: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Sink(tmp_path, security=security, needs_auth=True) as sink:
        with pytest.raises(CannotReach, match="certificate"):
            connect(server_of(sink, security=security))
        monkeypatch.setenv("SSL_CERT_FILE", str(sink.certificate))
        with pytest.raises(CannotReach, match="user name and password"):
            connect(server_of(sink, security=security, username=USER, password="wrong"))
        connection = Connection(server_of(sink, security=security, username=USER, password=PASSWORD))
        for number in range(3):
            assert (
                connection.send(number, ME, KIM, letter(number, ("x" * 900 + "\r\n") * 200)).outcome == Outcome.ACCEPTED
            )
        assert isinstance(connection._sock, ssl.SSLSocket)
        connection.close()
        assert len(sink.messages()) == 3
        with pytest.raises(CannotReach):
            Connection(server_of(sink, security=security)).send(1, ME, KIM, letter(1))


def test_what_is_wrong_with_a_server_is_said_in_a_sentence(sink: Sink) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        free = taken.getsockname()[1]
    for change, sentence in [
        ({"port": free}, "Nothing answers"),
        ({"host": "mail.invalid"}, "no server called|does not answer|broke off"),
        ({"host": ""}, "No mail server"),
        ({"security": "starttls"}, "does not offer"),
        ({"security": "tls"}, "speaks no TLS"),
        ({"username": USER, "password": "비밀"}, "beyond ASCII|does not accept"),
    ]:
        with pytest.raises(CannotReach, match=sentence):
            connect(server_of(sink, **change))


def test_a_batch_is_sent_by_one_process_at_a_time(tmp_path: Path) -> None:
    with Journal(tmp_path / "a.journal"), pytest.raises(JournalBusy):
        Journal(tmp_path / "a.journal")
    Journal(tmp_path / "a.journal").close()


def test_a_journal_is_read_whatever_its_last_line_looks_like(tmp_path: Path) -> None:
    path = tmp_path / "a.journal"
    assert read_journal(path)[1].outcome == Outcome.NOT_SENT
    path.write_bytes(
        b"dot 1\ndotted 1\ndone 1 250 dot 2.0.0 \xea\xb0\n\n\0\0\0\ndot 2\ndotted 2\ndot 3\n"
        b"dot 4\nvoid 4\ndone 5 550 rcpt no\ndot 6\ndon"
    )
    with Journal(path) as journal:
        journal.dot(7)
    fates = read_journal(path)
    assert {n: str(f.outcome) for n, f in sorted(fates.items())} == {
        1: "accepted", 2: "unconfirmed", 3: "unconfirmed", 5: "rejected", 6: "unconfirmed", 7: "unconfirmed",
    }  # fmt: skip
    assert (fates[5].code, fates[5].text, fates[5].is_address_refused) == (550, "no", True)


def test_a_journal_lies_in_the_house_under_a_plain_name() -> None:
    assert journal_path("campaign-1").parent.name == "mail"
    for wrong in ("", "../x", "a/b", ".x"):
        with pytest.raises(ValueError, match="no name"):
            journal_path(wrong)
