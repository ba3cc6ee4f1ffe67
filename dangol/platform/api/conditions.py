"""Validators and conditions of single records (RFC 9110, 8.8.3 and 13): nobody overwrites what they have not seen."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from django.http import HttpRequest

_TAG = re.compile(r'(?:W/)?("[^"]*")')


class PreconditionFailed(Exception):
    """If-Match or If-None-Match does not hold. `current` is the record as the asker may see it now, None without."""

    def __init__(self, current: dict[str, Any] | None) -> None:
        self.current = current
        super().__init__("precondition")


def etag(answer: dict[str, Any]) -> str:
    """The strong tag of a record as one asker sees it.

    Made of what is shown and of nothing else, so that it tells nothing of fields that are hidden.
    """
    text = json.dumps(answer, sort_keys=True, default=str, ensure_ascii=True)
    return f'"{hashlib.sha256(text.encode()).hexdigest()[:32]}"'


def matches(header: str, tag: str) -> bool:
    """Whether a list of tags (or `*`) holds `tag`. Packing an answer on its way weakens the tag: W/ is passed over."""
    return header.strip() == "*" or tag in _TAG.findall(header)


def is_known(request: HttpRequest, tag: str) -> bool:
    """Whether the asker says to have this state already (If-None-Match)."""
    header = request.headers.get("If-None-Match", "")
    return bool(header) and matches(header, tag)
