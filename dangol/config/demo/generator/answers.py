"""What came back for each message of a past campaign: opens, clicks, bounces, unsubscribes, and what machines did."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from numpy.random import Generator

from dangol.config.demo.generator.consents import ConsentRow, Consents

OPENS = {"news": 0.34, "daily": 0.19, "workshop": 0.46, "season": 0.48}
LEAVES = {"news": 0.004, "daily": 0.035, "workshop": 0.0, "season": 0.003}
_CLICKS_OF_OPENS, _BOUNCES, _GATEWAYS, _PROXIES = 0.24, 0.008, 0.05, 0.18
MESSAGES_A_SECOND = 40
_PROXY = "GoogleImageProxy"
_GATEWAY = "link scanner"


class Answer(NamedTuple):
    """One thing that came back; `person` a place in the customers, `sign` by what a machine was known."""

    person: int
    kind: str
    at: datetime
    link: int | None = None
    is_machine: bool = False
    sign: str = ""


def sent_at_place(begun_at: datetime, place: int) -> datetime:
    """When the message in the given place of the row went out."""
    return begun_at + timedelta(seconds=place / MESSAGES_A_SECOND)


def draw_answers(
    key: str, purpose: str, people: Iterable[int], begun_at: datetime, consents: Consents, chance: Generator
) -> list[Answer]:
    """What came back from `people`; whoever unsubscribed is written into `consents`."""
    found: list[Answer] = []
    for place, person in enumerate(people):
        found += _of_one(key, person, sent_at_place(begun_at, place), chance.random(8).tolist())
    for answer in found:
        if answer.kind == "unsubscribe":
            evidence = {"campaign": key}
            row = ConsentRow(answer.person, purpose, "email", "withdrawn", answer.at, "unsubscribe", evidence)
            consents.add(row)
    return found


def _of_one(key: str, person: int, sent_at: datetime, u: list[float]) -> Iterator[Answer]:
    if u[0] < _BOUNCES:
        yield Answer(person, "bounce", sent_at + timedelta(seconds=20 + int(u[1] * 60)))
        return
    if u[1] < _GATEWAYS:
        soon = sent_at + timedelta(seconds=1 + int(u[2] * 3))
        yield Answer(person, "open", soon, is_machine=True, sign=_GATEWAY)
        yield Answer(person, "click", soon, 0, is_machine=True, sign=_GATEWAY)
    elif u[1] < _GATEWAYS + _PROXIES:
        yield Answer(person, "open", sent_at + timedelta(minutes=1 + int(u[2] * 90)), is_machine=True, sign=_PROXY)
    if u[3] < OPENS[key]:
        opened = sent_at + timedelta(minutes=5 + int(u[4] ** 3 * 4000))
        yield Answer(person, "open", opened)
        if u[5] < _CLICKS_OF_OPENS:
            yield Answer(person, "click", opened + timedelta(seconds=15 + int(u[6] * 90)), 0)
        if u[7] < LEAVES[key] / OPENS[key]:
            yield Answer(person, "unsubscribe", opened + timedelta(minutes=3))
