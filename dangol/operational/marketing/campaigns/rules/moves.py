"""Which moves a campaign may make, and what is said to the others. Pure."""

from __future__ import annotations

from dataclasses import dataclass

DRAFT, SCHEDULED, SENDING, PAUSED, STOPPED, FINISHED = (
    "draft", "scheduled", "sending", "paused", "stopped", "finished",
)  # fmt: skip
MOVES: dict[str, dict[str, str]] = {
    "schedule": {DRAFT: SCHEDULED},
    "unschedule": {SCHEDULED: DRAFT},
    "start": {SCHEDULED: SENDING},
    "pause": {SENDING: PAUSED},
    "resume": {PAUSED: SENDING},
    "stop": {SENDING: STOPPED, PAUSED: STOPPED},
    "finish": {SENDING: FINISHED},
}
"""Move -> state before -> state after; whatever is not here is refused."""
SENT_STATES = (SENDING, PAUSED, STOPPED, FINISHED)


@dataclass(frozen=True)
class WrongMove(Exception):
    """A move that the campaign's state does not allow; `code` names the sentence that people read."""

    move: str
    state: str

    @property
    def code(self) -> str:
        """Which sentence says why: by where the campaign stands, and what was wanted of it."""
        if self.state in (FINISHED, STOPPED):
            return "sent" if self.state == FINISHED else "stopped"
        if self.state in (SENDING, PAUSED):
            return "is_sending" if self.move in ("schedule", "unschedule", "change", "start") else f"is_{self.state}"
        return "is_scheduled" if self.state == SCHEDULED else "is_draft"


def after(move: str, state: str) -> str:
    """Return the state after `move` from `state`. Raises WrongMove."""
    found = MOVES[move].get(state)
    if found is None:
        raise WrongMove(move, state)
    return found


def may(move: str, state: str) -> bool:
    """Whether `move` is possible from `state`."""
    return state in MOVES[move]
