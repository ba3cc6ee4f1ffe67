"""The marks that stand for a customer: tier, rhythm, risk, sparkline, interval, face. SVG from the server, no script.

Pure functions; each returns safe markup. Colours come from the style sheet by class, so both modes and print hold.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Literal

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from dangol.platform.ui.korean import initials
from dangol.platform.ui.markup import escaped

_ON = SafeString(' class="on"')
RhythmSize = Literal["small", "wide"]
_SMALL = {
    "width": 82.0,
    "height": 18.0,
    "bar": 4.8,
    "left": 1.0,
    "step": 6.836,
    "top": 2.0,
    "foot": 18.0,
    "dot": 2.2,
    "rx": 1,
}
_WIDE = {
    "width": 296.0,
    "height": 50.0,
    "bar": 16.7,
    "left": 4.0,
    "step": 24.66,
    "top": 2.0,
    "foot": 34.0,
    "dot": 4.0,
    "rx": 2,
}


def icon(name: str, *, extra: str = "") -> SafeString:
    """A Tabler outline icon, hidden from screen readers: the word beside it says what it is."""
    return _icon(str(name), str(extra))


@lru_cache(maxsize=512)
def _icon(name: str, extra: str) -> SafeString:
    return format_html('<i class="ti ti-{}{}" aria-hidden="true"></i>', name, f" {extra}" if extra else "")


def tier(level: int, label: object, *, of: int = 4) -> SafeString:
    """Rising bars, `level` of `of` filled, and the tier's name beside them. Level 0 shows all bars empty."""
    return _tier(level, str(label), of)


@lru_cache(maxsize=256)
def _tier(level: int, label: str, of: int) -> SafeString:
    bars = "".join(
        f'<rect{_ON if i < level else ""} x="{_n(i * 3.7)}" y="{_n(12 - 12 * (i + 1) / of)}" width="2.6" '
        f'height="{_n(12 * (i + 1) / of)}" rx=".6"/>'
        for i in range(of)
    )
    svg = f'<svg viewBox="0 0 14 12" aria-hidden="true">{bars}</svg>'
    return SafeString(f'<span class="tier">{svg}{escaped(label)}</span>')


def rhythm(
    months: Sequence[float | None],
    *,
    size: RhythmSize = "small",
    first: str = "",
    last: str = "",
    label: str = "",
) -> SafeString:
    """One bar a month, oldest first, scaled to this customer; the mark of the product.

    A month is an amount above 0 (bar), 0 (dot: no orders) or None (red ring: an order was expected and did not come).
    `first` and `last` name the ends under the wide form.
    """
    shape = _WIDE if size == "wide" else _SMALL
    top = max((m for m in months if m), default=0) or 1.0
    drawn = "".join(_month(_height(m, top, shape), i, size == "wide") for i, m in enumerate(months))
    if size == "wide" and (first or last):
        drawn += (
            f'<text x="4" y="47">{escaped(first)}</text><text x="292" y="47" text-anchor="end">{escaped(last)}</text>'
        )
    kind = " wide" if size == "wide" else ""
    box = f"0 0 {_n(shape['width'])} {_n(shape['height'])}"
    words = escaped(label or rhythm_words(months))
    return SafeString(f'<svg class="rhythm{kind}" viewBox="{box}" role="img" aria-label="{words}">{drawn}</svg>')


def rhythm_words(months: Sequence[float | None]) -> str:
    """What the strip says, for ears: how many months had orders, and how many orders were missed."""
    bought, missed = sum(1 for m in months if m), sum(1 for m in months if m is None)
    return _rhythm_words(bought, missed, len(months), get_language())


@lru_cache(maxsize=2048)
def _rhythm_words(bought: int, missed: int, total: int, language: str | None) -> str:
    words = ngettext("Orders in %(bought)d of %(total)d month", "Orders in %(bought)d of %(total)d months", total) % {
        "bought": bought,
        "total": total,
    }
    if missed:
        words += "; " + ngettext("%(count)d expected order missing", "%(count)d expected orders missing", missed) % {
            "count": missed
        }
    return words


def _height(amount: float | None, top: float, shape: dict[str, float]) -> float | None:
    """How tall a month's bar is, to a tenth; 0 for a dot, None for a ring."""
    if amount is None or amount <= 0:
        return amount and 0.0
    return round(max(2.0, (shape["foot"] - shape["top"]) * float(amount) / float(top)), 1)


@lru_cache(maxsize=8192)
def _month(tall: float | None, index: int, is_wide: bool) -> str:
    shape = _WIDE if is_wide else _SMALL
    x = shape["left"] + index * shape["step"]
    middle = x + shape["bar"] / 2
    if tall is None:
        low = _n(shape["foot"] - shape["dot"] - 0.8)
        return f'<circle class="m" cx="{_n(middle)}" cy="{low}" r="{_n(shape["dot"])}"/>'
    if tall <= 0:
        return f'<circle class="z" cx="{_n(middle)}" cy="{_n(shape["foot"] - 1.5)}" r="1"/>'
    place = f'x="{_n(x)}" y="{_n(shape["foot"] - tall)}" width="{_n(shape["bar"])}" height="{_n(tall)}"'
    return f'<rect class="b" {place} rx="{_n(shape["rx"])}"/>'


