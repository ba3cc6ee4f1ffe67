"""The question, the facts it is judged by, and the answer. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from dangol.core.consent.gate.rules.addresses import is_good_address
from dangol.core.consent.gate.rules.nights import BUILT_IN, HOME_ZONE, held_until
from dangol.core.consent.law.rules.book import Book, Bound, months_before, years_before

SERVICE, ADVERTISING = "service", "advertising"
CLASSES = (SERVICE, ADVERTISING)
CHANNELS = ("email", "sms", "kakao", "phone", "post")

GONE, NO_ADDRESS, BAD_ADDRESS, SUPPRESSED = "gone", "no_address", "bad_address", "suppressed"
NO_CONSENT, REFUSED, WITHDRAWN, CAPPED, NIGHT = "no_consent", "refused", "withdrawn", "capped", "night"
MINOR, UNCONFIRMED, RESTRICTED = "minor", "unconfirmed", "restricted"
PAUSED, WISHED, UNCERTIFIED, FORGOTTEN = "paused", "wished", "uncertified", "forgotten"
BEFORE_RULES = (
    GONE, NO_ADDRESS, BAD_ADDRESS, SUPPRESSED, RESTRICTED, MINOR, FORGOTTEN, NO_CONSENT, REFUSED, WITHDRAWN,
    UNCONFIRMED, PAUSED,
)  # fmt: skip
AFTER_RULES = (WISHED, CAPPED, UNCERTIFIED, NIGHT)
WISHED_DAYS = 30
"""Within how many days a person's own wish for fewer messages counts."""
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
    never asked. `recent` counts advertising let through within the cap's days. `said_at`: when the state was said, or
    told again since. `has_guardian`: a guardian agreed. `dealt_at`: the end of the last transaction of the kind of
    goods that the purpose is about, where the contact was collected directly. `has_refused_elsewhere`: said no to
    another purpose on this channel. `forgotten_at`: when the owner of the address was erased. `is_restricted`,
    `paused_until` and `wished` (messages in `WISHED_DAYS`; `lately` went) are the person's own wishes.
    """

    is_there: bool = True
    address: str = ""
    country: str = ""
    is_suppressed: bool = False
    state: str = ""
    night_state: str = ""
    recent: int = 0
    said_at: datetime | None = None
    born_on: date | None = None
    has_guardian: bool = False
    dealt_at: datetime | None = None
    has_refused_elsewhere: bool = False
    forgotten_at: datetime | None = None
    is_restricted: bool = False
    paused_until: date | None = None
    wished: int | None = None
    lately: int = 0


SEND = Answer("send")


def answer_for(code: str, until: datetime | None = None) -> Answer:
    """The answer that belongs to a reason ("" sends; only the night holds)."""
    if not code:
        return SEND
    return Answer("hold", code, until) if code == NIGHT else Answer("refuse", code)


@dataclass(frozen=True)
class Standing:
    """What of the law stands when the gate is asked: the book, and whether bulk texts have a certified sender."""

    book: Book = BUILT_IN
    is_certified: bool = True


BY_DEFAULT = Standing()


def decide(
    asked: Asked, facts: Facts, house: HouseRules, left_out: Callable[[], str], standing: Standing = BY_DEFAULT
) -> Answer:
    """Answer for one person: the first reason that applies. `left_out` gives the code of a registered rule, or ""."""
    bound = standing.book.bound(asked.channel, facts.country)
    code = _unreachable(asked, facts) or (asked.is_advertising and _without_leave(asked, facts, bound)) or left_out()
    if code or not asked.is_advertising:
        return answer_for(code)
    if facts.wished is not None and facts.lately >= facts.wished:
        return answer_for(WISHED)
    if house.cap_messages and facts.recent >= house.cap_messages and CAPPED not in asked.overrides:
        return answer_for(CAPPED)
    if bound.needs_certified_sender and not standing.is_certified:
        return answer_for(UNCERTIFIED)
    until = None if facts.night_state == "given" else held_until(asked.channel, facts.country, asked.at, standing.book)
    return answer_for(NIGHT, until) if until else SEND


def home_day(at: datetime) -> date:
    """The day by which ages and pauses are reckoned."""
    return at.astimezone(ZoneInfo(HOME_ZONE)).date()


def born_before(asked: Asked, bound: Bound) -> date | None:
    """Who was born later than this day needs a guardian; None where nobody does."""
    return years_before(home_day(asked.at), bound.guardian_age) if bound.guardian_age else None


def said_since(asked: Asked, bound: Bound) -> datetime | None:
    """Consent that was neither given nor told again since then does not hold; None where it holds for good."""
    return months_before(asked.at, bound.reconfirm_months) if bound.reconfirm_months else None


def dealt_since(asked: Asked, bound: Bound) -> datetime | None:
    """A transaction that ended before it lets nothing pass any more; None where it never does."""
    if bound.transaction_months is None:
        return EVER
    return months_before(asked.at, bound.transaction_months) if bound.transaction_months else None


EVER = datetime.fromisoformat("1900-01-01T00:00:00+00:00")


def _unreachable(asked: Asked, facts: Facts) -> str:
    if not facts.is_there:
        return GONE
    if not facts.address:
        return NO_ADDRESS
    if not is_good_address(asked.channel, facts.address):
        return BAD_ADDRESS
    return SUPPRESSED if facts.is_suppressed else ""


def _without_leave(asked: Asked, facts: Facts, bound: Bound) -> str:
    if facts.is_restricted:
        return RESTRICTED
    youngest = born_before(asked, bound)
    if youngest and facts.born_on and facts.born_on > youngest and not facts.has_guardian:
        return MINOR
    if facts.forgotten_at and not (facts.state == "given" and facts.said_at and facts.said_at > facts.forgotten_at):
        return FORGOTTEN
    if not facts.state and bound.needs_consent and not _has_dealt(asked, facts, bound):
        return NO_CONSENT
    if facts.state and facts.state != "given":
        return facts.state
    since = said_since(asked, bound)
    if facts.state and since and facts.said_at and facts.said_at < since:
        return UNCONFIRMED
    return PAUSED if facts.paused_until and facts.paused_until > home_day(asked.at) else ""


def _has_dealt(asked: Asked, facts: Facts, bound: Bound) -> bool:
    since = dealt_since(asked, bound)
    return (
        since is not None and facts.dealt_at is not None and facts.dealt_at > since and not facts.has_refused_elsewhere
    )
