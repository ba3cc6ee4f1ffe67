"""What the customers allowed: most said yes to offers when they signed up, some no, some later changed their mind."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from dangol.config.demo.generator.chance import stream
from dangol.config.demo.generator.orders import SEOUL

OFFERS, NEWS = "offers", "news"
_NEVER_ASKED, _REFUSED = 0.10, 0.17  # of those with an address: never asked, then those who said no
_WITHDREW = 0.05
_WISH = {(OFFERS, "email"): 0.0, (NEWS, "email"): 0.08, (OFFERS, "sms"): 0.32, (OFFERS, "kakao"): 0.25}


class ConsentRow(NamedTuple):
    """One line of the ledger; `person` a place in the customers."""

    person: int
    purpose: str
    channel: str
    state: str
    at: datetime
    method: str
    evidence: dict[str, str]


class Consents:
    """The ledger of the invented company."""

    def __init__(self, rows: list[ConsentRow]) -> None:
        self.rows = rows
        self._mail: dict[tuple[int, str], list[ConsentRow]] = {}
        for row in rows:
            if row.channel == "email":
                self._mail.setdefault((row.person, row.purpose), []).append(row)

    def state(self, person: int, purpose: str, at: datetime) -> str:
        """What a customer had said about mail for `purpose` at a moment; empty when nothing."""
        said = [row for row in self._mail.get((person, purpose), ()) if row.at <= at]
        return said[-1].state if said else ""

    def add(self, row: ConsentRow) -> None:
        """Write down what was said later than all before."""
        self.rows.append(row)
        if row.channel == "email":
            self._mail.setdefault((row.person, row.purpose), []).append(row)


def sign_up(addresses: list[tuple[str, str]], since: list[datetime], today: date, seed: int) -> Consents:
    """The ledger as it grew from the first visit on; `addresses` are e-mail and phone, `since` when each became known.

    Whoever was known longer than two years was asked two years ago, as the law wants it confirmed again.
    """
    chance = stream(seed, "consents")
    opening = datetime(today.year, today.month, today.day, 11, tzinfo=SEOUL) - timedelta(days=725)
    rows: list[ConsentRow] = []
    for place, ((email, phone), known_at) in enumerate(zip(addresses, since, strict=True)):
        draws = iter(chance.random(3 * len(_WISH)).tolist())
        for (purpose, channel), less in _WISH.items():
            u, later, when = next(draws), next(draws), next(draws)
            has_address = bool(email if channel == "email" else phone)
            if not has_address or u < _NEVER_ASKED:
                continue
            at = max(known_at, opening + timedelta(minutes=place % 600))
            given = u >= _REFUSED + less
            form = {"form": "sign-up"}
            rows.append(ConsentRow(place, purpose, channel, "given" if given else "refused", at, "form", form))
            left = (datetime(today.year, today.month, today.day, tzinfo=SEOUL) - at) * when
            if given and later < _WITHDREW and left > timedelta(days=3):
                rows.append(ConsentRow(place, purpose, channel, "withdrawn", at + left, "preferences", {}))
    rows.sort(key=lambda row: row.at)
    return Consents(rows)
