from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.platform.mail.permits import EMAIL, MessageClass, NoPermit, Permit, check_permit, seal_permit

HOUSE = Path(__file__).resolve().parents[3]
NOW = 1_795_000_000
ADDRESS = "kim@example.net"


def permit(message_class: MessageClass = MessageClass.ADVERTISING, now: int = NOW) -> Permit:
    return seal_permit(message_class=message_class, channel=EMAIL, address=ADDRESS, key="campaign:1:2", now=now)


def check(given_permit: Permit | None, message_class: MessageClass = MessageClass.ADVERTISING) -> None:
    check_permit(given_permit, message_class=message_class, address=ADDRESS, now=NOW)


@pytest.mark.parametrize("message_class", [MessageClass.SERVICE, MessageClass.ADVERTISING])
def test_a_message_to_a_customer_leaves_with_its_permit_and_not_without(message_class: MessageClass) -> None:
    check(permit(message_class), message_class)
    with pytest.raises(NoPermit, match="no permit"):
        check(None, message_class)


@pytest.mark.parametrize("message_class", [MessageClass.SYSTEM, MessageClass.TEST])
def test_a_message_to_staff_needs_none(message_class: MessageClass) -> None:
    check(None, message_class)


@pytest.mark.parametrize(
    "change",
    [
        {"message_class": MessageClass.SERVICE}, {"channel": "sms"}, {"address": "lee@example.net"}, {"key": "other"},
        {"issued_at": NOW + 1}, {"seal": b""}, {"seal": bytes(32)}, {"channel": "emai", "address": "l" + ADDRESS},
    ],
)  # fmt: skip
def test_a_changed_permit_is_none(change: dict[str, object]) -> None:
    with pytest.raises(NoPermit, match="not issued here"):
        check(replace(permit(), **change))  # type: ignore[arg-type]


@given(channel=st.text(), address=st.text(), key=st.text(), cut=st.integers(0, 20))
def test_no_other_way_to_cut_the_same_letters_gives_the_same_seal(
    channel: str, address: str, key: str, cut: int
) -> None:
    one = seal_permit(message_class=MessageClass.SERVICE, channel=channel, address=address, key=key, now=NOW)
    run = channel + address + key
    other = (run[:cut], run[cut : 2 * cut], run[2 * cut :])
    if other != (channel, address, key):
        moved = seal_permit(
            message_class=MessageClass.SERVICE, channel=other[0], address=other[1], key=other[2], now=NOW
        )
        assert moved.seal != one.seal


def test_a_permit_for_another_address_class_or_channel_is_refused() -> None:
    other = seal_permit(message_class=MessageClass.ADVERTISING, channel=EMAIL, address="lee@x.net", key="k", now=NOW)
    by_text = seal_permit(message_class=MessageClass.ADVERTISING, channel="sms", address=ADDRESS, key="k", now=NOW)
    for wrong in (other, permit(MessageClass.SERVICE), by_text):
        with pytest.raises(NoPermit, match="another message"):
            check(wrong)


def test_a_permit_lasts_ten_minutes() -> None:
    check(permit(now=NOW - 600))
    for then in (NOW - 601, NOW + 61):
        with pytest.raises(NoPermit, match="run out"):
            check(permit(now=then))


def test_another_installations_permit_is_none(settings: object) -> None:
    foreign = permit()
    settings.SECRET_KEY = "another"  # type: ignore[attr-defined]
    with pytest.raises(NoPermit):
        check(foreign)


def test_only_the_gate_seals_permits() -> None:
    allowed = (HOUSE / "core/consent/gate", HOUSE / "platform/mail/permits.py")
    found = []
    for path in HOUSE.rglob("*.py"):
        if "tests" in path.parts or any(path.is_relative_to(one) for one in allowed):
            continue
        if re.search(r"\b(seal_permit|_sealing_key|_seal)\b", path.read_text()):
            found.append(str(path.relative_to(HOUSE)))
    assert found == []
