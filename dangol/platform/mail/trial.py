"""Trying the way out, step by step: each says what worked, and where it fails what the server said and what to do."""

from __future__ import annotations

import smtplib
import socket
import ssl
from dataclasses import dataclass, field
from typing import Literal

from django.utils.translation import gettext as _

from dangol.platform.mail.advice import Advice, advise
from dangol.platform.mail.smtp import Server

WAIT_SECONDS = 10.0
Name = Literal["find", "connect", "encrypt", "hello", "sign_in", "sender", "recipient", "content"]


@dataclass(frozen=True)
class Step:
    """One step that was tried. `said` is what the server said, word for word; `advice` what to do about a failure."""

    name: Name
    is_good: bool
    sentence: str
    said: str = ""
    advice: str = ""


@dataclass
class Trial:
    """The steps so far; the last one is the one that failed, if any did."""

    steps: list[Step] = field(default_factory=list)

    @property
    def is_good(self) -> bool:
        """Whether the server took the letter."""
        return bool(self.steps) and self.steps[-1].is_good and self.steps[-1].name == "content"

    @property
    def failed(self) -> Step | None:
        """The step that did not work."""
        return next((step for step in self.steps if not step.is_good), None)

    def worked(self, name: Name, sentence: str, said: str = "") -> None:
        """Note a step that worked."""
        self.steps.append(Step(name, True, sentence, said))


def try_out(server: Server, *, sender: str, recipient: str, content: bytes, wait: float = WAIT_SECONDS) -> Trial:
    """Hand one letter to the server and tell each step. Raises nothing: a failure is the last step.

    Args:
        server: where and how.
        sender: return address of the envelope.
        recipient: to whom.
        content: the letter, lines ended by CRLF.
        wait: seconds for each answer.
    """
    trial, at = Trial(), _At()
    try:
        _find(server, trial, at)
        smtp = _connect(server, trial, at, wait)
        try:
            _encrypt_and_sign_in(smtp, server, trial, at)
            _hand_over(smtp, sender, recipient, content, trial, at)
        finally:
            smtp.close()
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        told: Advice = advise(at.step, error, server)
        trial.steps.append(Step(told.step or at.step, False, told.sentence, told.said, told.advice))
    return trial


class _At:
    """Where the trial is, so that a failure is told of the right step."""

    step: Name = "find"


def _find(server: Server, trial: Trial, at: _At) -> None:
    at.step = "find"
    found = socket.getaddrinfo(server.host, server.port, type=socket.SOCK_STREAM)
    numbers = list(dict.fromkeys(str(entry[4][0]) for entry in found))[:3]
    trial.worked("find", _("%(host)s is found.") % {"host": server.host}, ", ".join(numbers))


def _connect(server: Server, trial: Trial, at: _At, wait: float) -> smtplib.SMTP:
    at.step = "connect"
    smtp: smtplib.SMTP
    if server.security == "tls":
        context = ssl.create_default_context()
        smtp = smtplib.SMTP_SSL(server.host, server.port, _ourselves(), timeout=wait, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, _ourselves(), wait)
    trial.worked("connect", _("It answers on port %(port)s.") % {"port": server.port})
    if server.security == "tls":
        trial.worked("encrypt", _("The connection is encrypted."), _encryption(smtp))
    return smtp


def _encrypt_and_sign_in(smtp: smtplib.SMTP, server: Server, trial: Trial, at: _At) -> None:
    at.step = "hello"
    _good(smtp.ehlo())
    if server.security == "starttls":
        at.step = "encrypt"
        smtp.starttls(context=ssl.create_default_context())
        trial.worked("encrypt", _("The connection is encrypted."), _encryption(smtp))
        at.step = "hello"
        _good(smtp.ehlo())
    offers = ", ".join(sorted(name.upper() for name in smtp.esmtp_features))
    trial.worked("hello", _("It greets us."), offers)
    if server.username:
        at.step = "sign_in"
        _code, said = smtp.login(server.username, server.password)
        trial.worked("sign_in", _("It lets us in as %(name)s.") % {"name": server.username}, _text(said))


def _hand_over(smtp: smtplib.SMTP, sender: str, recipient: str, content: bytes, trial: Trial, at: _At) -> None:
    at.step = "sender"
    _good(smtp.mail(sender))
    at.step = "recipient"
    _good(smtp.rcpt(recipient))
    at.step = "content"
    code, said = _good(smtp.data(content))
    sentence = _("It took the letter to %(address)s.") % {"address": recipient}
    trial.worked("content", sentence, f"{code} {_text(said)}")
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        pass


def _good(answer: tuple[int, bytes]) -> tuple[int, bytes]:
    if not 200 <= answer[0] < 300:
        raise smtplib.SMTPResponseException(*answer)
    return answer


def _encryption(smtp: smtplib.SMTP) -> str:
    version = smtp.sock.version() if isinstance(smtp.sock, ssl.SSLSocket) else None
    return version or ""


def _ourselves() -> str:
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"


def _text(said: bytes | str) -> str:
    return " ".join((said.decode("utf-8", "replace") if isinstance(said, bytes) else said).split())
