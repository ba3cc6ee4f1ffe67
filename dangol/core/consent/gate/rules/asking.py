"""The question, the facts it is judged by, and the answer. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from dangol.core.consent.gate.rules.addresses import is_good_address
from dangol.core.consent.gate.rules.nights import held_until

SERVICE, ADVERTISING = "service", "advertising"
CLASSES = (SERVICE, ADVERTISING)
CHANNELS = ("email", "sms", "kakao", "phone", "post")

GONE, NO_ADDRESS, BAD_ADDRESS, SUPPRESSED = "gone", "no_address", "bad_address", "suppressed"
NO_CONSENT, REFUSED, WITHDRAWN, CAPPED, NIGHT = "no_consent", "refused", "withdrawn", "capped", "night"
BEFORE_RULES = (GONE, NO_ADDRESS, BAD_ADDRESS, SUPPRESSED, NO_CONSENT, REFUSED, WITHDRAWN)
AFTER_RULES = (CAPPED, NIGHT)
ASKED_OF_SERVICE = (GONE, NO_ADDRESS, BAD_ADDRESS, SUPPRESSED)

Verdict = Literal["send", "hold", "refuse"]


@dataclass(frozen=True)
class Asked:
    """What is asked about every person of a set: may a message of this kind go to them at this moment?

    Args:
        channel: one of `CHANNELS`.
        message_class: `service` or `advertising`.
        purpose_id: what the advertising is for; service messages have none.
        at: the moment of sending, with its zone.
        overrides: names of the house's own rules that are set aside (`bottom_tier`, `capped`, ...). The law's cannot
            be.

    Raises:
        ValueError: unknown channel or class, advertising without a purpose, a moment without a zone.
    """

    channel: str
    message_class: str
    purpose_id: int | None
    at: datetime
    overrides: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if self.channel not in CHANNELS:
            raise ValueError(f"There is no channel {self.channel}.")
        if self.message_class not in CLASSES:
            raise ValueError(f"Messages of the class {self.message_class} do not come to the gate.")
        if self.message_class == ADVERTISING and self.purpose_id is None:
            raise ValueError("Advertising needs a purpose: people consent to each on its own.")
        if self.at.utcoffset() is None:
            raise ValueError("The moment of sending needs its time zone.")

    @property
    def is_advertising(self) -> bool:
        """Whether the whole gate is asked."""
        return self.message_class == ADVERTISING


@dataclass(frozen=True)
class Answer:
    """The gate's answer for one person: `reason` is a code ("" when `send`), `until` the end of a `hold`."""

    verdict: Verdict
    reason: str = ""
    until: datetime | None = None


@dataclass(frozen=True)
class HouseRules:
    """What the house asks beyond the law: at most `cap_messages` in `cap_days` (0: no cap), nothing to the bottom."""

    cap_messages: int = 4
    cap_days: int = 30
    is_bottom_left_out: bool = True

    def window_begins(self, at: datetime) -> datetime:
        """The moment after which advertising counts for the cap at `at`."""
        return at - timedelta(days=self.cap_days)


@dataclass(frozen=True)
class Facts:
    """What is known of one person when the gate is asked.

    `is_there`: neither missing nor in the trash. `state` and `night_state` are given, refused, withdrawn, or "" when
    never asked. `recent` counts advertising let through within the cap's days.
    """

    is_there: bool = True
    address: str = ""
    country: str = ""
    is_suppressed: bool = False
    state: str = ""
    night_state: str = ""
    recent: int = 0


SEND = Answer("send")


def answer_for(code: str, until: datetime | None = None) -> Answer:
    """The answer that belongs to a reason ("" sends; only the night holds)."""
    if not code:
        return SEND
    return Answer("hold", code, until) if code == NIGHT else Answer("refuse", code)


def decide(asked: Asked, facts: Facts, house: HouseRules, left_out: Callable[[], str]) -> Answer:
    """Answer for one person: the first reason that applies. `left_out` gives the code of a registered rule, or ""."""
    code = _unreachable(asked, facts) or (asked.is_advertising and _without_consent(facts)) or left_out()
    if code or not asked.is_advertising:
        return answer_for(code)
    if house.cap_messages and facts.recent >= house.cap_messages and CAPPED not in asked.overrides:
        return answer_for(CAPPED)
    until = None if facts.night_state == "given" else held_until(asked.channel, facts.country, asked.at)
    return answer_for(NIGHT, until) if until else SEND


def _unreachable(asked: Asked, facts: Facts) -> str:
    if not facts.is_there:
        return GONE
    if not facts.address:
        return NO_ADDRESS
    if not is_good_address(asked.channel, facts.address):
        return BAD_ADDRESS
    return SUPPRESSED if facts.is_suppressed else ""


def _without_consent(facts: Facts) -> str:
    if facts.state == "given":
        return ""
    return facts.state or NO_CONSENT
