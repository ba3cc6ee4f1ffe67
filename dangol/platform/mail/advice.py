"""What a failure on the way out means, and what to do about it."""

from __future__ import annotations

import errno
import smtplib
import socket
import ssl
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from dangol.platform.mail.smtp import Server

# X509_V_ERR_* of OpenSSL.
_EXPIRED, _NOT_YET, _SELF_SIGNED, _NAME = {10}, {9}, {18, 19}, {62, 64}


@dataclass(frozen=True)
class Advice:
    """`sentence` says what is wrong, `advice` what to do, `said` the server's own word, `step` where it truly was."""

    sentence: str
    advice: str
    said: str = ""
    step: Any = ""


def advise(step: str, error: Exception, server: Server) -> Advice:
    """Return what to tell people about `error`, which came at `step`."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return _certificate(error, server)
    if isinstance(error, ssl.SSLError):
        return Advice(
            _("Port %(port)s does not speak TLS from the start.") % {"port": server.port},
            _("Choose STARTTLS (usually port 587), or take the port for TLS (usually 465)."), str(error), "encrypt",
        )  # fmt: skip
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return _not_offered(step, error)
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused(step, error, server)
    if isinstance(error, smtplib.SMTPException):
        return _broken(step, error, server)
    return _unreachable(step, error, server)


def _certificate(error: ssl.SSLCertVerificationError, server: Server) -> Advice:
    host = {"host": server.host}
    if error.verify_code in _EXPIRED:
        sentence, advice = _("The certificate of %(host)s has expired."), _("Whoever runs the server must renew it.")
    elif error.verify_code in _NOT_YET:
        sentence = _("The certificate of %(host)s is not valid yet.")
        advice = _("See whether the clock of this machine is right.")
    elif error.verify_code in _NAME:
        sentence = _("The certificate is not for %(host)s.")
        advice = _("Write the name that stands in the certificate, as your provider tells it, and not an address.")
    elif error.verify_code in _SELF_SIGNED:
        sentence = _("The certificate of %(host)s is signed by itself, so nobody can tell whether it is the right one.")
        advice = _("Let the server have a certificate of a known authority, or make its own known to this machine.")
    else:
        sentence = _("The certificate of %(host)s comes from an authority that this machine does not know.")
        advice = _("The server may leave out a certificate in between; whoever runs it can add it.")
    return Advice(sentence % host, advice, error.verify_message, "encrypt")


def _not_offered(step: str, error: Exception) -> Advice:
    if step == "encrypt":
        return Advice(
            _("The server offers no STARTTLS on this port."),
            _("Choose TLS with port 465, or, for a relay in your own network, no encryption."), str(error),
        )  # fmt: skip
    return Advice(
        _("The server lets nobody sign in on this connection."),
        _("Most servers do so only when it is encrypted: choose STARTTLS or TLS. A relay in your own network may need"
          " no user name at all: leave it empty."), str(error),
    )  # fmt: skip


def _refused(step: str, error: smtplib.SMTPResponseException, server: Server) -> Advice:
    raw = error.smtp_error
    said = f"{error.smtp_code} " + " ".join((raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw).split())
    if 400 <= error.smtp_code < 500 and step != "sign_in":
        sentence = _("The server does not take it at this moment.")
        return Advice(sentence, _("Try again in some minutes; new senders are often put off at first."), said)
    sentence, advice = _refusals(step, error.smtp_code)
    return Advice(sentence, advice, said)


def _refusals(step: str, code: int) -> tuple[str, str]:
    """What a refusal for good means at each step (RFC 5321 section 4.2, RFC 4954 section 6)."""
    sign_in = _("Enter user name and password of the mail server.")
    if code == 530:
        return _("The server wants us to sign in, or to encrypt, first."), sign_in
    if step == "sign_in":
        return (
            _("User name and password are not accepted."),
            _("Check both. Many providers want a password made for programs (app password), not that of the mailbox."),
        )
    if step == "sender":
        return (
            _("The server does not let us send from this address."),
            _("Take an address of the mailbox you signed in with, or have the domain confirmed by your provider."),
        )
    if step == "recipient":
        return (
            _("The server does not pass our mail on to others (relay denied)."),
            _("Sign in with a user name, or let whoever runs the server allow this machine to send."),
        )
    if step == "content":
        return (
            _("The server refused the letter itself."),
            _("What it says tells the reason; often the sender's domain lacks SPF or DKIM. Look at the domain."),
        )
    return _("The server turned us away."), _("What it says tells the reason; perhaps this machine is on a block list.")


def _broken(step: str, error: Exception, server: Server) -> Advice:
    """The connection stood and ended, or nothing came in time."""
    if "timed out" in str(error) and step == "connect":
        return Advice(
            _("The connection stands, but the server does not greet us."),
            _("Port 465 usually waits for TLS from the start: choose TLS. Else the server may be busy."), str(error),
        )  # fmt: skip
    return Advice(
        _("The server ended the connection."),
        _("Check encryption and port; some servers hang up on connections that are not encrypted."), str(error),
    )  # fmt: skip


def _unreachable(step: str, error: Exception, server: Server) -> Advice:
    where = {"host": server.host, "port": server.port}
    blocked = _("A firewall, or the provider of this machine, may block the port: many close port 25. Port 587 with"
                " STARTTLS is usual.")  # fmt: skip
    if isinstance(error, socket.gaierror):
        return Advice(
            _("There is no server called %(host)s.") % where,
            _("Check the spelling; and whether this machine is on the network."), str(error), "find",
        )  # fmt: skip
    if isinstance(error, UnicodeError):
        sentence = _("The name of the server, the user name or the password has letters that cannot be sent.")
        return Advice(sentence, _("Write them without letters beyond ASCII."), str(error))
    if isinstance(error, ConnectionRefusedError):
        return Advice(_("Nothing answers at %(host)s, port %(port)s.") % where, blocked, str(error))
    if isinstance(error, TimeoutError) or getattr(error, "errno", 0) in (errno.EHOSTUNREACH, errno.ENETUNREACH):
        return Advice(_("%(host)s does not answer on port %(port)s.") % where, blocked, str(error))
    return Advice(
        _("The server ended the connection."),
        _("Check encryption and port; some servers hang up on connections that are not encrypted."), str(error),
    )  # fmt: skip
