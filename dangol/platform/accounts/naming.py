"""Names of people, teams, roles and keys as they are kept."""

from __future__ import annotations

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST_NAME = 120
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


def named(value: Any) -> str:
    """A name as it is kept: one line, at most 120 characters. Raises ValidationError for `name`."""
    text = " ".join(str(value).split(" ")).strip()
    if not text:
        raise ValidationError({"name": _("A name is needed.")})
    if _UNSAFE.search(text):
        raise ValidationError({"name": _("Line breaks and control characters cannot stand here.")})
    if len(text) > MOST_NAME:
        raise ValidationError({"name": _("At most %(limit)s characters.") % {"limit": MOST_NAME}})
    return text
