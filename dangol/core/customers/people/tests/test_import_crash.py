"""A worker killed in mid-import: what it had written stands once, and the next one goes on row for row."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest

from dangol.core.customers.people.models import Person
from dangol.core.customers.people.tests.files import HEADER, take, write
from dangol.platform.events.models import EventChange, EventRecord
from dangol.platform.exchange.models import ImportRun, PutAside
from dangol.platform.objects.custom_fields.services import add_field
from dangol.platform.search.models import SearchEntry
from tests.work import database_url, environment

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
ROWS, KNOWN = 1_200, 300
CHILD = """
import sys, django; django.setup()
import dangol.platform.exchange.records.rows as rows; rows.BATCH = 100
from pathlib import Path
from dangol.platform.access.actor import Actor
from dangol.platform.exchange.by_command import take_in
import json
result = take_in("people", Path(sys.argv[1]), actor=Actor.system("test"), columns={}, options={}, is_dry=False,
                 listener=lambda *a: None)
print(json.dumps(result))
"""


def start(path: Path) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", CHILD, str(path)], env=environment(), stdout=subprocess.PIPE,
                            text=True)  # fmt: skip


def done_rows() -> int:
    with psycopg.connect(database_url()) as connection:
        found = connection.execute("SELECT max(done_rows) FROM exchange_importrun").fetchone()
        return int((found or [0])[0] or 0)


def kill_behind(child: subprocess.Popen[str], row: int) -> None:
    """Kill it as soon as it has written more rows than `row`."""
    deadline = time.monotonic() + 120
    while done_rows() <= row and child.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(child.pid, signal.SIGKILL)
    child.wait()


def test_a_killed_import_goes_on_row_for_row(system: Any, tmp_path: Path) -> None:
    rows = [
        (f"사람 {i}", f"p{i}@narae.test" if i % 100 else "broken", "", f"상사 {i % 7}", "", "") for i in range(ROWS)
    ]
    add_field(actor=system, object_name="person", values={"kind": "number", "label_en": "Points"})
    take(write(tmp_path / "known.csv", rows[:KNOWN]), system)
    path = write(tmp_path / "people.csv", [(*row, i) for i, row in enumerate(rows)], (*HEADER, "Points"))
    kill_behind(start(path), KNOWN + 100)
    assert 0 < done_rows() < ROWS
    last = start(path)
    out, _ = last.communicate(timeout=240)
    result = json.loads(out.splitlines()[-1])
    bad, old = ROWS // 100, KNOWN - KNOWN // 100
    assert (result["rows_read"], result["rows_put_aside"]) == (ROWS, bad)
    assert (result["rows_new"], result["rows_changed"]) == (ROWS - bad - old, old)
    assert ImportRun.objects.count() == 2
    names = list(Person.objects.for_system("test").values_list("name", flat=True))
    assert sorted(names) == sorted(row[0] for i, row in enumerate(rows) if i % 100)
    aside = PutAside.objects.filter(run__done_rows=ROWS).values_list("row_number", flat=True)
    assert sorted(aside) == [i + 1 for i in range(0, ROWS, 100)]
    points = Person.objects.for_system("test").values_list("name", "c_points")
    assert {(row[0], i) for i, row in enumerate(rows) if i % 100} == {(name, int(n)) for name, n in points}
    assert SearchEntry.objects.filter(object_name="person").count() == ROWS - bad
    assert EventChange.objects.filter(subject="person", before__isnull=True).count() == ROWS - bad
    assert EventChange.objects.filter(subject="person").count() == ROWS - bad + old
    assert EventRecord.objects.filter(name="person.imported").count() == 2
