"""One matching of a file, or of two: what was compared, what was found, and how right it is where that is known."""

from __future__ import annotations

import re
import time
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from dangol.core.identity.matching.estimators.blocking import Rule
from dangol.core.identity.matching.estimators.columns import Column
from dangol.core.identity.matching.estimators.linkage import CannotMatch, Linkage, Pairs
from dangol.core.identity.matching.estimators.threshold import Score, Threshold, best_of, expected_best, score_at
from dangol.core.identity.matching.lab.reading import KEY, inner, load
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
    _checked(pattern)
    files = [first, *([second] if second else [])]
    with by_itself() as connection:
        loaded = [load(connection, path, place) for place, path in enumerate(files)]
        names = _common(loaded, files, truth)
        inside = {name: inner(n) for n, name in enumerate(names)}
        tables = [_table(connection, place, known, names) for place, (known, _faults) in enumerate(loaded)]
        linkage = Linkage(connection, tables).fit([inside[n] for n in names if n != truth])
        pairs = linkage.predict()
        threshold = expected_best(pairs.probability)
        rows = [connection.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables]
        judged = _judged(connection, tables, (truth, inside[truth]), pattern, pairs, threshold) if truth else None
    taken = pairs.probability >= threshold.probability
    entities = _entities(pairs.left[taken], pairs.right[taken], rows)
    faults = [fault for _names, fault in loaded]
    seconds = time.perf_counter() - began
    outside = {within: name for name, within in inside.items()}
    columns = [replace(c, name=outside[c.name]) for c in linkage.columns_]
    rules = [tuple(outside[name] for name in rule) for rule in linkage.rules_]
    return Study(files, rows, faults, columns, rules, pairs, threshold, entities, judged, seconds)


def _common(loaded: list[tuple[list[str], int]], files: list[Path], truth: str) -> list[str]:
    names = [n for n in loaded[0][0] if all(n in others for others, _faults in loaded)]
    if not names:
        raise CannotMatch(
            f"{files[0].name} and {files[-1].name} have no column of the same name.",
            f"The first has {', '.join(loaded[0][0])}; the second {', '.join(loaded[-1][0])}.",
        )
    if truth and truth not in names:
        raise CannotMatch(f"There is no column {truth}.", f"There are: {', '.join(names)}.")
    return names


def _table(connection: Any, place: int, known: list[str], names: list[str]) -> str:
    """The columns that all files have, called alike in each."""
    columns = ", ".join(f"{inner(known.index(name))} AS {inner(n)}" for n, name in enumerate(names))
    connection.execute(f"CREATE TABLE people_{place} AS SELECT {KEY}, {columns} FROM raw_{place}")
    return f"people_{place}"


def _checked(pattern: str) -> None:
    try:
        re.compile(pattern)
    except re.error as error:
        raise CannotMatch(
            f"--pattern {pattern!r} is no regular expression: {error}.", r"Write one such as ^\D*\d+ for rec-17-dup-0."
        ) from error


def _judged(
    connection: Any, tables: list[str], truth: tuple[str, str], pattern: str, pairs: Pairs, threshold: Threshold
) -> Truth:
    column, within = truth
    sides = [connection.execute(f"SELECT {KEY}, {within} FROM {t}").fetchall() for t in tables]
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
