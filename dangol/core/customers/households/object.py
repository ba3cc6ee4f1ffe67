from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.core.customers.households.models import Household
from dangol.core.customers.households.queries import MOST_SHOWN, household_of, members
from dangol.core.customers.households.services import (
    change_household,
    create_household,
    create_households,
    restore_household,
    trash_household,
)
from dangol.platform.access.actor import Actor
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.registry import object_type, register, register_panel
from dangol.platform.objects.types import ObjectType, Panel, fields_of

HOUSEHOLDS = register(
    ObjectType(
        name="household",
        model=Household,
        label=_("Household"),
        plural=_("Households"),
        slug="households",
        icon="home",
        section="customers",
        order=25,
        face="rounded",
        fields=fields_of(
            Household,
            ("name", "main_person", "address", "city", "country", "note", "owner", "created_at", "changed_at"),
            city={"is_list": True},
            country={"kind": "country"},
            note={"kind": "long_text"},
            created_at={"label": _("Known since"), "is_sortable": False},
            changed_at={"label": _("Last change")},
        ),
        columns=("name", "main_person", "city", "country", "owner"),
        default_sort="name",
        title=lambda household: household.name,
        subtitle=lambda household: household.city,
        search=("name", "address", "city"),
        create=create_household,
        create_many=create_households,
        change=change_household,
        trash=trash_household,
        restore=restore_household,
        new_label=_("New household"),
        empty_hint=_("Put people who live and buy together into one household, and see what it buys in all."),
    )
)


def members_panel(actor: Actor, household: Any) -> dict[str, Any] | None:
    """Who belongs to a household; None for who may see no people."""
    if not actor.may("see", "person"):
        return None
    return _shown(actor, household, None)


def household_panel(actor: Actor, person: Any) -> dict[str, Any] | None:
    """With whom a person lives; None without a household, or with one that the viewer may not see."""
    household = household_of(actor, person)
    return _shown(actor, household, person) if household is not None else None


def _shown(actor: Actor, household: Any, person: Any) -> dict[str, Any]:
    rows, title = members(actor, household.pk), object_type("person").title
    found = list(rows[: MOST_SHOWN + 1])
    people = [{"title": title(p), "id": p.pk, "is_main": p.pk == household.main_person_id,
               "is_here": person is not None and p.pk == person.pk} for p in found[:MOST_SHOWN]]  # fmt: skip
    more = rows.count() - MOST_SHOWN if len(found) > MOST_SHOWN else 0
    return {"household": household, "people": people, "more": more, "person": person}


_TEMPLATE = "customers/households/panel.html"
register_panel("household", Panel("members", _("Members"), _TEMPLATE, members_panel, place="now", order=10))
register_panel("person", Panel("household", _("Household"), _TEMPLATE, household_panel, place="facts", order=30))
register_title("household.created", EventTitle(_("Added"), "home-plus"))
register_title("household.changed", EventTitle(_("Changed"), "edit", is_quiet=True))
register_title("household.trashed", EventTitle(_("Put in the trash"), "trash"))
register_title("household.restored", EventTitle(_("Taken out of the trash"), "restore"))
