"""Filters and tags that write figures, days, particles and marks for the viewer of the page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from dangol.platform.ui import assets, format, korean, marks
from dangol.platform.ui.viewer import Viewer

register = template.Library()
_ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def _language() -> str:
    return (get_language() or "en")[:2]


def _viewer(context: Context) -> Viewer:
    frame = context.get("ui")
    return frame.viewer if frame is not None else Viewer()


@register.simple_tag
def asset(path: str) -> str:
    """Address of a static file of ours."""
    return assets.asset(path)


@register.simple_tag
def icon(name: str, extra: str = "") -> SafeString:
    """An icon beside a word."""
    return marks.icon(name, extra=extra)


@register.filter
def number(value: format.Amount | None, digits: int | None = None) -> str:
    """12,431 or, with digits, 24.60."""
    return format.number(value, _language(), digits=digits)


@register.filter
def compact(value: format.Amount | None) -> str:
    """12.4K / 1.24만."""
    return format.compact(value, _language())


@register.filter
def percent(value: format.Amount | None, digits: int = 1) -> str:
    """A share 0-1 as a percentage."""
    return format.percent(value, _language(), digits=digits)


@register.filter
def signed(value: format.Amount | None, digits: int | None = None) -> str:
    """A change with its sign."""
    return format.signed(value, _language(), digits=digits)


@register.simple_tag(takes_context=True)
def money(context: Context, amount: format.Amount | None, currency: str | None = None, short: bool = False) -> str:
    """An amount in `currency`, or in the company's."""
    return format.money(amount, currency or _viewer(context).currency, _language(), short=short)


@register.simple_tag(takes_context=True)
def day(context: Context, value: date | datetime | None, near: bool = False) -> str:
    """A day; `near` leaves out this year."""
    zone = _viewer(context).time_zone
    return format.day(value, _language(), zone, today=_today(zone) if near else None)


@register.simple_tag
def month(value: date, short: bool = False) -> str:
    """A month with its year."""
    return format.month(value, _language(), short=short)


@register.simple_tag(takes_context=True)
def moment(context: Context, value: datetime | None) -> str:
    """A day and time in the viewer's zone, without this year."""
    zone = _viewer(context).time_zone
    return format.moment(value, _language(), zone, today=_today(zone))


@register.simple_tag(takes_context=True)
def ago(context: Context, value: datetime | date | None) -> SafeString | str:
    """How long ago, with the exact moment on hover and for machines."""
    if value is None:
        return ""
    zone = _viewer(context).time_zone
    full = format.moment(value, _language(), zone) if isinstance(value, datetime) else format.day(value, _language())
    text = format.relative(value, timezone.now(), _language(), zone)
    return format_html('<time datetime="{}" title="{}">{}</time>', value.isoformat(), full, text)


def _today(zone: str) -> date:
    return timezone.now().astimezone(format.zone_for(zone)).date()


@register.filter
def octets(value: int) -> str:
    """The size of a file."""
    return format.size(value, _language())


@register.filter
def particle(word: object, kind: str) -> str:
    """The word with its Korean particle: {{ name|particle:"은" }}; in other languages the word alone."""
    return korean.with_particle(word, kind) if _language() == "ko" else str(word)


@register.simple_tag
def tier(level: int, label: object, of: int = 4) -> SafeString:
    """Rising bars and the tier's name."""
    return marks.tier(level, label, of=of)


@register.simple_tag
def rhythm(
    months: Sequence[float | None], size: marks.RhythmSize = "small", first: str = "", last: str = ""
) -> SafeString:
    """Twelve bars, one a month."""
    return marks.rhythm(months, size=size, first=first, last=last)


@register.simple_tag
def risk(kind: str, label: object) -> SafeString:
    """Ring, half disc or disc with its word."""
    return marks.risk(kind, label)  # type: ignore[arg-type]


@register.simple_tag
def sparkline(now: Sequence[float], then: Sequence[float] = ()) -> SafeString:
    """This period's line over the last one's."""
    return marks.sparkline(now, then)


@register.simple_tag
def face(name: object, kind: str = "person", big: bool = False) -> SafeString:
    """Initials in a circle (person), rounded (firm) or square (staff)."""
    return marks.face(name, kind=kind, big=big)  # type: ignore[arg-type]


@register.filter
def heat(share: float | None, ends: str = "0,1") -> int:
    """Step 1-7 of the heat scale between the two ends "low,high"."""
    low, high = (float(end) for end in ends.split(","))
    return marks.heat_level(share, low, high)


@register.simple_tag
def picture_data(data: Mapping[str, Any] | Sequence[Any], element_id: str) -> SafeString:
    """Data of a picture as a JSON block that no script can break out of."""
    text = json.dumps(data, default=str, ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/json" id="{}">{}</script>', element_id, SafeString(text))
