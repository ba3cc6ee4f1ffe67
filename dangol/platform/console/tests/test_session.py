"""What commands with data do first."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dangol.platform.db.home import Home
from dangol.platform.db.tests.users_of_database import environment, is_all_over

_COUNT = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "dangol.config.settings"
import django
django.setup()  # before there is a home, as when a command is looked up
from django.db import connections
from dangol.platform.console.session import session
with session() as database:
    for alias in ("default", "owner"):
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT count(*) > 0, current_user FROM django_migrations GROUP BY 2")
            print(*cursor.fetchone())
"""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def test_commands_that_come_at_once_to_a_new_home_find_it_migrated(home: Home) -> None:
    crowd = [
        subprocess.Popen([sys.executable, "-c", _COUNT], env=environment(home), stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [person.communicate(timeout=300)[0] for person in crowd]
    assert said == ["True dangol_app\nTrue dangol_owner\n"] * 3
    assert is_all_over(home)
