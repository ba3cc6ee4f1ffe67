from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.core.customers.companies.models import Company
from dangol.core.customers.companies.queries import SHOWN, Node, tree_of
from dangol.core.customers.companies.services import (
    change_company,
    create_companies,
    create_company,
    restore_company,
    trash_company,
)
from dangol.platform.access.actor import Actor
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.beside import has, register_presence
from dangol.platform.objects.registry import register, register_panel
from dangol.platform.objects.types import ObjectType, Panel, fields_of

FIRM, WITH_US = _("Company"), _("With us")

COMPANIES = register(
    ObjectType(
        name="company",
        model=Company,
        label=_("Company"),
        plural=_("Companies"),
        slug="companies",
        icon="building-store",
        section="customers",
        order=20,
        face="rounded",
        fields=fields_of(
            Company,
            (
                "name",
                "registration_number",
                "industry",
                "website",
                "phone",
                "address",
                "city",
                "country",
                "parent",
                "owner",
                "created_at",
                "changed_at",
            ),
            name={"group": FIRM},
            registration_number={"group": FIRM},
            industry={"group": FIRM, "is_list": True},
            website={"group": FIRM, "kind": "url"},
            phone={"group": FIRM, "kind": "phone"},
            address={"group": FIRM},
            city={"group": FIRM, "is_list": True},
            country={"group": FIRM, "kind": "country"},
            parent={"group": FIRM},
            owner={"group": WITH_US},
            created_at={"group": WITH_US, "label": _("Known since"), "is_sortable": False},
            changed_at={"group": WITH_US, "label": _("Last change")},
        ),
        columns=("name", "industry", "city", "country", "phone", "owner"),
        default_sort="name",
        title=lambda company: company.name,
        subtitle=lambda company: company.industry or company.city,
        search=("name", "registration_number", "phone", "city", "website"),
        create=create_company,
        create_many=create_companies,
        change=change_company,
        trash=trash_company,
        restore=restore_company,
        new_label=_("New company"),
        empty_hint=_("Add the firms that buy from you; people can belong to them."),
    )
)

register_title("company.created", EventTitle(_("Added"), "building-plus"))
register_title("company.changed", EventTitle(_("Changed"), "edit", is_quiet=True))
register_title("company.trashed", EventTitle(_("Put in the trash"), "trash"))
register_title("company.restored", EventTitle(_("Taken out of the trash"), "restore"))


def tree_panel(actor: Actor, company: Any) -> dict[str, Any] | None:
    """The tree in which a company stands, with its people added up; None for one that stands alone."""
    if company.parent_id is None and not has(company, "below"):
        return None
    top = tree_of(actor, company)
    return {"top": top, "lines": list(_lines(top))[:SHOWN], "more": max(0, _size(top) - SHOWN)} if top else None


def _lines(node: Node, depth: int = 0) -> Iterator[dict[str, Any]]:
    yield {"node": node, "depth": min(depth, 6), "url": f"/companies/{node.company.pk}"}
    for one in node.below:
        yield from _lines(one, depth + 1)


def _size(node: Node) -> int:
    return 1 + sum(_size(one) for one in node.below)


register_presence("company", "below", Company, "parent_id", where="deleted_at IS NULL")
register_panel(
    "company",
    Panel("tree", _("Group of companies"), "customers/companies/tree.html", tree_panel, place="now", order=20),
)
