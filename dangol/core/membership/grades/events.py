from __future__ import annotations

from dataclasses import dataclass

from dangol.platform.events.event import Event


@dataclass(frozen=True, kw_only=True)
class ProgrammeSet(Event):
    """The rules of the membership were set: measure, windows, points, expiry."""

    NAME = "programme.set"
    SUBJECT = "programme"


@dataclass(frozen=True, kw_only=True)
class GradeSaved(Event):
    """A grade was added or changed."""

    NAME = "grade.saved"
    SUBJECT = "grade"

    code: str


@dataclass(frozen=True, kw_only=True)
class MemberMoved(Event):
    """One person (`subject_id`) or many (a row each beside the event) came to another grade, or lost theirs."""

    NAME = "member.moved"
    SUBJECT = "member"

    moved: int = 1
