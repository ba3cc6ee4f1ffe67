from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.utils.translation import gettext_lazy as _

from dangol.analytical.segments.definitions.models import Segment
from dangol.analytical.segments.definitions.queries import rules_of, said, segments_naming
from dangol.analytical.segments.definitions.services import (
    change_segment,
    create_segment,
    restore_segment,
    rewrite_rules,
    trash_segment,
)
from dangol.platform.access.actor import Actor
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.address import packed
from dangol.platform.objects.pick_lists.places import Place, register_place
from dangol.platform.objects.reading import may
from dangol.platform.objects.registry import ListDoor, register, register_list_door, register_panel
from dangol.platform.objects.types import ObjectType, Panel, View, fields_of

SEGMENT = register(
    ObjectType(
        name="segment",
        model=Segment,
        label=_("Segment"),
        plural=_("Segments"),
        slug="segments",
        icon="users-group",
        section="marketing",
        order=40,
        fields=fields_of(
            Segment,
            ("name", "kind", "member_count", "refreshed_at", "description", "owner", "created_at", "changed_at"),
            kind={"is_editable": False},
            member_count={"is_editable": False},
            refreshed_at={"is_editable": False},
            description={"kind": "long_text"},
            created_at={"label": _("Made")},
            changed_at={"label": _("Last change")},
        ),
        columns=("name", "kind", "member_count", "refreshed_at", "owner"),
        default_sort="name",
        title=lambda segment: segment.name,
        subtitle=lambda segment: str(segment.get_kind_display()),
        search=("name", "description"),
        views=(View("static", _("Static lists"), {"field": "kind", "op": "is", "value": "static"}),),
        create=create_segment,
        change=change_segment,
        trash=trash_segment,
        restore=restore_segment,
        new_label=_("New segment"),
        empty_hint=_("A segment is a group of customers: by rules that are asked again every night, or by hand."),
    )
)


def rules_panel(actor: Actor, segment: Any) -> Mapping[str, Any] | None:
    """The rules in words, and the ways to change them and to see the people; None for a static list."""
    if segment.kind != Segment.Kind.RULES:
        return None
    return {
        "rules": said(actor, segment.filter),
        "may_change": segment.deleted_at is None and may(SEGMENT, actor, segment, "change"),
    }


def people_url(segment_id: int) -> str:
    """The list of people in a segment."""
    return "/people?filter=" + quote(packed({"field": "segment", "op": "is", "value": segment_id}))


register_panel("segment", Panel("rules", _("Rules"), "segments/definitions/rules_panel.html", rules_panel, order=10))
register_list_door(
    "person", ListDoor("save_segment", _("Save as segment"), "filter-plus", "/segments/new", ("create", "segment"))
)
register_title("segment.created", EventTitle(_("Added"), "users-group"))
register_title("segment.changed", EventTitle(_("Changed"), "edit", is_quiet=True))
register_title("segment.trashed", EventTitle(_("Put in the trash"), "trash"))
register_title("segment.restored", EventTitle(_("Taken out of the trash"), "restore"))
register_title("segment.rules_saved", EventTitle(_("Rules saved"), "filter"))

register_place(
    Place(
        "segments", _("Segments"), segments_naming, rules_of,
        lambda pk, tree: rewrite_rules(actor=Actor.system("values were merged"), segment_id=pk, tree=tree),
    )
)  # fmt: skip
