from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dangol.core.customers.contact_points.models import ContactPoint
from dangol.core.customers.contact_points.queries import Point, answer, points_of
from dangol.core.customers.contact_points.rules import shown_phone
from dangol.core.customers.ends.queries import AtEnds
from dangol.platform.access.actor import Actor
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects import reading
from dangol.platform.objects.beside import has, register_presence
from dangol.platform.objects.hung import register_hung
from dangol.platform.objects.registry import object_type, register_panel
from dangol.platform.objects.types import Panel, fields_of

ICONS = {"email": "mail", "phone": "phone", "address": "map-pin", "messenger": "message", "social": "at"}
LINES = {
    "mobile": _("Mobile"), "landline": _("Landline"), "either": _("Phone"), "internet": _("Internet phone"),
    "personal": _("Relay number"), "toll_free": _("Toll-free number"), "representative": _("Company number"),
    "premium": _("Paid number"), "pager": _("Pager"), "other": _("Phone"),
}  # fmt: skip


def panel(actor: Actor, record: Any) -> dict[str, Any] | None:
    """Every way to reach a person or a company; None where there is nothing to say and nothing to add."""
    declared = object_type(type(record).access_name)
    can = record.deleted_at is None and reading.may(declared, actor, record, "change")
    points = points_of(actor, record, has_more=has(record, "ways"))
    if not points and not can:
        return None
    language = get_language() or "en"
    shown = [_drawn(point, language) for point in points]
    return {"points": shown, "can_change": can, "place": f"/{declared.slug}/{record.pk}"}


def _drawn(point: Point, language: str) -> dict[str, Any]:
    line = point.line
    return {
        "point": point, "words": shown_phone(point.value) if line else point.value, "icon": ICONS[point.kind],
        "line": LINES[line.line] if line else "", "region": point.region(language), "row": point.row,
    }  # fmt: skip


POINT = AtEnds(
    name=ContactPoint.access_name,
    label=_("Contact point"),
    model=ContactPoint,
    fields=fields_of(
        ContactPoint,
        ("kind", "provider", "value", "label", "source", "verified_at", "reachable", "unreachable_why"),
    ),
    title=lambda point: f"{point.get_kind_display()} {point.value}",
    anchor=lambda point: "#ways",
    answer=answer,
)
register_hung(POINT)
for _name in ("person", "company"):
    register_presence(_name, "ways", ContactPoint, f"{_name}_id")
    register_panel(
        _name,
        Panel("ways", _("Ways to reach them"), "customers/contact_points/panel.html", panel, place="facts", order=10),
    )
register_title("contact_point.added", EventTitle(_("Contact point added"), "at"))
register_title("contact_point.changed", EventTitle(_("Contact point changed"), "edit", is_quiet=True))
register_title("contact_point.trashed", EventTitle(_("Contact point removed"), "trash", is_quiet=True))
register_title("contact_point.restored", EventTitle(_("Contact point brought back"), "restore", is_quiet=True))
register_title("contact_points.reached", EventTitle(_("Reachability noted"), "mail-off", is_quiet=True))
