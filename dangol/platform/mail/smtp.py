"""One kept connection to a mail server, on top of the standard library's. Used by `transport` alone.

It differs from `smtplib` where a bulk sender must: MAIL, RCPT and DATA go out together, with the dot of the message
before, where the server offers PIPELINING (RFC 2920); that dot is handed over between two lines of the journal; and an
answer is kept with the step to which it answered.
"""

from __future__ import annotations

import contextlib
import select
import smtplib
import socket
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from dangol.platform.mail.headers import envelope_address
from dangol.platform.mail.journal import NO_ANSWER, Fate, Journal, Outcome, Step, answered

Security = Literal["none", "starttls", "tls"]
CONNECT_SECONDS = 20
CLOSING = 421
_GO_ON = 354
_STEPS: tuple[Step, ...] = ("mail", "rcpt", "data")
_TOO_BIG = 552
_NOT_ASCII = "5.6.7"  # RFC 6531 section 3.5: about the server, not about the mailbox


@dataclass(frozen=True)
class Server:
    """How to reach a mail server. `timeout` in seconds counts for each answer (RFC 5321 section 4.5.3.2: 5 minutes)."""

    host: str
    port: int
    security: Security = "starttls"
    username: str = ""
    password: str = ""
    timeout: float = 300


class CannotReach(Exception):
    """The server cannot be used: not there, not safe, or it does not let us in. No recipient is to blame."""


class _Broken(Exception):
    """The connection ended before the dot: nothing was sent, and another connection may do better."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message ready for the wire; made by `pack`."""

    number: int
    sender: str
    recipient: str
    content: bytes


def pack(number: int, sender: str, recipient: str, content: bytes) -> Parcel:
    """Return a message ready for the wire.

    Args:
        number: its number in the journal.
        sender: return address of the envelope; "" for none.
        recipient: to whom.
        content: head and body, lines ended by CRLF, dots not doubled.

    Raises:
        CannotCompose: an address is none.
        ValueError: `content` has line ends other than CRLF.
    """
    if not content.count(b"\r\n") == content.count(b"\n") == content.count(b"\r"):
        raise ValueError("Lines of a message end with CRLF.")
    return Parcel(number, envelope_address(sender) if sender else "", envelope_address(recipient), _stuffed(content))


