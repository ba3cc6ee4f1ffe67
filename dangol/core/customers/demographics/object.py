from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.core.customers.demographics.queries import details_of
from dangol.platform.access.actor import Actor
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects import cells, reading
from dangol.platform.objects.registry import object_type, register_panel
from dangol.platform.objects.types import Field, Panel
from dangol.platform.ui.viewer import Viewer


def panel(actor: Actor, person: Any) -> dict[str, Any] | None:
    """Where a person's details come from; None where none is known."""
    details = details_of(actor, person)
    if not details:
        return None
    declared = object_type("person")
    can = person.deleted_at is None and reading.may(declared, actor, person, "change")
    fields, viewer = {f.name: f for f in declared.fields}, Viewer(actor=actor)
    shown = [
        {
            "detail": d, "label": fields[d.field].label, "value": _said(fields[d.field], d.value, viewer),
            "can": can and actor.field_right("person", d.field) == "edit",
        }
        for d in details
    ]  # fmt: skip
    return {"details": shown, "place": f"/people/{person.pk}/details", "source": person.source}


def _said(f: Field, value: Any, viewer: Viewer) -> str:
    known = {str(choice): str(label) for choice, label in f.listed_pairs()}
    return known.get(str(value)) or cells.plain(f, value, viewer)


register_panel(
    "person", Panel("details", _("Where this comes from"), "customers/demographics/panel.html", panel, place="facts",
                    order=60)
)  # fmt: skip
register_title("person_fact.noted", EventTitle(_("Source of a detail noted"), "info-circle", is_quiet=True))
