"""What a mail that came back says: who it was for, whether the address is dead, or that someone complained. Pure.

Read in this order: a report of a complaint (RFC 5965), a report of delivery (RFC 3464), what the machine's own wording
tells (by `flufl.bounce`, for servers that send no reports), and at last statuses in its first lines. Automatic answers
(RFC 3834) are told apart, since they come back too.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message
from typing import Literal

Kind = Literal["hard", "soft", "delayed", "complaint", "automatic", "delivered", "unknown"]
MOST_BYTES = 10 * 1024 * 1024
MOST_PARTS = 60
MOST_SAID = 300

_STATUS = re.compile(r"\b([245])\.(\d{1,3})\.(\d{1,3})\b")
_CODE = re.compile(r"(?:^|[^\d.])([45]\d\d)[ -](?!\d)")
_DEAD = re.compile(
    r"user unknown|unknown (user|recipient|mailbox)|no such (user|recipient|mailbox|address|person)|does ?n[o']t exist"
    r"|not exist|invalid (recipient|mailbox|address|user)|(recipient|user|address|mailbox) (was )?not found"
    r"|mailbox unavailable|unrouteable address|account (has been |is )?(disabled|closed|deleted|inactive)"
    r"|host or domain name not found|domain not found|no mx|(recipient|address) rejected: .*(unknown|access denied)?$"
    r"|존재하지 ?않|없는 (사용자|계정|메일|주소)|수신자를 찾을 수|휴면|탈퇴",
    re.IGNORECASE,
)
_NOT_DEAD = re.compile(
    r"quota|mailbox (is )?full|over ?quota|storage|too (large|big)|spam|blocked|block ?list|polic|reputation|greylist"
    r"|rate limit|too many|temporar|try again|timed? ?out|timeout|용량|초과|스팸|차단|일시",
    re.IGNORECASE,
)
_AWAY = re.compile(
    r"out of (the )?office|automatic reply|auto(matic)?[- ]?(reply|response)|부재|자동 ?(응답|회신)", re.I
)
_RETURNED_BELOW = re.compile(r"(?im)^-+ *(this is a copy|original message|원본 메[시세]지|below this line)")
_MACHINE = re.compile(r"mailer-daemon|postmaster|mail ?delivery|no-?reply|mailadm|returned-mail")
_SENDER_FAULT = {(1, 7), (1, 8), (1, 9)}
"""The sender's own address is at fault (RFC 3463 section 3.2, RFC 7505 section 3)."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What a mail that came back says. `status` after RFC 3463, `said` the server's own words, `address` whose."""

    kind: Kind
    status: str = ""
    said: str = ""
    address: str = ""

    @property
    def is_final(self) -> bool:
        """Whether nothing should be sent there any more."""
        return self.kind in ("hard", "complaint")


def parse(raw: bytes) -> Message:
    """The mail as the standard library reads it, which never refuses."""
    return message_from_bytes(raw)


def read_returned(mail: Message) -> Returned:
    """What `mail` says."""
    kind, found = _report_of(mail), Returned("unknown")
    if kind == "feedback-report" or _has_part(mail, "message/feedback-report"):
        found = _complaint(mail)
    elif _has_part(mail, "message/delivery-status"):
        found = _delivery(mail)
    elif is_automatic(mail):
        return Returned("automatic")
    if found.kind == "unknown":
        found = _by_wording(mail)
    if found.kind == "unknown" and _is_from_machine(mail):
        found = _by_text(mail)
    return found


def is_automatic(mail: Message) -> bool:
    """Whether a machine answered for a person who is away, rather than a server that could not deliver."""
    said = str(mail.get("Auto-Submitted", "no")).partition(";")[0].strip().lower()
    if said == "auto-replied":
        return not _is_from_machine(mail)
    if any(mail.get(name) for name in ("X-Autoreply", "X-Autorespond", "X-Autoresponder")):
        return True
    if str(mail.get("Precedence", "")).strip().lower() == "auto_reply":
        return True
    return bool(_AWAY.search(_subject(mail)))


def words_of(mail: Message) -> Iterator[str]:
    """Every text of the mail in which a token of ours may stand: heads of all parts, and what is plain text."""
    for part in _parts(mail):
        yield from (str(value) for value in part.values())
        if part.get_content_type() in ("text/plain", "text/rfc822-headers", "message/delivery-status"):
            yield _text(part)


def _report_of(mail: Message) -> str:
    return str(mail.get_param("report-type") or "").lower()


def _parts(mail: Message) -> Iterator[Message]:
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            return
        yield part


def _has_part(mail: Message, content_type: str) -> bool:
    return any(part.get_content_type() == content_type for part in _parts(mail))


def _complaint(mail: Message) -> Returned:
    for part in _parts(mail):
        if part.get_content_type() != "message/feedback-report":
            continue
        fields = _fields(part)
        kind = fields.get("feedback-type", "abuse").lower()
        address = fields.get("original-rcpt-to", "").strip("<> ")
        if kind in ("abuse", "fraud", "other", "opt-out", "virus"):
            return Returned("complaint", "", kind, address)
        return Returned("automatic", "", kind, address)
    return Returned("complaint")


def _fields(part: Message) -> dict[str, str]:
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        return {name.lower(): str(value) for name, value in inner[0].items()}
    read = message_from_bytes(_text(part).strip().encode("utf-8", "replace"))
    return {name.lower(): str(value) for name, value in read.items()}


def _delivery(mail: Message) -> Returned:
    """The first recipient that failed; else the gentlest thing that is said of any."""
    found = [one for block in _blocks(mail) if (one := _of_block(block))]
    for kind in ("hard", "soft", "delayed", "delivered"):
        for one in found:
            if one.kind == kind:
                return one
    return Returned("unknown")


def _blocks(mail: Message) -> Iterator[dict[str, str]]:
    for part in _parts(mail):
        if part.get_content_type() != "message/delivery-status":
            continue
        inner = part.get_payload()
        if isinstance(inner, list):
            yield from ({n.lower(): str(v) for n, v in b.items()} for b in inner if isinstance(b, Message))
        else:
            for block in re.split(r"\n\s*\n", _text(part).replace("\r\n", "\n")):
                yield {n.lower(): str(v) for n, v in message_from_bytes(block.strip().encode()).items()}


def _of_block(fields: dict[str, str]) -> Returned | None:
    action = fields.get("action", "").split("(")[0].strip().lower()
    if not action and "status" not in fields:
        return None
    said = " ".join(fields.get("diagnostic-code", "").partition(";")[2].split() or
                    fields.get("diagnostic-code", "").split())  # fmt: skip
    address = fields.get("final-recipient", fields.get("original-recipient", "")).partition(";")[2].strip().strip("<>")
    status = _most_telling(fields.get("status", ""), said)
    if action == "delayed":
        return Returned("delayed", status, said[:MOST_SAID], address)
    if action in ("delivered", "relayed", "expanded"):
        return Returned("delivered", status, said[:MOST_SAID], address)
    return Returned(kind_of(status, said), status, said[:MOST_SAID], address)


def _most_telling(status: str, said: str) -> str:
    """The status field, unless it says nothing (X.0.0) and the words of the server say more."""
    own, told = _STATUS.search(status), _STATUS.search(said)
    if own and (own[2], own[3]) != ("0", "0"):
        return own[0]
    return told[0] if told else own[0] if own else ""


def kind_of(status: str, said: str) -> Literal["hard", "soft"]:
    """Whether a failure means that the address is dead (RFC 3463); in doubt it is taken to be alive."""
    found = _STATUS.match(status)
    if found and found[1] == "4":
        return "soft"
    is_said_dead = bool(_DEAD.search(said)) and not _NOT_DEAD.search(said)
    if not found:
        code = _CODE.search(said)
        return "hard" if is_said_dead and not (code and code[1].startswith("4")) else "soft"
    subject, detail = int(found[2]), int(found[3])
    if subject == 1:
        return "soft" if (subject, detail) in _SENDER_FAULT else "hard"
    if (subject, detail) in ((2, 1), (4, 4)):
        return "soft" if _NOT_DEAD.search(said) else "hard"
    if (subject, detail) == (2, 2):
        return "soft"
    return "hard" if is_said_dead else "soft"


def _by_wording(mail: Message) -> Returned:
    from flufl.bounce import all_failures

    logging.getLogger("flufl.bounce").setLevel(logging.CRITICAL)  # it writes down each detector that stumbles
    try:
        temporary, permanent = all_failures(mail)
    except Exception:  # a detector that stumbles over odd mail must not keep the others from theirs
        return Returned("unknown")
    for addresses, is_permanent in ((permanent, True), (temporary, False)):
        for address in sorted(addresses):
            said = _first_lines(mail)
            status = _most_telling("", said)
            kind = (
                kind_of(status, said) if status else "hard" if is_permanent and not _NOT_DEAD.search(said) else "soft"
            )
            return Returned(kind, status, _line_of(said, status), address.decode("utf-8", "replace"))
    return Returned("unknown")


def _by_text(mail: Message) -> Returned:
    said = _first_lines(mail)
    status, code = _most_telling("", said), _CODE.search(said)
    if not status and not code and not _DEAD.search(said):
        return Returned("unknown")
    return Returned(kind_of(status, said), status, _line_of(said, status or (code[1] if code else "")))


def _is_from_machine(mail: Message) -> bool:
    sender = str(mail.get("From", "")).lower()
    is_daemon = re.search(
        r"mailer-daemon|postmaster|mail delivery|maildelivery|no-?reply|mailadm|returned-mail", sender
    )
    return bool(is_daemon) or str(mail.get("Return-Path", "x")).strip() in ("<>", "")


def _first_lines(mail: Message, most: int = 6000) -> str:
    """What the server itself wrote, before the mail that it returns."""
    for part in _parts(mail):
        if part.get_content_maintype() == "text" and part.get_content_type() != "text/rfc822-headers":
            text = _text(part)
            if part.get_content_subtype() == "html":
                text = re.sub(r"<[^>]+>", " ", text)
            if text.strip():
                return re.split(r"(?im)^-+ *(this is a copy|original message|원본 메[시세]지|below this line)", text)[
                    0
                ][:most]
    return ""


def _line_of(text: str, wanted: str) -> str:
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    chosen: Iterable[str] = (line for line in lines if wanted and wanted in line)
    return next(iter(chosen), next((line for line in lines if _DEAD.search(line)), ""))[:MOST_SAID]


def _text(part: Message) -> str:
    inner = part.get_payload(decode=True)
    if not isinstance(inner, bytes):
        return "\n".join(str(one) for one in part.get_payload() or []) if part.is_multipart() else str(inner or "")
    charset = str(part.get_content_charset() or "utf-8")
    try:
        return inner.decode(charset, "replace")
    except (LookupError, ValueError):
        return inner.decode("utf-8", "replace")


def _subject(mail: Message) -> str:
    try:
        return str(make_header(decode_header(str(mail.get("Subject", "")))))
    except (ValueError, LookupError, MessageError):
        return str(mail.get("Subject", ""))
