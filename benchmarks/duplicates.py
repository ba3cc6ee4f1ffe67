"""Who looks like the person being added, among a million: whole requests of the fragment beside the form."""

import time
from statistics import quantiles
from typing import Any

from benchmarks import maker
from benchmarks.house import house
from benchmarks.measured import Measured
from benchmarks.search import _people, _staff

TIMES = 10
ASKED: tuple[dict[str, str], ...] = (
    {"name": "김지우"}, {"name": "Kim Jiwoo"}, {"name": "Jiwoo Kim", "born_on": "1990-01-02"}, {"name": "이민준"},
    {"name": "김지우", "email": "jiwoo.kim70@gmail.com"}, {"email": "jiwoo.kim70@gmail.com"},
    {"phone": "010-0055-4330"},
    {"name": "Nobody Atall", "email": "nobody@nowhere.test"}, {"customer_number": "C777"}, {"name": "남궁비단"},
    {"name": "박서연", "phone": "010-0000-7919", "email": "x@y.test", "born_on": "1980-02-03", "city": "Seoul"},
)  # fmt: skip


def measure() -> dict[str, Measured]:
    """Fill a database of its own, with the titles that the search keeps, and ask as two members of staff."""
    with house() as owner:
        admin, seller = maker.administrator(), _staff_of_sales()
        with owner.cursor() as cursor:
            _people(cursor)
            cursor.execute(
                "INSERT INTO search_searchentry (object_name, record_id, title, text, pieces)"
                " SELECT 'person', id, lower(name), '', '{}' FROM customers_person"
            )
            maker.settle(cursor)
        found = {who: _ask(user) for who, user in (("administrator", admin), ("sales", seller))}
        worst = max(found.values())
        note = ", ".join(f"{who} {ms:.0f} ms" for who, ms in found.items())
        return {"duplicates": Measured(worst, note)}


def _staff_of_sales() -> Any:
    from dangol.platform.accounts.models import Role

    seller = _staff()
    own = {"see": "own", "create": "own"}
    Role.objects.filter(name="own").update(grants={"person": own})
    return seller


def _ask(user: Any) -> float:
    from django.conf import settings
    from django.test import Client

    settings.ALLOWED_HOSTS = ["*"]
    client, taken = Client(), []
    client.force_login(user)
    client.post("/people/alike", ASKED[0])
    for sent in ASKED * TIMES:
        began = time.perf_counter()
        answer = client.post("/people/alike", sent)
        taken.append((time.perf_counter() - began) * 1000)
        if answer.status_code != 200:
            raise RuntimeError(f"{sent}: {answer.status_code}")
    return quantiles(taken, n=20)[-1]
