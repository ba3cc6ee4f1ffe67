from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from dangol.platform.engine import extract as extract_module
from dangol.platform.engine import merging
from dangol.platform.engine.connection import connect
from dangol.platform.engine.datasets import Column
from dangol.platform.engine.tests.conftest import PART, THING, Shop


def test_rows_arrive_as_they_are_to_the_last_digit(shop: Shop) -> None:
    shop.run(
        "INSERT INTO engine_test_thing (id, name, price, seen_at, is_good) VALUES"
        " (1, 'a \"quoted\", name' || chr(10) || 'in two lines', 123456789012345.6789, '2026-03-01 20:00+09', true),"
        " (2, '', -0.0001, NULL, false), (3, NULL, NULL, '2026-01-01 00:00:00.123456+00', NULL),"
        " (4, '김지우', 0, NULL, NULL)"
    )
    loaded = shop.load()
    assert loaded.datasets["thing"].is_full
    assert shop.names() == {1: 'a "quoted", name\nin two lines', 2: "", 3: None, 4: "김지우"}
    assert shop.prices() == {1: Decimal("123456789012345.6789"), 2: Decimal("-0.0001"), 3: None, 4: Decimal("0.0000")}
    with connect(shop.lake) as backend:
        rows = {row["id"]: row for row in backend.table("thing").to_pyarrow().to_pylist()}
    assert rows[1]["seen_at"] == datetime(2026, 3, 1, 11, tzinfo=UTC)
    assert rows[3]["seen_at"] == datetime(2026, 1, 1, 0, 0, 0, 123456, tzinfo=UTC)
    assert [rows[i]["is_good"] for i in (1, 2, 3)] == [True, False, None]


def test_an_empty_table_is_a_table_without_rows(shop: Shop) -> None:
    shop.load()
    with connect(shop.lake) as backend:
        assert backend.table("part").count().execute() == 0
        assert backend.table("part").schema().names == ("id", "thing_id")


def test_the_second_load_takes_only_what_changed(shop: Shop) -> None:
    shop.run("INSERT INTO engine_test_thing (name) SELECT 'thing ' || n FROM generate_series(1, 1000) n")
    shop.load()
    shop.run("UPDATE engine_test_thing SET name = 'changed' WHERE id IN (7, 8)")
    shop.run("INSERT INTO engine_test_thing (id, name) VALUES (5000, 'new')")
    taken = shop.load().datasets["thing"]
    assert (taken.is_full, taken.changed, taken.gone, taken.rows) == (False, 3, 0, 1001)
    names = shop.names()
    assert (names[7], names[8], names[5000], names[9]) == ("changed", "changed", "new", "thing 9")


def test_a_load_without_changes_takes_nothing(shop: Shop) -> None:
    shop.run("INSERT INTO engine_test_thing (name) VALUES ('one')")
    shop.load()
    taken = shop.load().datasets["thing"]
    assert (taken.changed, taken.gone, taken.rows) == (0, 0, 1)


def test_nothing_is_skipped_when_an_older_transaction_commits_later(shop: Shop) -> None:
    shop.run("INSERT INTO engine_test_thing (id, name) VALUES (1, 'old'), (2, 'old')")
    shop.load()
    with shop.connection() as slow, shop.connection() as fast:
        slow.execute("INSERT INTO engine_test_thing (id, name) VALUES (10, 'slow')")
        slow.execute("UPDATE engine_test_thing SET name = 'slow' WHERE id = 1")
        fast.execute("INSERT INTO engine_test_thing (id, name) VALUES (11, 'fast')")
        fast.execute("UPDATE engine_test_thing SET name = 'fast' WHERE id = 2")
        fast.commit()
        shop.load()
        assert shop.names() == {1: "old", 2: "fast", 11: "fast"}
        slow.commit()
    shop.load()
    assert shop.names() == {1: "slow", 2: "fast", 10: "slow", 11: "fast"}


def test_a_delete_that_commits_late_is_found_too(shop: Shop) -> None:
    shop.run("INSERT INTO engine_test_thing (id, name) VALUES (1, 'stays'), (2, 'goes')")
    shop.load()
    with shop.connection() as slow:
        slow.execute("DELETE FROM engine_test_thing WHERE id = 2")
        shop.run("INSERT INTO engine_test_thing (id, name) VALUES (3, 'new')")
        shop.load()
        assert set(shop.names()) == {1, 2, 3}
        slow.commit()
    assert shop.load().datasets["thing"].gone == 1
    assert set(shop.names()) == {1, 3}


