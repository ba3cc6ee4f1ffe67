"""What a look into the DNS finds, before it is put into words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

State = Literal["good", "warn", "bad", "unknown"]
Subject = Literal["spf", "dkim", "dmarc", "alignment", "bounces", "bulk"]
Records = tuple[str, ...] | None
"""Texts found at one name: () when there are none, None when nobody could be asked."""


@dataclass(frozen=True)
class Finding:
    """One thing about our domain.

    `code` names the sentence, `values` fills it; `records` is what stands there now. `publish` is the exact record that
    would mend it, of type `kind`, to be put at `name`.
    """

    subject: Subject
    state: State
    code: str
    values: Mapping[str, Any] = field(default_factory=dict)
    records: tuple[str, ...] = ()
    publish: str = ""
    name: str = ""
    kind: str = "TXT"


ORDER: tuple[State, ...] = ("good", "unknown", "warn", "bad")


def worst(findings: list[Finding]) -> State:
    """The worst state among findings; unknown for none."""
    return max((finding.state for finding in findings), key=ORDER.index, default="unknown")