class Connection:
    """Sends messages one after the other over one connection, which is opened when needed and again after a break.

    `journal` is the one of the batch under way; what it calls sent must not be given to `send` again.
    """

    def __init__(self, server: Server, journal: Journal | None = None) -> None:
        self._server, self.journal = server, journal
        self._smtp: smtplib.SMTP | None = None
        self._begun: Parcel | None = None  # whose envelope went out together with the dot before it

    def send(self, number: int, sender: str, recipient: str, content: bytes) -> Fate:
        """Send one message and return what became of it. Raises as `pack` and `send_each`."""
        ((_number, fate),) = self.send_each([pack(number, sender, recipient, content)])
        return fate

    def send_each(self, parcels: Iterable[Parcel]) -> Iterator[tuple[int, Fate]]:
        """Send messages in order; after each, yield its number and what became of it. Reads one message ahead.

        Raises:
            CannotReach: the server cannot be used, now or at all; the message under way was not sent.
        """
        rest = iter(parcels)
        parcel = next(rest, None)
        while parcel is not None:
            following = next(rest, None)
            yield parcel.number, self._send(parcel, following)
            parcel = following

    def open(self) -> None:
        """Connect and sign in, when that is not done yet. Raises CannotReach with what is wrong."""
        if self._smtp is None:
            self._smtp = connect(self._server)

    def close(self) -> None:
        """End the connection, politely where it still stands."""
        smtp, self._smtp, self._begun = self._smtp, None, None
        if smtp is None:
            return
        try:
            if smtp.sock:
                smtp.sock.settimeout(5)
                smtp.quit()
        except (OSError, smtplib.SMTPException):
            pass
        finally:
            smtp.close()

    def _send(self, parcel: Parcel, following: Parcel | None) -> Fate:
        try:
            return self._attempt(parcel, following)
        except _Broken:  # a server may end a connection after some messages; once more on a new one
            self.close()
        try:
            return self._attempt(parcel, following)
        except _Broken as error:
            self.close()
            raise CannotReach(_("%(host)s broke off: %(why)s") % {"host": self._server.host, "why": error}) from error

    def _attempt(self, parcel: Parcel, following: Parcel | None) -> Fate:
        self.open()
        refused = self._begin(parcel)
        if refused is None:
            self._write(parcel.content)
            return self._end(parcel.number, following)
        if self.journal:
            self.journal.done(parcel.number, refused)
        return refused

    def _begin(self, parcel: Parcel) -> Fate | None:
        """Say from whom and to whom; None when the server now waits for the content."""
        lines = self._lines(parcel)
        if lines is None:
            return Fate(Outcome.REJECTED, 553, f"{_NOT_ASCII} The server takes no addresses beyond ASCII.", "rcpt")
        if not self._offers("pipelining"):
            return self._one_by_one(lines)
        if self._begun is None:
            self._write(b"".join(lines))
        elif self._begun is not parcel:
            raise _Broken(_("another message was begun"))
        self._begun = None
        answers = [self._answer() for _line in lines]
        wrong = [answered(*a, s) for a, s in zip(answers, _STEPS, strict=True) if not _is_good(a[0], s)]
        if not wrong:
            return None
        if answers[2][0] == _GO_ON:  # it waits for content to nobody; an empty one is refused (RFC 2920 section 3.1)
            self._write(b".\r\n")
            self._answer()
        self._reset()
        return self._judged(wrong[0])

    def _lines(self, parcel: Parcel) -> list[bytes] | None:
        """MAIL, RCPT and DATA; None when the server does not take such addresses."""
        more = f" SIZE={len(parcel.content)}" if self._offers("size") else ""
        if not (parcel.sender.isascii() and parcel.recipient.isascii()):
            if not self._offers("smtputf8"):
                return None
            more += " BODY=8BITMIME SMTPUTF8"
        mail, rcpt = f"MAIL FROM:<{parcel.sender}>{more}\r\n", f"RCPT TO:<{parcel.recipient}>\r\n"
        return [mail.encode(), rcpt.encode(), b"DATA\r\n"]

    def _one_by_one(self, lines: list[bytes]) -> Fate | None:
        for line, step in zip(lines, _STEPS, strict=True):
            self._write(line)
            code, text = self._answer()
            if not _is_good(code, step):
                self._reset()
                return self._judged(answered(code, text, step))
        return None

    def _judged(self, refused: Fate) -> Fate:
        """Our own address refused for good is nobody's fault but ours: it would hit every message of the batch."""
        if refused.step == "mail" and refused.code >= 500 and refused.code != _TOO_BIG:
            said = {"host": self._server.host, "text": f"{refused.code} {refused.text}"}
            raise CannotReach(_("%(host)s does not take mail from our address: %(text)s") % said)
        return refused

    def _end(self, number: int, following: Parcel | None) -> Fate:
        """Hand over the dot, between two lines of the journal, together with the next envelope; read the answer.

        The envelope after the dot saves half of the waiting (RFC 2920 allows commands in the packet of the dot).
        """
        if self._has_spoken():
            raise _Broken(_("the server ended the connection"))
        packet = b".\r\n" + self._opening(following)
        journal = self.journal
        if journal:
            journal.dot(number)
        try:
            taken = self._sock.send(packet)
        except (BrokenPipeError, ConnectionResetError) as error:  # known before a byte was taken: it saw no dot
            if journal:
                journal.void(number)
            raise _Broken(str(error)) from error
        except OSError:
            self.close()
            return NO_ANSWER
        if journal:
            journal.dotted(number)
        self._begun = following if len(packet) > 3 else None
        if taken < len(packet):
            with contextlib.suppress(OSError):  # the answer to the dot may still come; then it is found broken
                self._sock.sendall(packet[taken:])
        return self._outcome(number)

    def _opening(self, following: Parcel | None) -> bytes:
        if following is None or not self._offers("pipelining"):
            return b""
        return b"".join(self._lines(following) or ())

    def _outcome(self, number: int) -> Fate:
        try:
            code, text = self._answer(is_last=True)
        except _Broken:
            self.close()
            return NO_ANSWER
        fate = answered(code, text, "dot")
        if self.journal:
            self.journal.done(number, fate)
        if code == CLOSING:
            self.close()
        return fate

    def _reset(self) -> None:
        self._write(b"RSET\r\n")
        self._answer()

    def _answer(self, is_last: bool = False) -> tuple[int, str]:
        if self._smtp is None:
            raise _Broken
        try:
            code, text = self._smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise _Broken(str(error)) from error
        if code < 200 or (code == CLOSING and not is_last):
            raise _Broken(f"{code} {text.decode('utf-8', 'replace')}")
        return code, text.decode("utf-8", "replace")

    def _write(self, content: bytes) -> None:
        try:
            self._sock.sendall(content)
        except OSError as error:
            raise _Broken(str(error)) from error

    def _has_spoken(self) -> bool:
        """Whether the server said something (good-bye, or nothing more) while it should listen."""
        if isinstance(self._sock, ssl.SSLSocket):
            return False  # what can be read may be TLS talking to itself
        poll = select.poll()
        poll.register(self._sock, select.POLLIN)
        return bool(poll.poll(0))

    def _offers(self, extension: str) -> bool:
        return self._smtp is not None and self._smtp.has_extn(extension)

    @property
    def _sock(self) -> socket.socket:
        if self._smtp is None or self._smtp.sock is None:
            raise _Broken(_("the connection has ended"))
        return self._smtp.sock


