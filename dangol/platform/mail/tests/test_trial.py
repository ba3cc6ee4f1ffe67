from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from dangol.platform.mail.smtp import Server
from dangol.platform.mail.tests.mail_server import PASSWORD, USER, Handler, Papers, authenticate, mail_server
from dangol.platform.mail.trial import Trial, try_out

LETTER = b"From: a@hwaro.kr\r\nTo: b@hwaro.kr\r\nSubject: test\r\n\r\nhello\r\n"
AT = "127.0.0.1"


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> Papers:
    return Papers(tmp_path_factory.mktemp("papers"))


@pytest.fixture
def trusted(papers: Papers, monkeypatch: pytest.MonkeyPatch) -> Papers:
    monkeypatch.setenv("SSL_CERT_FILE", str(papers.ca_file))
    return papers


def run(port: int, *, host: str = AT, wait: float = 10, **more: Any) -> Trial:
    server = Server(host, port, **({"security": "none"} | more))
    return try_out(server, sender="a@hwaro.kr", recipient="b@hwaro.kr", content=LETTER, wait=wait)


def failure(trial: Trial) -> tuple[str, str, str]:
    failed = trial.failed
    assert failed is not None
    assert failed.advice
    assert not trial.is_good
    return failed.name, failed.sentence, failed.said


def test_a_server_that_works_is_told_step_by_step(trusted: Papers) -> None:
    handler = Handler()
    options = {"authenticator": authenticate, "auth_required": True, "tls_context": trusted.server_context(AT)}
    with mail_server(handler, **options) as port:
        trial = run(port, security="starttls", username=USER, password=PASSWORD)
    assert trial.is_good
    assert [step.name for step in trial.steps] == ["find", "connect", "encrypt", "hello", "sign_in", "content"]
    assert trial.steps[-1].said == "250 queued as 1"
    assert handler.taken == [("a@hwaro.kr", ["b@hwaro.kr"], LETTER)]
    assert PASSWORD not in str(trial)


def test_tls_from_the_first_byte_works_too(trusted: Papers) -> None:
    with mail_server(Handler(), ssl_context=trusted.server_context(AT)) as port:
        trial = run(port, security="tls")
    assert trial.is_good
    assert "encrypt" in [step.name for step in trial.steps]


def test_a_wrong_password_is_said_with_the_servers_words(trusted: Papers) -> None:
    with mail_server(Handler(), authenticator=authenticate, tls_context=trusted.server_context(AT)) as port:
        name, sentence, said = failure(run(port, security="starttls", username=USER, password="no"))
    assert (name, sentence) == ("sign_in", "User name and password are not accepted.")
    assert said.startswith("535 ")


def test_a_server_that_lets_nobody_sign_in_unencrypted_is_said(trusted: Papers) -> None:
    with mail_server(Handler(), authenticator=authenticate, tls_context=trusted.server_context(AT)) as port:
        name, sentence, _said = failure(run(port, username=USER, password=PASSWORD))
    assert (name, sentence) == ("sign_in", "The server lets nobody sign in on this connection.")


def test_a_server_that_wants_a_sign_in_first_is_said(trusted: Papers) -> None:
    options = {"authenticator": authenticate, "auth_required": True, "tls_context": trusted.server_context(AT)}
    with mail_server(Handler(), **options) as port:
        name, sentence, said = failure(run(port, security="starttls"))
    assert (name, said[:3]) == ("sender", "530")
    assert sentence == "The server wants us to sign in, or to encrypt, first."


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize(
    ("names", "more", "sentence"),
    [
        ((AT,), {"days": -1}, "The certificate of 127.0.0.1 has expired."),
        (("mail.other.kr",), {}, "The certificate is not for 127.0.0.1."),
        ((AT,), {"is_self_signed": True}, "signed by itself"),
    ],
)
def test_a_bad_certificate_is_told_by_what_is_bad(
    trusted: Papers, names: tuple[str, ...], more: dict[str, Any], sentence: str, security: str
) -> None:
    context = trusted.server_context(*names, **more)
    options: dict[str, Any] = {"tls_context": context} if security == "starttls" else {"ssl_context": context}
    with mail_server(Handler(), **options) as port:
        name, said, _words = failure(run(port, security=security))
    assert name == "encrypt"
    assert sentence in said


