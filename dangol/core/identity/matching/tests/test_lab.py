"""`dangol lab match` on files made here, and on those with a published truth."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from dangol.core.identity.matching.commands import match
from dangol.core.identity.matching.estimators.linkage import CannotMatch
from dangol.core.identity.matching.lab.study import study
from dangol.platform.db.errors import CannotContinue
from tests.data import find

GIVEN = ("minsu", "jiwoo", "seoyeon", "hyunwoo", "yuna", "taeho", "grace", "oliver", "amelia", "noah", "chloe", "jae")
FAMILY = ("kim", "lee", "park", "choi", "jung", "kang", "smith", "walker", "nguyen", "garcia", "rossi", "tanaka")
STREETS = ("mapo", "jongno", "hangang", "teheran", "station", "church", "garden", "bridge", "castle", "harbour")


def people(count: int, seed: int = 5) -> list[dict[str, str]]:
    """Invented people; every third of them a second time with slips of the key and things left out."""
    dice, found = random.Random(seed), []
    for n in range(count):
        one = {
            "who": str(n), "given": dice.choice(GIVEN) + dice.choice(("", "", "ra", "on", "ie")),
            "family": dice.choice(FAMILY), "street": f"{dice.choice(STREETS)} {dice.choice(('road', 'street'))}",
            "house": str(dice.randrange(1, 300)),
            "born": f"{dice.randrange(1940, 2006)}-{dice.randrange(1, 13):02}-{dice.randrange(1, 29):02}",
            "phone": f"010{dice.randrange(10**8):08}",
        }  # fmt: skip
        found.append(one)
        if n % 3 == 0:
            found.append(_again(one, dice))
    dice.shuffle(found)
    return found


def _again(one: dict[str, str], dice: random.Random) -> dict[str, str]:
    two = dict(one)
    slip = dice.choice(("given", "family", "phone"))
    place = dice.randrange(len(two[slip]) - 1)
    two[slip] = two[slip][:place] + two[slip][place + 1] + two[slip][place] + two[slip][place + 2 :]
    two[dice.choice(("street", "house", "born"))] = ""
    return two


def written(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def test_a_column_that_is_not_there_is_named_and_those_that_are_too(tmp_path: Path) -> None:
    with pytest.raises(CannotMatch) as caught:
        study(written(tmp_path / "people.csv", people(9)), truth="whom")
    assert "whom" in caught.value.sentence
    assert "given, family" in caught.value.what_to_do


def test_a_file_in_which_nothing_repeats_cannot_be_matched(tmp_path: Path) -> None:
    rows = [{"a": f"one {n}", "b": f"two {n}"} for n in range(5)]
    with pytest.raises(CannotMatch, match="0 of 2 columns"):
        study(written(tmp_path / "people.csv", rows))


@pytest.mark.slow
def test_invented_people_with_slips_are_found_and_the_pairs_are_written(tmp_path: Path) -> None:
    file, pairs = written(tmp_path / "people.csv", people(900)), tmp_path / "pairs.csv"
    done = subprocess.run(
        [sys.executable, "-P", "-m", "dangol.config.cli", "lab", "match", str(file), "--truth", "who", "--pairs",
         str(pairs), "--json"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    told: dict[str, Any] = json.loads(done.stdout)
    assert (told["rows"], told["truth_pairs"], told["truth_pattern"]) == ([1200], 300, "")
    assert told["f1"] > 0.97
    assert told["best_f1"] >= told["f1"]
    assert "who" not in told["columns"]
    with pairs.open(encoding="utf-8") as stream:
        taken = [row for row in csv.DictReader(stream) if row["is_match"] == "1"]
    assert len(taken) == told["pairs"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("files", "rows", "pairs"),
    [(["febrl3.csv"], [5000], 6538), (["febrl4a.csv", "febrl4b.csv"], [5000, 5000], 5000)],
)
def test_the_febrl_sets_are_matched_without_labels(files: list[str], rows: list[int], pairs: int) -> None:
    done = study(*(find(f"febrl/{name}") for name in files), truth="rec_id")
    assert done.truth is not None
    assert (done.rows, done.truth.pairs) == (rows, pairs)
    assert done.truth.at_threshold.f1 >= 0.995
    assert done.truth.at_best.f1 >= done.truth.at_threshold.f1
    assert done.truth.reached > 0.999


ODD = {
    "given": "Select From", "family": "source_dataset", "street": "match_probability", "house": 'a "b" c',
    "born": "생년월일", "phone": "unique_id", "who": "who?",
}  # fmt: skip


@pytest.mark.slow
def test_columns_may_be_called_as_they_like(tmp_path: Path) -> None:
    rows = [{ODD[name]: value for name, value in row.items()} for row in people(300)]
    file = written(tmp_path / "people.csv", rows)
    text = file.read_text(encoding="utf-8").splitlines()
    text[0] += ",who?"  # the same name twice
    file.write_text("\n".join([text[0], *(line + ",x" for line in text[1:])]), encoding="utf-8")
    done = study(file, truth="who?")
    assert {c.name for c in done.columns} <= {*ODD.values(), "who? (2)"}
    assert "Select From" in {c.name for c in done.columns}
    assert done.truth is not None
    assert done.truth.at_threshold.f1 > 0.9


@pytest.mark.parametrize(
    ("content", "sentence"),
    [("name,phone\n", "no rows"), ("", "empty"), ("name,phone\n김,1\n", "0 of 2 columns")],
)
def test_files_without_people_are_said_to_be_so(tmp_path: Path, content: str, sentence: str) -> None:
    file = tmp_path / "people.csv"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(CannotContinue, match=sentence):
        study(file)


def test_what_is_not_there_or_does_not_fit_is_said_in_a_sentence(tmp_path: Path) -> None:
    first = written(tmp_path / "a.csv", [{"name": "Kim", "phone": "1"}, {"name": "Lee", "phone": "2"}])
    second = written(tmp_path / "b.csv", [{"이름": "김", "전화": "1"}])
    for call, sentence in (
        (lambda: study(tmp_path / "none.csv"), "There is no file"),
        (lambda: study(first, second), "no column of the same name"),
        (lambda: study(first, pattern="("), "no regular expression"),
    ):
        with pytest.raises(CannotContinue, match=sentence):
            call()


def test_a_place_for_the_pairs_that_cannot_be_written_is_told_before_the_work(tmp_path: Path) -> None:
    with pytest.raises(CannotContinue, match="cannot be written"):
        match(tmp_path / "none.csv", pairs=tmp_path / "nowhere" / "pairs.csv")