def test_all_datasets_agree_though_rows_are_written_between_them(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.run("INSERT INTO engine_test_thing (id, name) VALUES (1, 'one')")

    def meanwhile(dataset: str, rows: int) -> None:
        if dataset == "thing":
            shop.run("WITH t AS (INSERT INTO engine_test_thing (id, name) VALUES (2, 'two') RETURNING id)"
                     " INSERT INTO engine_test_part (thing_id) SELECT id FROM t")  # fmt: skip

    extract_module.extract(shop.lake, datasets=(THING, PART), listener=meanwhile)
    with connect(shop.lake) as backend:
        assert backend.table("thing").count().execute() == 1
        assert backend.table("part").count().execute() == 0


def test_deleted_and_trashed_rows_leave_and_restored_ones_come_back(shop: Shop) -> None:
    shop.run("INSERT INTO engine_test_thing (id, name) SELECT n, 'x' FROM generate_series(1, 5) n")
    shop.load()
    shop.run("DELETE FROM engine_test_thing WHERE id = 1")
    shop.run("UPDATE engine_test_thing SET gone_at = now() WHERE id = 2")
    assert shop.load().datasets["thing"].gone == 2
    assert set(shop.names()) == {3, 4, 5}
    shop.run("UPDATE engine_test_thing SET gone_at = NULL WHERE id = 2")
    shop.run("INSERT INTO engine_test_thing (id, name) VALUES (1, 'again')")
    shop.run("DELETE FROM engine_test_thing WHERE id = 3")
    shop.run("INSERT INTO engine_test_thing (id, name) VALUES (3, 'at once')")
    shop.load()
    assert shop.names() == {1: "again", 2: "x", 3: "at once", 4: "x", 5: "x"}


def test_many_loads_give_what_one_load_gives(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(merging, "COMPACT_ABOVE_ROWS", 30)
    shop.run("INSERT INTO engine_test_thing (id, name) SELECT n, 'first' FROM generate_series(1, 200) n")
    shop.load()
    compacted = []
    for turn in range(1, 8):
        shop.run(f"UPDATE engine_test_thing SET name = 'turn {turn}' WHERE id % 7 = {turn % 7} AND id <= 200")
        shop.run(f"DELETE FROM engine_test_thing WHERE id = {turn * 11}")
        shop.run(f"INSERT INTO engine_test_thing (id, name) VALUES ({1000 + turn}, 'new {turn}')")
        compacted.append(shop.load().datasets["thing"].is_compacted)
    by_changes = shop.names()
    assert True in compacted
    assert False in compacted
    shop.lake = type(shop.lake)(shop.lake.root.parent / "other")
    shop.load()
    assert shop.names() == by_changes


def test_other_columns_mean_a_full_load_of_that_dataset_alone(shop: Shop) -> None:
    shop.run(
        "INSERT INTO engine_test_thing (id, name) VALUES (1, 'one'); INSERT INTO engine_test_part (thing_id) VALUES (1)"
    )
    shop.load()
    columns = {**THING.columns, "upper": Column("Loud.", source="upper(name)")}
    loaded = shop.load(replace(THING, columns=columns), PART)
    assert (loaded.datasets["thing"].is_full, loaded.datasets["part"].is_full) == (True, False)
    with connect(shop.lake) as backend:
        assert backend.table("thing").to_pyarrow().to_pylist()[0]["upper"] == "ONE"


def test_an_emptied_table_is_loaded_anew(shop: Shop) -> None:
    from django.db import connections

    shop.run("INSERT INTO engine_test_thing (id, name) VALUES (1, 'one'), (2, 'two')")
    shop.load()
    with connections["owner"].cursor() as cursor:
        cursor.execute("TRUNCATE engine_test_thing")
    shop.run("INSERT INTO engine_test_thing (id, name) VALUES (2, 'only')")
    assert shop.load().datasets["thing"].is_full
    assert shop.names() == {2: "only"}


@pytest.mark.parametrize("change", [{"server": "9/1/1"}, {"moment": f"{2**62}:{2**62}:"}, {"token": "f" * 32}])
def test_a_restored_or_other_database_is_loaded_anew(shop: Shop, change: dict[str, object]) -> None:
    shop.run("INSERT INTO engine_test_thing (id, name) VALUES (1, 'one')")
    shop.load()
    with shop.lake.write() as writer:
        writer.publish(replace(writer.manifest, **change))
    assert shop.load().datasets["thing"].is_full
    assert shop.names() == {1: "one"}


def test_a_reader_in_the_middle_of_a_load_sees_the_state_before(shop: Shop) -> None:
    shop.run("INSERT INTO engine_test_thing (id, name) VALUES (1, 'before')")
    shop.load()
    shop.run("UPDATE engine_test_thing SET name = 'after'")
    seen = []
    extract_module.extract(shop.lake, datasets=(THING, PART), listener=lambda *_: seen.append(shop.names()))
    assert seen == [{1: "before"}, {1: "before"}]
    assert shop.names() == {1: "after"}


KILLED = """
import sys, time, json
import django
from django.conf import settings
settings.configure(DATABASES=json.loads(sys.argv[2]), INSTALLED_APPS=["dangol.platform.engine"])
django.setup()
from pathlib import Path
from dangol.platform.engine.extract import extract
from dangol.platform.engine.lake import Lake
from dangol.platform.engine.tests.conftest import THING, PART
def listener(name, rows):
    print(name, flush=True)
    time.sleep(60)
extract(Lake(Path(sys.argv[1])), datasets=(THING, PART), listener=listener)
"""


def test_a_load_that_is_killed_leaves_the_old_state_and_is_simply_run_again(shop: Shop) -> None:
    import json

    from django.db import connections

    shop.run("INSERT INTO engine_test_thing (id, name) SELECT n, 'before' FROM generate_series(1, 100) n")
    shop.load()
    shop.run("UPDATE engine_test_thing SET name = 'after'")
    wanted = ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT")
    database = {"default": {k: str(connections["default"].settings_dict[k]) for k in wanted}}
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[4])}
    killed = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(shop.lake.root), json.dumps(database)],
        stdout=subprocess.PIPE, env=environment,
    )  # fmt: skip
    assert killed.stdout
    assert killed.stdout.readline() == b"thing\n"
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    time.sleep(0.1)
    named = shop.lake.manifest().files()
    on_disk = {str(p.relative_to(shop.lake.root)) for p in shop.lake.root.glob("*/*.parquet")}
    assert on_disk > named
    assert set(shop.names().values()) == {"before"}
    shop.load()
    assert set(shop.names().values()) == {"after"}
    assert {str(p.relative_to(shop.lake.root)) for p in shop.lake.root.glob("*/*.parquet")} == set(
        shop.lake.manifest().files()
    )