def risk(kind: Literal["stay", "unclear", "leave"], label: object) -> SafeString:
    """Ring, half disc or disc, with the word beside it: shape first, colour only when someone should act."""
    inner = {
        "stay": SafeString('<circle cx="5" cy="5" r="4"/>'),
        "unclear": SafeString('<circle cx="5" cy="5" r="4"/><path class="f" d="M5 1a4 4 0 0 1 0 8z"/>'),
        "leave": SafeString('<circle class="f" cx="5" cy="5" r="4.5"/>'),
    }[kind]
    return format_html(
        '<span class="risk {}"><svg viewBox="0 0 10 10" aria-hidden="true">{}</svg>{}</span>', kind, inner, label
    )


def sparkline(now: Sequence[float], then: Sequence[float] = ()) -> SafeString:
    """This period's line over the last period's, on one scale; decoration beside a figure, hidden from readers."""
    values = [float(v) for v in (*now, *then)]
    if len(now) < 2:
        return SafeString("")
    low, high = min(values), max(values)
    lines = [("then", then), ("now", now)]
    drawn = [
        format_html('<polyline class="{}" points="{}"/>', name, _points(v, low, high))
        for name, v in lines
        if len(v) > 1
    ]
    return format_html(
        '<svg class="spark" viewBox="0 0 200 30" preserveAspectRatio="none" aria-hidden="true">{}</svg>', _joined(drawn)
    )


def _points(values: Sequence[float], low: float, high: float) -> str:
    span = (high - low) or 1.0
    step = 200 / (len(values) - 1)
    return " ".join(f"{_n(i * step)},{_n(27 - 24 * (float(v) - low) / span)}" for i, v in enumerate(values))


def band(
    value: float,
    low: float,
    high: float,
    *,
    words: tuple[object, object, object],
    tone: str = "",
    limits: tuple[float, float] = (0.35, 0.67),
) -> SafeString:
    """A chance with its interval on a scale of three zones, such as will stay, unclear, will leave. Shares 0-1."""
    zone = 0 if value < limits[0] else 2 if value >= limits[1] else 1
    a, b = limits[0] * 296, limits[1] * 296
    zones = [(0.0, a - 1.5), (a + 1.5, b - a - 3), (b + 1.5, 296 - b - 1.5)]
    anchors = [(0.0, "start"), ((a + b) / 2, "middle"), (296.0, "end")]
    rails = [format_html('<rect class="t" x="{}" y="4" width="{}" height="6" rx="3"/>', _n(x), _n(w)) for x, w in zones]
    texts = [
        format_html(
            '<text{} x="{}" y="29" text-anchor="{}">{}</text>', _ON if i == zone else "", _n(x), anchor, words[i]
        )
        for i, (x, anchor) in enumerate(anchors)
    ]
    left, right = _clamp(low) * 296, _clamp(high) * 296
    return format_html(
        '<svg class="bandbar {}" viewBox="0 0 296 34" role="img" aria-label="{}">{}'
        '<rect class="r" x="{}" y="5.5" width="{}" height="3" rx="1.5"/>'
        '<circle class="p" cx="{}" cy="7" r="5"/>{}</svg>',
        tone or ("calm", "look", "act")[zone],
        _("%(value)d %%, between %(low)d and %(high)d: %(word)s")
        % {"value": round(value * 100), "low": round(low * 100), "high": round(high * 100), "word": words[zone]},
        _joined(rails), _n(left), _n(max(2.0, right - left)), _n(min(291, max(5, _clamp(value) * 296))), _joined(texts),
    )  # fmt: skip


def interval(value: float, low: float, high: float, *, scale: tuple[float, float], label: str) -> SafeString:
    """A figure with its interval against zero, on `scale`: blue all above zero, ochre all below, else grey."""
    start, end = scale

    def at(amount: float) -> str:
        return _n(300 * (min(max(amount, start), end) - start) / ((end - start) or 1.0))

    tone = " up" if low > 0 else " down" if high < 0 else ""
    return format_html(
        '<svg class="ival{}" viewBox="0 0 300 22" role="img" aria-label="{}">'
        '<line class="ax" x1="{}" x2="{}" y1="0" y2="22"/>'
        '<line class="i" x1="{}" x2="{}" y1="11" y2="11"/><circle class="p" cx="{}" cy="11" r="5"/></svg>',
        tone, label, at(0), at(0), at(low), at(high), at(value),
    )  # fmt: skip


def face(name: object, *, kind: Literal["person", "firm", "staff"] = "person", big: bool = False) -> SafeString:
    """Initials in a shape that says who it is: customers round, firms rounded, staff square."""
    return _face(str(name or ""), kind, big)


@lru_cache(maxsize=4096)
def _face(name: str, kind: str, big: bool) -> SafeString:
    text = initials(name, letters=2 if kind == "staff" else 1)
    classes = "face" + ("" if kind == "person" else f" {kind}") + (" big" if big else "")
    return SafeString(f'<span class="{escaped(classes)}" aria-hidden="true">{escaped(text)}</span>')


def heat_level(share: float | None, low: float = 0.0, high: float = 1.0) -> int:
    """The step 1-7 of the heat scale for a value between `low` and `high`; 0 for nothing."""
    if share is None:
        return 0
    place = (float(share) - low) / ((high - low) or 1.0)
    return 1 + min(6, max(0, int(_clamp(place) * 7)))


def _joined(parts: Sequence[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def _clamp(share: float) -> float:
    return min(1.0, max(0.0, float(share)))


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
