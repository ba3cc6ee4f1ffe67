"""What came of the rows of an import so far; kept with each batch, so that it survives a crash."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dangol.platform.exchange.records.writing import Done

MOST_REASONS = 60
SAMPLES = 50
OTHER = "other"


class Tally:
    """Counts of rows; `last` is the number of the last row that was done."""

    def __init__(self) -> None:
        self.read = self.new = self.changed = self.same = self.aside = self.last = 0
        self.reasons: Counter[str] = Counter()
        self.notes: Counter[str] = Counter()
        self.samples: list[dict[str, Any]] = []

    def add(self, done: Done, rows: int, last: int) -> None:
        """Add what came of a batch of `rows` rows."""
        self.read += rows
        self.last = last
        self.new += done.new
        self.changed += done.changed
        self.same += done.same
        self.aside += len(done.asides)
        for aside in done.asides:
            known = aside.reason in self.reasons or len(self.reasons) < MOST_REASONS
            self.reasons[aside.reason if known else OTHER] += 1
        self.notes.update(done.notes)

    def sample(self, rows: Iterable[dict[str, Any]]) -> None:
        """Keep the first rows that were put aside."""
        for row in rows:
            if len(self.samples) >= SAMPLES:
                return
            self.samples.append(row)

    def as_json(self) -> dict[str, Any]:
        """What is kept with the run."""
        return {
            "read": self.read, "new": self.new, "changed": self.changed, "same": self.same, "aside": self.aside,
            "reasons": dict(self.reasons), "notes": dict(self.notes),
        }  # fmt: skip

    @classmethod
    def from_json(cls, kept: Mapping[str, Any], last: int) -> Tally:
        """The counts of a run that was begun before."""
        found = cls()
        for name in ("read", "new", "changed", "same", "aside"):
            setattr(found, name, int(kept.get(name, 0)))
        found.reasons.update(kept.get("reasons", {}))
        found.notes.update(kept.get("notes", {}))
        found.last = last
        return found
