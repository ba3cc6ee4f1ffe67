"""One matching of a file, or of two: what was compared, what was found, and how right it is where that is known."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dangol.core.identity.matching.estimators.blocking import Rule
from dangol.core.identity.matching.estimators.columns import Column, quoted
from dangol.core.identity.matching.estimators.linkage import CannotMatch, Linkage, Pairs
from dangol.core.identity.matching.estimators.threshold import Score, Threshold, best_of, expected_best, score_at
from dangol.core.identity.matching.lab.reading import KEY, load
from dangol.platform.engine.duck import by_itself

UP_TO_THE_FIRST_NUMBER = r"^\D*\d+"


@dataclass(frozen=True)
class Truth:
    """Where the truth stands, and how it was read; scores at the threshold and at the best one there is; and which
    share of the true pairs the blocking rules let through."""

    column: str
    pattern: str
    pairs: int
    at_threshold: Score
    at_best: Score
    reached: float


@dataclass(frozen=True)
class Study:
    """A finished matching."""

    files: list[Path]
    rows: list[int]
    faults: list[int]
    columns: list[Column]
    rules: list[Rule]
    pairs: Pairs
    threshold: Threshold
    entities: int
    truth: Truth | None
    seconds: float


def study(first: Path, second: Path | None = None, *, truth: str = "", pattern: str = "") -> Study:
    """Match the records of one file with each other, or those of two files.

    `truth` names the column in which records of the same person are equal (as far as `pattern`, a regular expression,
    cuts it out); it is not compared. Raises BadFile, CannotMatch.
    """
    began = time.perf_counter()
    files = [first, *([second] if second else [])]
    with by_itself() as connection:
        loaded = [load(connection, path, place) for place, path in enumerate(files)]
        names = _common(loaded, truth)
        tables = [_table(connection, place, names) for place in range(len(files))]
        linkage = Linkage(connection, tables).fit([n for n in names if n != truth])
        pairs = linkage.predict()
        threshold = expected_best(pairs.probability)
        rows = [connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables]
        judged = _judged(connection, tables, truth, pattern, pairs, threshold) if truth else None
    taken = pairs.probability >= threshold.probability
    entities = _entities(pairs.left[taken], pairs.right[taken], rows)
    faults = [fault for _names, fault in loaded]
    seconds = time.perf_counter() - began
    return Study(files, rows, faults, linkage.columns_, linkage.rules_, pairs, threshold, entities, judged, seconds)


def _common(loaded: list[tuple[list[str], int]], truth: str) -> list[str]:
    names = [n for n in loaded[0][0] if all(n in others for others, _faults in loaded)]
    if truth and truth not in names:
        raise CannotMatch(f"There is no column {truth}.", f"There are: {', '.join(names)}.")
    return names


def _table(connection: Any, place: int, names: list[str]) -> str:
    columns = ", ".join(quoted(n) for n in names)
    connection.execute(f"CREATE TABLE people_{place} AS SELECT {KEY}, {columns} FROM raw_{place}")
    return f"people_{place}"


def _judged(connection: Any, tables: list[str], column: str, pattern: str, pairs: Pairs, threshold: Threshold) -> Truth:
    sides = [connection.execute(f"SELECT {KEY}, {quoted(column)} FROM {t}").fetchall() for t in tables]
    pattern = pattern or ("" if _repeats([v for side in sides for _key, v in side]) else UP_TO_THE_FIRST_NUMBER)
    known = [{key: _entity(value, pattern) for key, value in side} for side in sides]
    true_pairs = _all_true(known)
    if not true_pairs:
        raise CannotMatch(f"No two records are the same by {column}.", "Say by --pattern which part of it names whom.")
    left, right = known[0], known[-1]
    is_true = np.array(
        [left[a] is not None and left[a] == right[b] for a, b in zip(pairs.left, pairs.right, strict=True)], dtype=bool
    )
    return Truth(
        column, pattern, true_pairs, score_at(pairs.probability, is_true, true_pairs, threshold.probability),
        best_of(pairs.probability, is_true, true_pairs), float(is_true.sum()) / true_pairs,
    )  # fmt: skip


def _repeats(values: list[str | None]) -> bool:
    known = [v for v in values if v is not None]
    return len(set(known)) < len(known)


def _entity(value: str | None, pattern: str) -> str | None:
    if value is None or not pattern:
        return value
    found = re.search(pattern, value)
    return None if found is None else found[1] if found.re.groups else found[0]


def _all_true(known: list[dict[int, str | None]]) -> int:
    """How many pairs there are in truth: within the one file, or between the two."""
    counts = [_counts(side) for side in known]
    if len(counts) == 1:
        return sum(n * (n - 1) // 2 for n in counts[0].values())
    return sum(n * counts[1].get(entity, 0) for entity, n in counts[0].items())


def _counts(side: dict[int, str | None]) -> dict[str, int]:
    found: dict[str, int] = {}
    for entity in side.values():
        if entity is not None:
            found[entity] = found.get(entity, 0) + 1
    return found


def _entities(left: NDArray[np.int64], right: NDArray[np.int64], rows: list[int]) -> int:
    """How many different people there are when every pair is one: the connected parts."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    size = int(max(left.max(initial=0), right.max(initial=0))) + 1
    shift = 0 if len(rows) == 1 else size
    graph = coo_array((np.ones(len(left)), (left, right + shift)), shape=(size + shift, size + shift))
    parts, _labels = connected_components(graph, directed=False)
    joined = size + shift - parts
    return sum(rows) - joined
