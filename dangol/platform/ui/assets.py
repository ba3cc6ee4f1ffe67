"""Addresses of static files that change when the file does, so that browsers may keep them."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles import finders
from django.templatetags.static import static


def asset(path: str) -> str:
    """The address of a file under `static/dangol/`, with a mark of its contents."""
    name = f"dangol/{path}"
    mark = _mark.__wrapped__(name) if settings.DEBUG else _mark(name)
    return f"{static(name)}?{mark}" if mark else static(name)


@lru_cache(maxsize=256)
def _mark(name: str) -> str:
    found = finders.find(name)
    if not isinstance(found, str):
        return ""
    return hashlib.sha256(Path(found).read_bytes()).hexdigest()[:10]
