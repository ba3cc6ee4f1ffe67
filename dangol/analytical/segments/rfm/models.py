"""The names of the groups, for people. No table: the grades stand in `CustomerTier`."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

SEGMENT_LABELS: dict[str, Any] = {
    "champions": _("Champions"),
    "loyal": _("Loyal"),
    "potential": _("Could become loyal"),
    "new": _("New"),
    "promising": _("Promising"),
    "attention": _("Need attention"),
    "sleepy": _("Falling asleep"),
    "cannot_lose": _("Must not be lost"),
    "at_risk": _("At risk"),
    "hibernating": _("Asleep"),
    "lost": _("Lost"),
}
