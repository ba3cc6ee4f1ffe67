"""Messages as they go over the wire: `compose` for one letter, `Frame` for the same letter to very many.

A frame holds what is alike in all messages of a campaign, ready as bytes; filling it puts in what differs. Both spell
their lines by `headers`. Only CRLF ends a line, and every body is encoded so that it travels through any server
unchanged (RFC 2045), which also keeps the parts' boundary from appearing within.
"""

from __future__ import annotations

import secrets
from base64 import encodebytes
from binascii import b2a_qp
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import lru_cache

from django.utils.translation import gettext as _

from dangol.platform.mail.headers import (
    LINE,
    CannotCompose,
    Mailbox,
    envelope_address,
    mailbox_header,
    text_header,
    token_header,
)

MOST_REFERENCES = 20
_EOL = b"\r\n"


def new_message_id(domain: str) -> str:
    """Return a Message-ID (without its angle brackets) that nobody else has."""
    return f"{secrets.token_hex(16)}@{domain}"


def compose(
    *,
    sender: Mailbox,
    recipient: Mailbox,
    subject: str,
    text: str,
    html: str = "",
    message_id: str,
    sent_at: datetime,
    reply_to: str = "",
    in_reply_to: str = "",
    references: Sequence[str] = (),
    is_automatic: bool = False,
    more: Mapping[str, str] | None = None,
) -> bytes:
    """Return one letter in plain text and, when `html` is given, in HTML beside it.

    Args:
        message_id: ours, without angle brackets; likewise `in_reply_to` (the customer's last) and `references` (the
            chain, of which the first and the last 19 are named).
        sent_at: an aware moment.
        is_automatic: written by the system itself, so that nobody's machine answers it (RFC 3834).
        more: further lines of the head, by name, of which each is spelled as text.

    Raises:
        CannotCompose: a value holds a line break, is no address, or cannot be encoded.
    """
    chain = references if len(references) <= MOST_REFERENCES else (references[0], *references[1 - MOST_REFERENCES :])
    head = [
        mailbox_header("From", sender),
        mailbox_header("To", recipient),
        text_header("Subject", subject),
        date_header(int(sent_at.timestamp())),
        token_header("Message-ID", f"<{message_id}>"),
        mailbox_header("Reply-To", Mailbox("", reply_to)) if reply_to else b"",
        token_header("In-Reply-To", f"<{in_reply_to}>") if in_reply_to else b"",
        token_header("References", *(f"<{one}>" for one in chain)) if chain else b"",
        b"Auto-Submitted: auto-generated\r\n" if is_automatic else b"",
        *(text_header(name, value) for name, value in (more or {}).items()),
        b"MIME-Version: 1.0\r\n",
    ]
    if not html:
        return b"".join(head) + _part(b"plain", text)
    boundary = _new_boundary()
    return b"".join((*head, _alternative(boundary), _parts(boundary, text, html)))


@dataclass(frozen=True)
class Frame:
    """What all messages of one campaign in one language have in common.

    `list_id` names the campaign to mail programs (RFC 2919: `campaign-12.example.com`), `feedback_id` to the reports of
    the big receivers, for example `c12:advertising:dangol`.
    """

    sender: Mailbox
    list_id: str
    feedback_id: str = ""
    reply_to: Mailbox | None = None
    more: Mapping[str, str] = field(default_factory=dict)
    _alike: bytes = field(init=False, repr=False)
    _boundary: bytes = field(init=False, repr=False)

    def __post_init__(self) -> None:
        boundary = _new_boundary()
        lines = [
            mailbox_header("From", self.sender),
            mailbox_header("Reply-To", self.reply_to) if self.reply_to else b"",
            token_header("List-Id", f"<{self.list_id}>"),
            token_header("Feedback-ID", self.feedback_id) if self.feedback_id else b"",
            *(text_header(name, value) for name, value in self.more.items()),
            b"Precedence: bulk\r\n",
            b"MIME-Version: 1.0\r\n",
            _alternative(boundary),
        ]
        object.__setattr__(self, "_alike", b"".join(lines))
        object.__setattr__(self, "_boundary", boundary)

    def fill(
        self,
        *,
        recipient: Mailbox,
        subject: str,
        text: str,
        html: str,
        message_id: str,
        sent_at: int,
        unsubscribe_url: str = "",
        unsubscribe_address: str = "",
    ) -> bytes:
        """Return the message for one recipient.

        Args:
            message_id: ours, without angle brackets, the same at each try.
            sent_at: seconds since 1970.
            unsubscribe_url: where a mail program posts the recipient's refusal (RFC 8058, one click).
            unsubscribe_address: where it may send a mail that says the same.

        Raises:
            CannotCompose: a value holds a line break, is no address, or cannot be encoded.
        """
        return b"".join(
            (
                mailbox_header("To", recipient),
                text_header("Subject", subject),
                date_header(sent_at),
                token_header("Message-ID", f"<{message_id}>"),
                _ways_out(unsubscribe_url, unsubscribe_address),
                self._alike,
                _parts(self._boundary, text, html),
            )
        )


@lru_cache(maxsize=64)
def date_header(seconds: int) -> bytes:
    """Return the line that says when, in UTC; `seconds` since 1970."""
    return f"Date: {format_datetime(datetime.fromtimestamp(seconds, UTC))}\r\n".encode()


def _ways_out(url: str, address: str) -> bytes:
    ways = [f"<{url}>"] if url else []
    if address:
        ways.append(f"<mailto:{envelope_address(address)}>")
    if not ways:
        return b""
    named = token_header("List-Unsubscribe", *ways, between=", ")
    return named + b"List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n" if url else named


def _new_boundary() -> bytes:
    """`=_` appears in neither quoted-printable nor base64 (RFC 2045 section 6.7)."""
    return b"=_" + secrets.token_hex(12).encode()


def _alternative(boundary: bytes) -> bytes:
    return b'Content-Type: multipart/alternative;\r\n boundary="' + boundary + b'"\r\n\r\n'


def _parts(boundary: bytes, text: str, html: str) -> bytes:
    """The line break before a boundary belongs to the boundary (RFC 2046 section 5.1.1), so each part gets one more."""
    line = b"--" + boundary
    return b"".join((line, _EOL, _part(b"plain", text), _EOL, line, _EOL, _part(b"html", html), _EOL, line, b"--\r\n"))


def _part(subtype: bytes, text: str) -> bytes:
    """Content-Type, encoding and body: quoted-printable for what is mostly ASCII, base64 for the rest."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines.endswith("\n"):
        lines += "\n"
    try:
        data = lines.replace("\n", "\r\n").encode()
    except UnicodeEncodeError:
        raise CannotCompose(_("The text of the message holds half a character.")) from None
    encoding, body = b"quoted-printable", b""
    if (len(data) - len(text)) * 6 < len(data):
        body = b2a_qp(data)
    if not body or max(map(len, body.split(_EOL))) > LINE:  # the library's lines have at times one character too many
        encoding, body = b"base64", encodebytes(data).replace(b"\n", _EOL)
    head = b"Content-Type: text/" + subtype + b"; charset=utf-8\r\nContent-Transfer-Encoding: "
    return head + encoding + b"\r\n\r\n" + body
