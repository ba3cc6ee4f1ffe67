"""Reading the form of a draft."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from dangol.operational.marketing.campaigns.models import Campaign
from dangol.platform.ui.format import zone_for

CHOICES = ("segment", "message_class", "purpose")
TEXTS = ("name", "from_name", "reply_to", "control_percent", "horizon_days", "least_that_matters")


def values_of(sent: QueryDict) -> dict[str, Any]:
    """What the form says of the campaign, by field; what it does not hold is left as it is."""
    found: dict[str, Any] = {name: str(sent[name]).strip() for name in (*CHOICES, *TEXTS) if name in sent}
    if "campaign_language" in sent:
        found["language"] = sent["campaign_language"]
    if "is_bottom_asked" in sent:
        found["is_bottom_included"] = "is_bottom_included" in sent
    for name in ("segment", "purpose"):
        if name in found:
            found[name] = found[name] or None
    for name in ("control_percent", "horizon_days"):
        if name in found:
            found[name] = found[name].removesuffix("%").strip().replace(",", ".") or None
    if "least_that_matters" in found:
        found["least_that_matters"] = re.sub(r"[^\d.\-]", "", found["least_that_matters"]) or None
    return found


def filled(campaign: Campaign, values: dict[str, Any]) -> Campaign:
    """The campaign as the form says, unsaved: for asking the gate before saving, and for drawing the form again."""
    for name, value in values.items():
        if name in ("segment", "purpose"):
            if value is None or str(value).isdigit():
                setattr(campaign, f"{name}_id", int(value) if value else None)
        elif name in ("control_percent", "horizon_days", "least_that_matters"):
            column: Any = campaign._meta.get_field(name)
            try:
                setattr(campaign, name, column.to_python(value))
            except ValidationError:
                setattr(campaign, name, value)
        else:
            setattr(campaign, name, value)
    return campaign


def moment_of(sent: QueryDict, time_zone: str) -> tuple[datetime | None, str]:
    """When to begin (None: now), read in the viewer's time zone, and what is wrong with it."""
    if sent.get("when", "now") == "now":
        return None, ""
    try:
        found = datetime.fromisoformat(sent.get("at", "").strip())
    except ValueError:
        return None, _("Write a day and a time, such as 2026-03-31 14:00.")
    zone: ZoneInfo = zone_for(time_zone)
    return (found if found.tzinfo else found.replace(tzinfo=zone)), ""
