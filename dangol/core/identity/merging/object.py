"""Merges on the record's page, in the history, and for whoever follows an old number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.core.identity.merging.models import MERGED, Merge
from dangol.core.identity.merging.queries import FORMER_SQL, former, gone_up_in, into, sentences
from dangol.core.identity.merging.services.forgetting import forget, held
from dangol.platform.access.actor import Actor
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.beside import has, register_presence
from dangol.platform.objects.former import Merges, register_merges
from dangol.platform.objects.holders import Holder, register_holder
from dangol.platform.objects.registry import register_panel
from dangol.platform.objects.types import Panel

WORDS = {
    "customers_person": _("People of the company"), "customers_company": _("Companies"),
    "purchases_order": _("Orders"), "channels_message": _("Messages"), "consent_record": _("Lines of consent"),
    "consent_state": _("Consent that holds"), "consent_permit": _("Permits to send"),
    "segments_membership": _("Segments"), "segments_customer_tier": _("Tier"), "segments_tier_period": _("Tier"),
    "predictions_lifetime_value": _("Expected value"), "marketing_recipient": _("Campaigns"),
    "activities_note": _("Notes"), "activities_attachment": _("Files"), "access_share": _("Shares"),
    "api_externalid": _("Numbers of other systems"), "customers_contactpoint": _("Further ways to reach them"),
    "customers_employment": _("Employments"), "behavior_visitor": _("Visitors of the web site"),
}  # fmt: skip


def words_of(table: str) -> Any:
    """What rows of a table are called."""
    return WORDS.get(table) or _("Other things")


def merged_panel(actor: Actor, record: Any) -> Mapping[str, Any] | None:
    """Who went up in a record; None where nobody did."""
    found = gone_up_in(actor, type(record).access_name, record.pk) if has(record, "merged") else []
    return {"gone": found, "may": actor.may("merge", type(record).access_name)} if found else None


def ways_panel(actor: Actor, record: Any) -> Mapping[str, Any] | None:
    """The way to merging this record with another one; None for who may not."""
    name = type(record).access_name
    if not actor.may("merge", name) or record.deleted_at is not None:
        return None
    return {"object_name": name}


register_holder(Holder(name="identity", label=_("Merged records"), erase=forget, count=held, order=100))
register_merges(Merges(into=into, former=former, former_sql=FORMER_SQL, sentences=sentences))
for _name in MERGED:
    register_presence(_name, "merged", Merge, "survivor_id", where=f"object_name = '{_name}' AND undone_at IS NULL")
    register_panel(_name, Panel("merged", _("Merged"), "identity/merging/panel.html", merged_panel, "facts", order=900))
    register_panel(
        _name, Panel("merging", _("Duplicates"), "identity/merging/way.html", ways_panel, "facts", order=910)
    )
    register_title(f"{_name}.merged", EventTitle(_("Merged with another record"), "arrow-merge"))
    register_title(f"{_name}.merged_away", EventTitle(_("Went up in another record"), "arrow-merge"))
    register_title(f"{_name}.unmerged", EventTitle(_("Parted from a record merged before"), "arrows-split"))
    register_title(f"{_name}.came_back", EventTitle(_("Parted from another record"), "arrows-split"))
