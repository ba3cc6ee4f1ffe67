"""A matching as one JSON object, and as words."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from dangol.core.identity.matching.lab.study import Study, Truth


def as_json(done: Study) -> dict[str, Any]:
    """The matching as plain values; `f1` and what stands beside it only where the truth is known."""
    return {
        "files": [str(path) for path in done.files],
        "rows": done.rows,
        "rows_put_aside": done.faults,
        "columns": {c.name: c.kind for c in done.columns},
        "rules": [list(rule) for rule in done.rules],
        "pairs_looked_at": len(done.pairs.probability),
        "threshold": done.threshold.probability,
        "pairs": done.threshold.pairs,
        "expected_f1": done.threshold.expected_f1,
        "entities": done.entities,
        "seconds": round(done.seconds, 3),
        **(_truth(done.truth) if done.truth else {}),
    }


def _truth(truth: Truth) -> dict[str, Any]:
    own = {k: v for k, v in asdict(truth.at_threshold).items() if k in ("true_pairs", "precision", "recall", "f1")}
    return {
        "truth_column": truth.column,
        "truth_pattern": truth.pattern,
        "truth_pairs": truth.pairs,
        **own,
        "reached": truth.reached,
        "best_threshold": truth.at_best.probability,
        "best_f1": truth.at_best.f1,
    }


def as_words(done: Study) -> str:
    """What a reader wants to know, line by line."""
    rows = " and ".join(f"{n:,}" for n in done.rows)
    lines = [
        f"{rows} records, compared by {', '.join(c.name for c in done.columns)}.",
        f"{done.threshold.pairs:,} pairs speak of the same person (probability {done.threshold.probability:.3f} or"
        f" more), so there are {done.entities:,} different people.",
        f"F1 expected without knowing the truth: {done.threshold.expected_f1:.4f}.",
    ]
    if aside := sum(done.faults):
        lines.append(f"{aside:,} rows could not be cut into cells and were left out.")
    if done.truth:
        at, best = done.truth.at_threshold, done.truth.at_best
        lines += [
            f"By {done.truth.column} there are {done.truth.pairs:,} pairs: precision {at.precision:.4f}, recall"
            f" {at.recall:.4f}, F1 {at.f1:.4f}.",
            f"Who knew the truth would choose {best.probability:.3g} and reach F1 {best.f1:.4f}.",
        ]
    return "\n".join([*lines, f"{done.seconds:.1f} s."])