def connect(server: Server) -> smtplib.SMTP:
    """Connect, encrypt and sign in as `server` says. Raises CannotReach with a sentence that says what is wrong."""
    if not server.host:
        raise CannotReach(_("No mail server is set up yet."))
    try:
        return _signed_in(server)
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        why = error.smtp_error if isinstance(error, smtplib.SMTPResponseException) else error
        said = why.decode("utf-8", "replace") if isinstance(why, bytes) else str(why)
        raise CannotReach(_sentence(error) % {"host": server.host, "port": server.port, "why": said}) from error


def _sentence(error: Exception) -> str:
    """What a failure to connect means, for people; the more particular class first."""
    sentences: dict[type[Exception], str] = {
        smtplib.SMTPAuthenticationError: _("%(host)s does not accept this user name and password: %(why)s"),
        smtplib.SMTPNotSupportedError: _("%(host)s does not offer what is asked of it: %(why)s"),
        ssl.SSLCertVerificationError: _("The certificate of %(host)s is not valid: %(why)s"),
        ssl.SSLError: _("%(host)s speaks no TLS on port %(port)s; perhaps STARTTLS or another port is right."),
        socket.gaierror: _("There is no server called %(host)s."),
        UnicodeError: _("The name of the server, the user name or the password has letters beyond ASCII."),
        ConnectionRefusedError: _("Nothing answers at %(host)s, port %(port)s."),
        TimeoutError: _("%(host)s does not answer on port %(port)s."),
    }
    return next((s for kind, s in sentences.items() if isinstance(error, kind)), _("%(host)s broke off: %(why)s"))


def _signed_in(server: Server) -> smtplib.SMTP:
    context = ssl.create_default_context()
    name = socket.gethostname()
    ours = name if "." in name else "[127.0.0.1]"
    smtp: smtplib.SMTP
    if server.security == "tls":
        smtp = smtplib.SMTP_SSL(server.host, server.port, ours, timeout=CONNECT_SECONDS, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, ours, timeout=CONNECT_SECONDS)
    try:
        smtp.ehlo_or_helo_if_needed()
        if server.security == "starttls":
            smtp.starttls(context=context)
            smtp.ehlo()
        if server.username:
            smtp.login(server.username, server.password)
        if smtp.sock is not None:
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # else the dot waits for an acknowledgment
            smtp.sock.settimeout(server.timeout)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _is_good(code: int, step: Step) -> bool:
    return code == _GO_ON if step == "data" else 200 <= code < 300


def _stuffed(content: bytes) -> bytes:
    """A line that begins with a dot gets one more, and the last line its end (RFC 5321 section 4.5.2)."""
    doubled = content.replace(b"\r\n.", b"\r\n..")
    if doubled.startswith(b"."):
        doubled = b"." + doubled
    return doubled if doubled.endswith(b"\r\n") else doubled + b"\r\n"
