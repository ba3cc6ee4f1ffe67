from __future__ import annotations

import re
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.utils import parseaddr
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dangol.platform.mail.headers import CannotCompose, Mailbox, envelope_address
from dangol.platform.mail.mime import Frame, compose, new_message_id

NOON = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
SHOP = Mailbox("단골 상점", "shop@example.com")
BORN_BAD = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
ODD_WORDS = ["(광고)", "안녕하세요", "🎁👩👧", '"quoted"', "=?utf-8?b?x?=", "a,b;c<d>@", "x" * 70, "Kim", "\\"]
ODD_BODIES = [".", "..", "안녕하세요 고객님", "\r\n", "\n", " ", "\t", "=3D", "--=_x", "<p>" + "long " * 60]
BREAKS = ["\r\nBcc: all@example.com", "\nBcc: x", "\rBcc: x", "a\0b", "\x85Bcc: x", "a\u2028b", "\ud800"]
NO_ADDRESSES = ["", "kim", "kim@", "@b.c", "a b@c.d", "a@b@c.d", "<a@b.c>", "a@b.c>", ".a@b.c", "a..b@b.c"]
words = st.one_of(
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=200),
    st.lists(st.sampled_from(ODD_WORDS)).map(" ".join),
)  # fmt: skip
bodies = st.one_of(
    st.text(st.characters(exclude_categories=("Cs",)), max_size=500),
    st.lists(st.sampled_from(ODD_BODIES)).map("".join),
)  # fmt: skip


def parsed(raw: bytes) -> EmailMessage:
    """Read as strictly as the standard library can; any defect of the message or of a line of its head raises."""
    message: Any = message_from_bytes(raw, policy=policy.strict + policy.SMTP)
    for part in message.walk():
        assert part.defects == []
        for name, value in part.items():
            assert value.defects == (), (name, value)
    return message


def check_lines(raw: bytes) -> None:
    assert re.search(rb"(?<!\r)\n|\r(?!\n)|\0", raw) is None
    lines = raw.split(b"\r\n")
    assert max(map(len, lines)) <= 998
    head = raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n")
    assert [line for line in head if not line.strip()] == []
    assert [line for line in head if len(line) > 78 and b" " in line.split(b": ", 1)[-1].strip()] == []
    assert max(map(len, raw.split(b"\r\n\r\n", 1)[1].split(b"\r\n"))) <= 76


def display_name(raw: bytes, header: str) -> str:
    """As RFC 2047 section 6.2 reads it; the standard library's newer reader keeps the space between encoded words."""
    found = re.search(rb"^" + header.encode() + rb": (.*(?:\r\n .*)*)\r$", raw, re.MULTILINE)
    assert found is not None
    name, _address = parseaddr(found[1].decode().replace("\r\n", ""))
    return str(make_header(decode_header(name)))


