from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class ExchangeRateSet(Event):
    """A rate became known or was corrected: one unit of `currency` is worth `rate` of `to_currency` from `on`."""

    NAME = "exchange_rate.set"
    SUBJECT = "exchange_rate"

    currency: str
    to_currency: str
    on: str
    rate: str
