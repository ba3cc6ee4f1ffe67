from __future__ import annotations

import gc

from dangol.platform.console.serving import pass_over_what_is_loaded


def test_what_is_loaded_at_the_start_is_not_looked_at_by_the_collector_again() -> None:
    before = gc.get_freeze_count()
    try:
        pass_over_what_is_loaded()
        assert gc.get_freeze_count() > before + 10_000
    finally:
        gc.unfreeze()
