from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dangol.core.customers.ends.queries import AtEnds
from dangol.core.customers.relations.models import Relation
from dangol.core.customers.relations.queries import answer, kind_called, kinds, ties_of
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects import reading
from dangol.platform.objects.beside import has, register_presence
from dangol.platform.objects.hung import register_hung
from dangol.platform.objects.registry import object_type, register_panel
from dangol.platform.objects.types import Field, Panel
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("change", "relation_kind")
ICONS = {"person": "user", "company": "building"}


def panel(actor: Actor, record: Any) -> dict[str, Any] | None:
    """To whom a person or company is related; None where nothing is known and nothing can be added."""
    declared = object_type(type(record).access_name)
    can = record.deleted_at is None and reading.may(declared, actor, record, "change")
    is_tied = has(record, "ties") or has(record, "ties back")
    ties = ties_of(actor, record, get_language() or "en") if is_tied else []
    if not ties and not can:
        return None
    shown = [{"tie": tie, "icon": ICONS[tie.object_name]} for tie in ties]
    return {"ties": shown, "can_change": can, "place": f"/{declared.slug}/{record.pk}"}


def kind_choices() -> list[tuple[str, str]]:
    """Every kind as a choice, in the language of the reader."""
    return [(kind.code, kind.called(get_language() or "en")) for kind in kinds()]


def _title(relation: Any) -> str:
    kind = kind_called(relation.kind)
    return kind.called(get_language() or "en") if kind else str(relation.kind)


register_hung(AtEnds(
    name=Relation.access_name,
    label=_("Relation"),
    model=Relation,
    fields=(Field("kind", _("Kind"), "choice", choices=kind_choices), Field("note", _("Note"))),
    title=_title,
    anchor=lambda relation: "#relations",
    answer=answer,
    links={"person": ("person", "other_person"), "company": ("company", "other_company")},
))  # fmt: skip
for _name in ("person", "company"):
    register_presence(_name, "ties", Relation, f"{_name}_id")
    register_presence(_name, "ties back", Relation, f"other_{_name}_id")
    register_panel(
        _name, Panel("relations", _("Related to"), "customers/relations/panel.html", panel, place="facts", order=40)
    )
register_right(Right("relation_kind", _("Kinds of relations"), ("change",), has_rows=False, order=218))
register("setup", item("relation-kinds", _("Kinds of relations"), "arrows-left-right", "relations:kinds", 23,
                       is_open=lambda v: v.may(*NEEDS)))  # fmt: skip
register_command(_("Kinds of relations"), "/setup/relations", "arrows-left-right", _("spouse parent advisor"), NEEDS)
register_title("relation.added", EventTitle(_("Relation added"), "link"))
register_title("relation.changed", EventTitle(_("Relation changed"), "edit", is_quiet=True))
register_title("relation.trashed", EventTitle(_("Relation removed"), "trash", is_quiet=True))
register_title("relation.restored", EventTitle(_("Relation brought back"), "restore", is_quiet=True))
register_title("relation_kinds.changed", EventTitle(_("Kinds of relations changed"), "arrows-left-right"))
