from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from dangol.core.purchases.orders.rules.choices import Choices
from dangol.core.purchases.orders.services.importing import import_orders
from dangol.core.purchases.orders.tests.files import HEADER, ROWS, opened, write
from dangol.platform.access.actor import Actor
from dangol.platform.exchange.models import ImportRun
from dangol.platform.jobs.progress import Tracker

Import = Callable[..., dict[str, Any]]


@pytest.fixture
def take(tmp_path: Path, system: Actor) -> Import:
    """Write rows to a file and take it in."""

    def run(
        rows: Sequence[Sequence[str]] = ROWS, *, header: Sequence[str] = HEADER, actor: Actor = system,
        is_dry: bool = False, path: Path | None = None, **choices: Any,
    ) -> dict[str, Any]:  # fmt: skip
        table, columns = opened(path or write(tmp_path / "orders.csv", rows, header))
        run_id = str(ImportRun.objects.create(kind="orders", file_name="orders.csv").pk)
        return import_orders(
            actor=actor, table=table, columns=columns, choices=Choices(**choices), tracker=Tracker(None),
            run_id=run_id, is_dry=is_dry,
        )  # fmt: skip

    return run