def text_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body((kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def as_sent(text: str) -> str:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return lines if lines.endswith("\n") else lines + "\n"


def fill(frame: Frame | None = None, **values: Any) -> bytes:
    frame = frame or Frame(
        SHOP,
        "campaign-12.example.com",
        "c12:advertising:dangol",
        reply_to=Mailbox("", "help@example.com"),
        more={"X-Dangol-Campaign": "12"},
    )
    return frame.fill(
        **{
            "recipient": Mailbox("김단골", "kim@example.net"), "subject": "(광고) 가을 세일",
            "text": "안녕하세요", "html": "<p>안녕하세요</p>",
            "message_id": "m1@example.com", "sent_at": int(NOON.timestamp()),
            "unsubscribe_url": "https://shop.example.com/u/abc", "unsubscribe_address": "u-abc@example.com", **values,
        }
    )  # fmt: skip


@given(subject=words, name=words, text=bodies, html=bodies)
@example(subject="x" * 300, name="Kim, Dangol", text=".", html=".\r\n..\r\n")
@example(subject="a  b", name='A "B" \\ C', text="no end", html="ends in space ")
@example(subject="", name="", text="", html="0" * 74 + " \n0")
@example(subject=" around ", name="o'neil_=?", text="", html="")
def test_a_filled_frame_reads_back_as_it_was_written(subject: str, name: str, text: str, html: str) -> None:
    raw = fill(recipient=Mailbox(name, "kim@example.net"), subject=subject, text=text, html=html)
    check_lines(raw)
    message = parsed(raw)
    assert message["Subject"] == subject
    assert message["To"].addresses[0].addr_spec == "kim@example.net"
    assert display_name(raw, "To") == " ".join(name.split())
    assert text_of(message, "plain") == as_sent(text)
    assert text_of(message, "html") == as_sent(html)


@given(subject=words, name=words, text=bodies, html=bodies)
def test_a_composed_letter_reads_back_as_it_was_written(subject: str, name: str, text: str, html: str) -> None:
    raw = compose(
        sender=Mailbox(name, "shop@example.com"), recipient=Mailbox("", "kim@example.net"), subject=subject,
        text=text, html=html, message_id="m2@example.com", sent_at=NOON,
    )  # fmt: skip
    check_lines(raw)
    message = parsed(raw)
    assert message["Subject"] == subject
    assert display_name(raw, "From") == " ".join(name.split())
    assert text_of(message, "plain") == as_sent(text)
    if html:
        assert text_of(message, "html") == as_sent(html)


@given(
    place=st.sampled_from(["subject", "name", "address", "message_id", "unsubscribe_url", "unsubscribe_address"]),
    evil=st.sampled_from(BREAKS),
)  # fmt: skip
def test_no_value_begins_a_line_of_its_own(place: str, evil: str) -> None:
    values: dict[str, Any] = {
        "name": {"recipient": Mailbox("Kim" + evil, "kim@example.net")},
        "address": {"recipient": Mailbox("Kim", "kim@example.net" + evil)},
    }.get(place, {place: "a@example.com" + evil})
    with pytest.raises(CannotCompose):
        fill(**values)


@pytest.mark.parametrize(
    "part",
    [
        {"list_id": "a\r\nb.c"},
        {"feedback_id": "a\nb"},
        {"more": {"X-A": "b\nc"}},
        {"sender": Mailbox("\n", "a@b.c")},
    ],
)
def test_a_frame_refuses_line_breaks_as_well(part: dict[str, Any]) -> None:
    with pytest.raises(CannotCompose):
        Frame(**{"sender": SHOP, "list_id": "c.example.com", **part})


@pytest.mark.parametrize(
    "address", [*NO_ADDRESSES, "a" * 65 + "@b.c", "a@" + "b" * 260]
)  # fmt: skip
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(CannotCompose):
        envelope_address(address)


def test_a_domain_goes_out_in_ascii_and_a_local_part_as_it_is() -> None:
    assert envelope_address("kim@한국.kr") == "kim@xn--3e0b707e.kr"
    assert envelope_address("김@example.kr") == "김@example.kr"


def test_a_bulk_message_says_how_to_refuse_more_and_what_it_is() -> None:
    message = parsed(fill())
    assert message["List-Unsubscribe"] == "<https://shop.example.com/u/abc>, <mailto:u-abc@example.com>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Id"] == "<campaign-12.example.com>"
    assert message["Feedback-ID"] == "c12:advertising:dangol"
    assert message["Precedence"] == "bulk"
    assert message["Reply-To"] == "help@example.com"
    assert message["Message-ID"] == "<m1@example.com>"
    assert message["Date"].datetime == NOON
    assert message["From"].addresses[0].display_name == "단골 상점"
    assert message["X-Dangol-Campaign"] == "12"
    assert message.get_content_type() == "multipart/alternative"


def test_without_an_address_to_refuse_at_nothing_is_promised() -> None:
    message = parsed(fill(unsubscribe_url="", unsubscribe_address=""))
    assert message["List-Unsubscribe"] is None
    assert message["List-Unsubscribe-Post"] is None


def test_the_same_values_give_the_same_bytes() -> None:
    frame = Frame(SHOP, "c.example.com")
    assert fill(frame) == fill(frame)


def test_an_answer_names_the_letter_that_it_answers() -> None:
    chain = [f"r{n}@example.net" for n in range(30)]
    raw = compose(
        sender=SHOP, recipient=Mailbox("Kim", "kim@example.net"), subject="Re: hello", text="hi",
        message_id="m3@example.com",
        sent_at=NOON, reply_to="desk@example.com", in_reply_to="r29@example.net", references=chain, is_automatic=True,
        more={"X-Note": "봉투"},
    )  # fmt: skip
    check_lines(raw)
    message = parsed(raw)
    assert message["In-Reply-To"] == "<r29@example.net>"
    assert message["References"].split() == [f"<{r}>" for r in (chain[0], *chain[-19:])]
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["X-Note"] == "봉투"
    assert message.get_content_type() == "text/plain"


def test_message_ids_differ() -> None:
    assert new_message_id("example.com") != new_message_id("example.com")
