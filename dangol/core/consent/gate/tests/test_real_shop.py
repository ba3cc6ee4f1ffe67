"""The customers of a real shop have no e-mail (Online Retail, UCI Machine Learning Repository 352, CC BY 4.0)."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.slow
CUSTOMERS = 4_372
IMPORT = """
import sys
sys.argv = ["dangol", "import", "orders", {path!r}, "--yes", "--json"]
from dangol.config.cli import main
sys.exit(main())
"""
QUESTION = """
import json
from dangol.platform.console.session import session
with session():
    from django.db import connection
    from django.utils import timezone
    from dangol.core.consent.gate.queries import decision_sql, may_send_many, reason_label
    from dangol.core.consent.gate.rules import Asked
    from dangol.core.consent.ledger.models import Purpose
    from dangol.core.customers.people.models import Person
    asked = Asked("email", "advertising", Purpose.objects.get(code="offers").pk, timezone.now())
    gate = decision_sql(asked)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {gate.reason}, count(*) FROM customers_person p {gate.joins} GROUP BY 1", gate.params
        )
        counted = cursor.fetchall()
    people = Person.objects.for_system("the real shop")
    answers = {a.reason for a in may_send_many(people, asked).values()}
    print(json.dumps([counted, people.count(), sorted(answers), reason_label("no_address", "email")]))
"""


def run(code: str, home: dict[str, str]) -> Any:
    done = subprocess.run(
        [sys.executable, "-c", code], env=home, capture_output=True, text=True, timeout=1800, check=True
    )
    return json.loads(done.stdout.strip().splitlines()[-1])


def test_every_customer_of_the_real_shop_is_left_out_for_want_of_an_e_mail(data: Path, tmp_path: Path) -> None:
    shop = data / "online_retail" / "online_retail.csv.gz"
    if not shop.is_file():
        pytest.skip(f"needs {shop}")
    home = {**os.environ, "DANGOL_HOME": str(tmp_path / "home")}
    home.pop("DATABASE_URL", None)
    run(IMPORT.format(path=str(shop)), home)
    assert run(QUESTION, home) == [[["no_address", CUSTOMERS]], CUSTOMERS, ["no_address"], "No e-mail"]
