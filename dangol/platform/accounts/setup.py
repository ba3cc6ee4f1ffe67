"""The short list of what a house needs before it can be used; rooms register their step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from django.urls import reverse

from dangol.platform.access.actor import Actor

State = Literal["done", "todo", "warn"]


@dataclass(frozen=True)
class Standing:
    """How far a step is; `sentence` says what is there or missing."""

    state: State
    sentence: str


@dataclass(frozen=True)
class Step:
    """One step: `look(actor)` says how far it is, `url_name` is where it is done."""

    name: str
    label: Any
    icon: str
    url_name: str
    look: Callable[[Actor], Standing]
    order: int = 100

    @property
    def url(self) -> str:
        """The page of this step."""
        return reverse(self.url_name)


_steps: dict[str, Step] = {}


def register_step(step: Step) -> None:
    """Put a step on the list."""
    _steps[step.name] = step


def standings(actor: Actor) -> list[tuple[Step, Standing]]:
    """Every step in order, with how far it is."""
    return [(step, step.look(actor)) for step in sorted(_steps.values(), key=lambda step: (step.order, step.name))]
