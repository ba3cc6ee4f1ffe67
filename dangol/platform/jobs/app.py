"""Hook that the job library calls when Django is ready."""

from __future__ import annotations

from typing import Any


def configure(app: Any) -> None:
    """Nothing to add yet; the place where job middleware is set."""
