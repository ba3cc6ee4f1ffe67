"""Work with the database beside an event loop."""

from __future__ import annotations

from collections.abc import Callable
from typing import ParamSpec, TypeVar

from asgiref.sync import sync_to_async
from django.db import close_old_connections

P = ParamSpec("P")
T = TypeVar("T")


async def beside_the_loop(function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Call `function` in the loop's thread for blocking work, with a connection that is alive.

    That thread outlives every job, and so does its connection: after a restart of the database it would stay broken,
    since nobody's request or job ends there.
    """

    def call() -> T:
        close_old_connections()
        return function(*args, **kwargs)

    return await sync_to_async(call)()
