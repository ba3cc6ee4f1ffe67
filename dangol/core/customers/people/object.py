from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dangol.core.customers.contact_points.rules.regions import REGIONS, region_name
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.rules import shown_name
from dangol.core.customers.people.services import (
    change_person,
    create_people,
    create_person,
    restore_person,
    trash_person,
)
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.registry import register
from dangol.platform.objects.types import ObjectType, fields_of

PERSON, WITH_US = _("Person"), _("With us")


def title(person: Any) -> str:
    """How a person is called by a reader of the running language."""
    return shown_name(person.name, person.latin_name, get_language() or "en") or str(person.numbered_title)


def subtitle(person: Any) -> str:
    """What stands small under the name: role, or place."""
    return str(person.job_title or person.city)


def region_choices() -> list[tuple[str, str]]:
    """The regions of Korea in the language of the reader; of other countries any text may stand."""
    language = get_language() or "en"
    return [(region.code, region_name(region.code, language)) for region in REGIONS]


PEOPLE = register(
    ObjectType(
        name="person",
        model=Person,
        label=_("Person"),
        plural=_("People"),
        slug="people",
        icon="users",
        section="customers",
        order=10,
        face="round",
        fields=fields_of(
            Person,
            (
                "name",
                "latin_name",
                "email",
                "phone",
                "company",
                "job_title",
                "address",
                "city",
                "country",
                "language",
                "born_on",
                "age_band",
                "gender",
                "region",
                "occupation",
                "household",
                "customer_number",
                "owner",
                "source",
                "created_at",
                "changed_at",
            ),
            name={"group": PERSON},
            latin_name={"group": PERSON},
            email={"group": PERSON, "kind": "email"},
            phone={"group": PERSON, "kind": "phone"},
            company={"group": PERSON},
            job_title={"group": PERSON, "is_list": True},
            address={"group": PERSON},
            city={"group": PERSON, "is_list": True},
            country={"group": PERSON, "kind": "country"},
            language={"group": PERSON, "kind": "language"},
            born_on={"group": PERSON},
            age_band={"group": PERSON, "help": _("Follows from the birthday where that is known.")},
            gender={"group": PERSON},
            region={"group": PERSON, "is_list": True, "listed": region_choices},
            occupation={"group": PERSON, "is_list": True},
            household={"group": PERSON},
            customer_number={"group": WITH_US},
            owner={"group": WITH_US},
            source={"group": WITH_US, "is_list": True},
            created_at={"group": WITH_US, "label": _("Known since")},
            changed_at={"group": WITH_US, "label": _("Last change")},
        ),
        columns=("name", "company", "city", "country", "owner"),
        default_sort="name",
        title=title,
        subtitle=subtitle,
        search=("name", "latin_name", "email", "phone", "customer_number"),
        create=create_person,
        create_many=create_people,
        change=change_person,
        trash=trash_person,
        restore=restore_person,
        new_label=_("New person"),
        empty_hint=_("Import your orders, and your customers appear here with their value."),
    )
)

register_title("person.created", EventTitle(_("Added"), "user-plus"))
register_title("person.changed", EventTitle(_("Changed"), "edit", is_quiet=True))
register_title("person.trashed", EventTitle(_("Put in the trash"), "trash"))
register_title("person.restored", EventTitle(_("Taken out of the trash"), "restore"))