def test_an_authority_that_nobody_knows_is_said(papers: Papers) -> None:
    with mail_server(Handler(), tls_context=papers.server_context(AT)) as port:
        name, sentence, _said = failure(run(port, security="starttls"))
    assert name == "encrypt"
    assert "does not know" in sentence


def test_a_server_without_starttls_is_said() -> None:
    with mail_server(Handler()) as port:
        name, sentence, _said = failure(run(port, security="starttls"))
    assert (name, sentence) == ("encrypt", "The server offers no STARTTLS on this port.")


def test_a_port_that_speaks_no_tls_is_said() -> None:
    with mail_server(Handler()) as port:
        name, sentence, _said = failure(run(port, security="tls"))
    assert (name, sentence) == ("encrypt", f"Port {port} does not speak TLS from the start.")


@pytest.mark.parametrize(
    ("step", "answer", "sentence"),
    [
        ("sender", "553 5.7.1 not yours", "The server does not let us send from this address."),
        ("recipient", "550 5.7.1 Relaying denied", "The server does not pass our mail on to others (relay denied)."),
        ("content", "554 5.7.1 looks like spam", "The server refused the letter itself."),
        ("recipient", "451 4.7.1 greylisted", "The server does not take it at this moment."),
    ],
)
def test_a_refusal_is_told_of_its_step_with_the_servers_words(step: str, answer: str, sentence: str) -> None:
    with mail_server(Handler(**{step: answer})) as port:
        assert failure(run(port)) == (step, sentence, answer)


def test_a_server_that_greets_with_a_refusal_is_said() -> None:
    with plain_server(b"554 5.7.1 you are on a list\r\n") as port:
        name, sentence, said = failure(run(port))
    assert (name, sentence, said) == ("connect", "The server turned us away.", "554 5.7.1 you are on a list")


def test_a_server_that_never_greets_is_said_and_tls_is_suggested() -> None:
    with plain_server(b"") as port:
        trial = run(port, wait=0.5)
    assert failure(trial)[1] == "The connection stands, but the server does not greet us."
    assert "TLS" in trial.steps[-1].advice


def test_a_server_that_hangs_up_is_said() -> None:
    with plain_server(b"220 hello\r\n", is_closed=True) as port:
        assert failure(run(port, wait=2))[1] == "The server ended the connection."


def test_a_closed_port_is_said() -> None:
    with socket.socket() as held:
        held.bind((AT, 0))
        name, sentence, _said = failure(run(held.getsockname()[1]))
    assert (name, sentence.split(",")[0]) == ("connect", "Nothing answers at 127.0.0.1")


def test_a_port_behind_which_everything_is_swallowed_is_said() -> None:
    with socket.socket() as full:
        full.bind((AT, 0))
        full.listen(0)
        port, others = full.getsockname()[1], []
        for _ in range(4):  # the queue is full: further calls are dropped, as a firewall does
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex((AT, port))
            others.append(one)
        trial = run(port, wait=0.5)
        for one in others:
            one.close()
    assert failure(trial)[1] == f"127.0.0.1 does not answer on port {port}."


@pytest.mark.parametrize("host", ["no-such-server.invalid", "x" * 70 + ".kr", "a..b", ""])
def test_a_name_that_is_none_is_said(host: str) -> None:
    trial = run(25, host=host, wait=1)
    assert trial.failed is not None or not trial.is_good


def test_a_password_beyond_ascii_is_said(trusted: Papers) -> None:
    with mail_server(Handler(), authenticator=authenticate, tls_context=trusted.server_context(AT)) as port:
        trial = run(port, security="starttls", username=USER, password="비밀번호")
    assert failure(trial)[0] == "sign_in"


@contextmanager
def plain_server(greeting: bytes, *, is_closed: bool = False) -> Iterator[int]:
    """A server that says one thing and then nothing, or hangs up."""
    import threading

    with socket.socket() as listening:
        listening.bind((AT, 0))
        listening.listen(5)
        held: list[socket.socket] = []

        def serve() -> None:
            try:
                while True:
                    one, _who = listening.accept()
                    held.append(one)
                    if greeting:
                        one.sendall(greeting)
                    if is_closed:
                        one.shutdown(socket.SHUT_RDWR)
            except OSError:
                return

        threading.Thread(target=serve, daemon=True).start()
        yield listening.getsockname()[1]
        listening.shutdown(socket.SHUT_RDWR)
        for one in held:
            one.close()
