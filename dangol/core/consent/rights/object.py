"""The pages of people's rights in the frame, the places that hold something about people, and their events in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.core.consent.rights.models import RightsRequest
from dangol.core.consent.rights.queries.requests import open_requests
from dangol.core.consent.rights.services import places
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.added.columns import DOCUMENT
from dangol.platform.objects.beside import has, register_presence
from dangol.platform.objects.holders import Holder, register_fate, register_holder
from dangol.platform.objects.registry import register_panel
from dangol.platform.objects.types import Panel
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("see", "privacy")

TABLES = {
    "purchases_order": _("Orders"), "segments_membership": _("Places in segments"),
    "consent_record": _("Lines of consent"), "consent_state": _("Consent as it holds"),
    "consent_permit": _("Decisions of the gate"), "consent_notice": _("Notices about consent"),
    "consent_guardian": _("Guardian's agreement"), "consent_wish": _("Wishes about messages"),
    "consent_request": _("Requests"), "marketing_recipient": _("Places in campaigns"),
    "channels_message": _("Messages"), "channels_touch": _("Opened and followed links"),
    "activities_note": _("Notes"), "activities_attachment": _("Files"), "customers_contactpoint": _("Contact points"),
    "behavior_visitor": _("Devices"), "behavior_visit": _("Visits"), "segments_customer_tier": _("Tier"),
    "segments_tier_period": _("Tiers by month"), "predictions_lifetime_value": _("Lifetime value"),
    "segments_stage": _("Stage"), "segments_stage_period": _("History of stages"), "access_share": _("Shared records"),
    "api_externalid": _("Numbers in other systems"), "membership_points": _("Points"),
}  # fmt: skip
"""What stands in tables, in words; what is not named here is shown by the table's name."""


def told(rows: Sequence[tuple[str, int, str]]) -> list[tuple[str, int, str]]:
    """A preview with its tables in words."""
    return [(str(TABLES.get(what, what)), count, fate) for what, count, fate in rows]


def rights_panel(actor: Actor, person: Any) -> Mapping[str, Any] | None:
    """What the person asked for, and the ways to answer; None for who does not look after it."""
    if not actor.may(*NEEDS):
        return None
    return {
        "requests": open_requests(actor, person.pk) if has(person, "requests") else [],
        "may_take": actor.may("create", "privacy"),
        "may_export": actor.may("export", "privacy"),
        "may_erase": actor.may("delete", "privacy"),
    }


# Orders are kept five years without the person: Framework Act on National Taxes (국세기본법) art. 85-3(2), E-commerce
# Act Decree (전자상거래법 시행령) art. 6(1); GDPR art. 17(3)(b).
register_fate("purchases_order", "cut", blank=("note", DOCUMENT))
register_fate("consent_request", "cut", blank=("note", "answer"))
register_fate("consent_guardian", "erase")
register_fate("behavior_visitor", "erase")

register_holder(Holder("caught_mail", _("Mail in the local catcher"), places.erase_caught_mail,
                       export=places.caught_mail, count=places.count_caught_mail))  # fmt: skip
register_holder(Holder("put_aside", _("Rows of imports that were put aside"), places.erase_put_aside))
register_holder(Holder("kept_answers", _("Answers of the API that are kept for a day"), places.erase_kept_answers))
register_holder(Holder("import_files", _("Uploaded files of imports"), lambda subject: 0,
                       after=places.remove_import_files))  # fmt: skip
register_holder(Holder("exports", _("Exported files"), lambda subject: 0, after=places.remove_exports))
register_holder(Holder("search_words", _("Words of the search"), lambda subject: 0,
                       after=places.forget_search_words))  # fmt: skip
register_holder(Holder("lake", _("Warehouse"), lambda subject: 0, export=places.lake_rows,
                       after=places.forget_in_lake, order=700))  # fmt: skip
register_holder(Holder("traces", _("Traces of addresses"), lambda subject: 0, after=places.sweep_traces, order=800))

register_presence("person", "requests", RightsRequest, "person_id", where="state IN ('open', 'unconfirmed')")
register_panel("person", Panel("rights", _("Rights to the data"), "consent/rights/panel.html", rights_panel, order=70))
register_title("rights_request.taken", EventTitle(_("Asked about the own data"), "user-question"))
register_title("rights_request.answered", EventTitle(_("Question about the own data answered"), "user-check"))
register_title("person.taken_out", EventTitle(_("All data of a customer written into an archive"), "file-zip"))
register_title("person.erased", EventTitle(_("Customer erased"), "user-x"))
register("setup", item("privacy", _("Rights to the data"), "user-question", "rights:list", 55,
                       is_open=lambda viewer: viewer.may(*NEEDS)))  # fmt: skip
register_command(
    _("Rights to the data"), "/privacy", "user-question", _("privacy GDPR PIPA access erasure request"), NEEDS
)
register_right(
    Right(
        "privacy", _("Rights to the data"), ("see", "create", "change", "delete", "export"), has_rows=False, order=117
    )
)
