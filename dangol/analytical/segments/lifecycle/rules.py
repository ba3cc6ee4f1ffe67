"""Which stage follows from which purchases. Pure.

A customer is judged by her own rhythm. While somebody is a customer, orders come as by a Poisson process of her own
rate (Schmittlein, Morrison & Colombo, Counting Your Customers, Management Science 33(1), 1987), so a wait of k average
gaps happens by chance with probability exp(-k): two gaps once in seven waits, four once in fifty-five. The first is
called lapsing (partial defection: Buckinx & Van den Poel, European Journal of Operational Research 164(1), 2005), the
second lost. Who comes back after that was won back, and is watched apart for a while, since customers who were regained
behave otherwise than those who stayed (Stauss & Friege, Journal of Service Research 1(4), 1999; Thomas, Blattberg &
Fox, Journal of Marketing Research 41(1), 2004).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

STAGES = ("stranger", "lead", "first_time", "repeat", "loyal", "lapsing", "lost", "won_back")
FALLBACK_GAP_DAYS = 60
"""The usual gap of a shop in which nobody has bought twice yet."""

SOURCES = (
    ("lapsing", "Schmittlein, Morrison & Colombo (1987), Counting Your Customers: Who Are They and What Will They Do"
     " Next? Management Science 33(1), 1-24."),
    ("lapsing", "Buckinx & Van den Poel (2005), Customer Base Analysis: Partial Defection of Behaviourally Loyal"
     " Clients in a Non-Contractual FMCG Retail Setting. European Journal of Operational Research 164(1), 252-268."),
    ("lost", "Reinartz & Kumar (2000), On the Profitability of Long-Life Customers in a Noncontractual Setting."
     " Journal of Marketing 64(4), 17-35."),
    ("won_back", "Stauss & Friege (1999), Regaining Service Customers: Costs and Benefits of Regain Management."
     " Journal of Service Research 1(4), 347-361."),
    ("won_back", "Thomas, Blattberg & Fox (2004), Recapturing Lost Customers. Journal of Marketing Research 41(1),"
     " 31-45."),
)  # fmt: skip


@dataclass(frozen=True)
class Limits:
    """Where stages begin and end. Purchases are days with a purchase; factors are multiples of the average gap.

    `usual_gap_days` stands for the own gap of those who bought once; None: the shop's own median, as measured.
    """

    loyal_from: int = 5
    won_back_for: int = 2
    lapsing_factor: Decimal = Decimal("2.00")
    lost_factor: Decimal = Decimal("4.00")
    lapsing_least_days: int = 30
    lost_least_days: int = 90
    usual_gap_days: int | None = None

    def waits(self, span: int, gaps: int) -> tuple[int, int]:
        """After how many days without a purchase somebody is lapsing, and lost, whose `gaps` took `span` days."""
        lapsing = max(self.lapsing_least_days, _times(self.lapsing_factor, span, gaps))
        return lapsing, max(self.lost_least_days, _times(self.lost_factor, span, gaps), lapsing + 1)


def hundredths(factor: Decimal) -> int:
    """A factor in whole hundredths: with them, days are counted exactly everywhere."""
    return int(factor * 100)


def _times(factor: Decimal, span: int, gaps: int) -> int:
    """`factor` average gaps in days, a part of a day counted as a whole one."""
    return -(-hundredths(factor) * span // (100 * gaps))


@dataclass(frozen=True)
class Move:
    """That somebody came to `stage` on a day."""

    on: date
    stage: str


@dataclass(frozen=True)
class Standing:
    """Where somebody stands and how they came there, oldest move first.

    `lapses_on` and `lost_on` are the days from which on they count so without another purchase.
    """

    moves: tuple[Move, ...]
    purchases: int = 0
    last_on: date | None = None
    average_gap_days: Decimal | None = None
    lapses_on: date | None = None
    lost_on: date | None = None

    @property
    def stage(self) -> str:
        """Where they stand now."""
        return self.moves[-1].stage

    @property
    def since(self) -> date:
        """Since when."""
        return self.moves[-1].on

    @property
    def before(self) -> str | None:
        """Where they stood before; None where they stood nowhere."""
        return self.moves[-2].stage if len(self.moves) > 1 else None


def standing(
    days: Sequence[date], limits: Limits, *, usual_gap: int, as_of: date, known_on: date, is_reachable: bool
) -> Standing:
    """Where somebody stands on `as_of` who bought on `days` (rising, none later), is known since `known_on`.

    `usual_gap` (days) stands for the own gap of who bought once.
    """
    steps = [Move(known_on, "lead" if is_reachable else "stranger")] if not days or known_on < days[0] else []
    steps += _steps(days, limits, usual_gap, as_of)
    moves = tuple(m for i, m in enumerate(steps) if not i or steps[i - 1].stage != m.stage)
    if not days:
        return Standing(moves)
    lapsing, lost = _waits(days, len(days), limits, usual_gap)
    return Standing(
        moves, len(days), days[-1], average_gap(days), days[-1] + timedelta(lapsing), days[-1] + timedelta(lost)
    )


def average_gap(days: Sequence[date]) -> Decimal | None:
    """The mean of the days between purchases, to a tenth of a day, half up; None for fewer than two."""
    gaps = len(days) - 1
    if gaps < 1:
        return None
    return Decimal(((days[-1] - days[0]).days * 20 + gaps) // (2 * gaps)).scaleb(-1)


def _steps(days: Sequence[date], limits: Limits, usual_gap: int, as_of: date) -> Iterator[Move]:
    returned, lost_on = 0, date.max
    for nth, day in enumerate(days, 1):
        returned = nth if day > lost_on else returned
        yield Move(day, _active(nth, returned, limits))
        lapsing, lost = _waits(days, nth, limits, usual_gap)
        lapses_on, lost_on = day + timedelta(lapsing), day + timedelta(lost)
        following = days[nth] if nth < len(days) else as_of + timedelta(1)
        if lapses_on < following:
            yield Move(lapses_on, "lapsing")
        if lost_on < following:
            yield Move(lost_on, "lost")


def _active(nth: int, returned: int, limits: Limits) -> str:
    if returned and nth - returned < limits.won_back_for:
        return "won_back"
    return "first_time" if nth == 1 else "loyal" if nth >= limits.loyal_from else "repeat"


def _waits(days: Sequence[date], nth: int, limits: Limits, usual_gap: int) -> tuple[int, int]:
    """The limits after the `nth` purchase, by the gaps up to it."""
    return limits.waits(usual_gap, 1) if nth == 1 else limits.waits((days[nth - 1] - days[0]).days, nth - 1)
