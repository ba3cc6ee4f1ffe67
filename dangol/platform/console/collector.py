"""The garbage collector of a process that lasts."""

from __future__ import annotations

import gc

from django.urls import get_resolver


def pass_over_what_is_loaded() -> None:
    """Let the garbage collector pass over all that is loaded by now, as it lasts until the end.

    Else each full round of it stops a process of this size for a tenth of a second, about every three hundred pages.
    """
    assert get_resolver().url_patterns  # loads every page's code, which the first request would do
    gc.collect()
    gc.freeze()
