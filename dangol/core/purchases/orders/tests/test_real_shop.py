"""The file of a real shop: Online Retail (Daqing Chen, UCI Machine Learning Repository 352, CC BY 4.0)."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
TOLD = {
    "rows_read": 541_909,
    "rows_imported": 541_909,
    "rows_put_aside": 0,
    "orders": 25_900,
    "people": 4_372,
    "orders_cancelled": 3_836,
    "lines_cancelled": 9_288,
    "lines_without_customer": 135_080,
    "repeats": 5_268,
    "negative_lines": 1_336,
    "invoices_with_two_times": 43,
    "currency": "GBP",
}
SUM = Decimal("9747747.934")
WITHOUT_CUSTOMER = Decimal("1447682.12")


@pytest.fixture
def shop(data: Path) -> Path:
    found = data / "online_retail" / "online_retail.csv.gz"
    if not found.is_file():
        pytest.skip(f"needs {found}")
    return found


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    """The environment of an installation of its own."""
    environment = {**os.environ, "DANGOL_HOME": str(tmp_path / "home")}
    environment.pop("DATABASE_URL", None)
    return environment


def dangol(home: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    code = f"import sys; sys.argv = {['dangol', *arguments]!r}; from dangol.config.cli import main; sys.exit(main())"
    return subprocess.Popen(
        [sys.executable, "-c", code], env=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def answer_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, errors = process.communicate(timeout=900)
    assert process.returncode == 0, errors
    found = json.loads(out)
    assert isinstance(found, dict)
    return found


QUESTION = """
import json
from dangol.platform.console.session import session
with session():
    from django.db import connection
    with connection.cursor() as cursor:
        cursor.execute('''SELECT (SELECT count(*) FROM purchases_line), (SELECT sum(amount)::text FROM purchases_line),
            (SELECT sum(amount)::text FROM purchases_order), (SELECT count(*) FROM purchases_order),
            (SELECT sum(o.amount)::text FROM purchases_order o WHERE person_id IS NULL),
            (SELECT coalesce(max(changed_xid::text::int8), 0) FROM purchases_line), (SELECT count(*) FROM event_change),
            (SELECT count(*) FROM event WHERE name = 'orders.imported'), (SELECT count(*) FROM customers_person)''')
        print(json.dumps(cursor.fetchone()))
"""


def standing(home: dict[str, str]) -> list[Any]:
    """What stands in the database, asked beside any other process."""
    done = subprocess.run(
        [sys.executable, "-c", QUESTION], env=home, capture_output=True, text=True, timeout=300, check=True
    )
    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert isinstance(found, list)
    return found


def test_the_real_shop_is_taken_in_to_the_last_penny_and_a_second_time_changes_nothing(
    shop: Path, home: dict[str, str]
) -> None:
    first = answer_of(dangol(home, "import", "orders", str(shop), "--yes", "--json"))
    assert {key: first[key] for key in TOLD} == TOLD
    assert Decimal(first["amount_imported"]) + Decimal(first["amount_put_aside"]) == SUM
    before = standing(home)
    assert before[0] == 541_909
    assert Decimal(before[1]) == Decimal(before[2]) == SUM
    assert Decimal(before[4]) == WITHOUT_CUSTOMER
    second = answer_of(dangol(home, "import", "orders", str(shop), "--yes", "--json"))
    assert (second["rows_new"], second["rows_changed"], second["rows_unchanged"]) == (0, 0, 541_909)
    assert standing(home) == before


def test_an_import_killed_at_any_moment_leaves_all_or_nothing_and_is_simply_run_again(
    shop: Path, home: dict[str, str]
) -> None:
    chance = random.Random(20101201)
    assert standing(home)[0] == 0
    for _attempt in range(4):
        process = dangol(home, "import", "orders", str(shop), "--yes", "--json")
        time.sleep(chance.uniform(4, 40))
        process.send_signal(signal.SIGKILL)
        process.communicate()
        rows = _settled(home)
        assert rows[0] in (0, 541_909)
    answer_of(dangol(home, "import", "orders", str(shop), "--yes", "--json"))
    found = standing(home)
    assert (found[0], Decimal(found[1]), found[3], found[7], found[8]) == (541_909, SUM, 25_900, 1, 4_372)


def _settled(home: dict[str, str]) -> list[Any]:
    """What stands once the database has noticed that the process is gone."""
    found = standing(home)
    for _wait in range(30):
        time.sleep(1)
        again = standing(home)
        if again == found:
            return found
        found = again
    return found
