import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from dangol.config.demo import told
from dangol.config.demo.commands import load_at_start, logins
from dangol.config.demo.generator.staff import PASSWORD
from dangol.config.demo.services.loading import load
from dangol.config.demo.services.removing import remove
from dangol.core.customers.people.models import Person
from dangol.platform.console.registry import commands_of, demo

TODAY = date(2026, 11, 22)


def test_the_console_knows_the_demo_company():
    assert demo() is not None
    assert list(commands_of("demo")) == ["load", "remove"]


@pytest.mark.django_db
def test_a_start_loads_nothing_where_customers_are(system):
    Person.objects.create(name="Own")
    assert load_at_start(print) is False


@pytest.mark.django_db
def test_a_start_does_not_bring_back_what_was_removed(system):
    load(actor=system, today=TODAY, customers=100)
    remove(actor=system)
    assert load_at_start(print) is False


@pytest.mark.django_db
def test_each_trade_has_a_korean_and_an_english_login_while_the_staff_is_there(system):
    assert logins() == []
    load(actor=system, today=TODAY, customers=100)
    found = logins()
    trades = {"Administrator", "Manager", "Sales", "Marketing", "Service", "Analyst"}
    assert {login.role for login in found} == {f"{t} ({lang})" for t in trades for lang in ("ko", "en")}
    assert {login.password for login in found} == {PASSWORD}
    remove(actor=system)
    assert len(logins()) == 2


def test_sentences_tell_what_stayed():
    kept = {"kept_people": 1, "kept_companies": 0, "kept_products": 2, "kept_staff": 2}
    gone = {"people": 4999, "companies": 250, "products": 69, "orders": 9, "staff": 14}
    said = " ".join(told.removed(gone | kept))
    assert "Kept 1 demo customer who has orders of your own." in said
    assert "0 companies and 2 products" in said
    assert told.removed({"people": 0}) == ["There was no demo company to remove; nothing was changed."]


@pytest.mark.slow
def test_the_commands_load_and_remove_a_whole_company(tmp_path: Path):
    def run(*words: str) -> dict[str, object]:
        environment = {**os.environ, "DANGOL_HOME": str(tmp_path / "home")}
        done = subprocess.run(
            [sys.executable, "-P", "-m", "dangol.config.cli", "demo", *words, "--json"],
            env=environment, capture_output=True, text=True, timeout=300, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        return json.loads(done.stdout)

    loaded = run("load")
    assert (loaded["people"], len(loaded["logins"])) == (5_000, 12)
    assert run("load")["is_new"] is False
    removed = run("remove", "--yes")
    assert (removed["people"], removed["orders"], removed["kept_staff"]) == (5_000, loaded["orders"], 2)
