"""`dangol lab match`: record linkage on any file of people, with no database."""

from __future__ import annotations

import csv
import sys
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dangol.platform.console.output import Answer
from dangol.platform.console.registry import register_command

if TYPE_CHECKING:
    from dangol.core.identity.matching.lab.study import Study


def match(
    file: Annotated[Path, typer.Argument(help="People: CSV in any encoding, a spreadsheet, or address cards.")],
    other: Annotated[
        Path | None, typer.Argument(metavar="[FILE2]", help="A second file, whose people are looked for in the first.")
    ] = None,
    truth: Annotated[
        str, typer.Option(help="Column that is equal for records of the same person. It is not compared.")
    ] = "",
    pattern: Annotated[
        str,
        typer.Option(
            help="Which part of it is equal, as a regular expression. Without one: all of it, or where no two records"
            " are equal, all up to the first number."
        ),
    ] = "",
    pairs: Annotated[Path | None, typer.Option(help="Write the pairs with their probabilities to this CSV.")] = None,
) -> Answer:
    """Find records of the same person in one file, or in two, by a model that learns without examples.

    The threshold is chosen without the truth; where a column tells it, precision, recall and F1 are told too.
    """
    from dangol.core.identity.matching.lab.answers import as_json, as_words
    from dangol.core.identity.matching.lab.study import study

    if pairs is not None:
        _check_place(pairs)
    with _patience():
        done = study(file, other, truth=truth, pattern=pattern)
    if pairs is not None:
        _write(pairs, done)
    return Answer(as_json(done), as_words(done))


def _check_place(path: Path) -> None:
    """Raise CannotContinue where no file can be written, before anything is worked out."""
    from dangol.platform.db.errors import CannotContinue

    try:
        path.open("a", encoding="utf-8").close()
    except OSError as error:
        raise CannotContinue(
            f"The pairs cannot be written to {path}: {error.strerror}.",
            "Name a file in a folder of your own.",
        ) from error


def _write(path: Path, done: Study) -> None:
    """The pairs by row numbers (the first row under the header is 1), most probable first."""
    found = done.pairs
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["row", "other_row", "probability", "is_match"])
        for left, right, p in zip(found.left, found.right, found.probability, strict=True):
            writer.writerow([left, right, f"{p:.6f}", int(p >= done.threshold.probability)])


def _patience() -> AbstractContextManager[object]:
    from rich.console import Console

    return Console(stderr=True, quiet=not sys.stderr.isatty()).status("Reading and learning ...")


def identity_match(
    of: Annotated[str, typer.Option(help="Which records: person or company.")] = "person",
) -> Answer:
    """Look through all people (or companies) for those that are twice, by a model that learns without examples.

    What it finds waits on the page Duplicates; above the threshold set there it is merged. Stopped, it is run again.
    """
    from dangol.core.identity.matching.services import run
    from dangol.platform.access.actor import Actor
    from dangol.platform.console.progress import progress_bar
    from dangol.platform.console.session import session

    with session(), progress_bar("Matching", 100) as advance:
        done = run(
            actor=Actor.system("dangol identity match").via("command line"), object_name=of,
            listener=lambda done, total, step: advance(done * 100 // total if total else 0),
        )  # fmt: skip
    told = {
        "object": done.object_name, "records": done.records, "pairs": done.pairs, "merged": done.merged,
        "threshold": done.threshold, "expected_f1": done.expected_f1, "seconds": done.seconds, "model": done.model,
        "message": done.message,
    }  # fmt: skip
    if done.message:
        return Answer(told, done.message)
    return Answer(
        told,
        f"{done.records:,} records compared, {done.pairs:,} pairs wait on the page Duplicates, {done.merged:,} merged"
        f" by themselves.\nThreshold {done.threshold:.3f}, F1 expected of it {done.expected_f1:.4f}. {done.seconds} s.",
    )


register_command("lab", "match", match)
register_command("identity", "match", identity_match)
