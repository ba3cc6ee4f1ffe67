"""What to offer on a person's page: nothing unless it beats best-sellers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from dangol.analytical.recommendations.cross_sell.queries import Offer, offers_for
from dangol.platform.access.actor import Actor
from dangol.platform.objects.beside import has
from dangol.platform.objects.registry import register_panel, sees_fields
from dangol.platform.objects.types import Panel
from dangol.platform.ui import format
from dangol.platform.ui.navigation import item, register, register_command


def offer_panel(actor: Actor, person: Any) -> Mapping[str, Any] | None:
    """The best offers with their counts in words; None while offers do no better than best-sellers, or none fits."""
    if not (actor.may("see", "order") and actor.may("see", "product") and has(person, "orders")):
        return None
    if not sees_fields(actor, "order", "person", "kind", "ordered_at") or not sees_fields(actor, "product", "name"):
        return None
    found = offers_for(actor, person.pk)
    return {"offers": [(offer, reason(offer)) for offer in found]} if found else None


def reason(offer: Offer) -> str:
    """Why this product: how many of those who bought the other one bought it too, and how much more often that is."""
    return translate(
        "Goes with %(because)s: %(together)s of %(buyers)s who bought that bought this too, %(lift)s times as many as"
        " among all customers."
    ) % {
        "because": offer.because, "together": format.number(offer.together), "buyers": format.number(offer.buyers),
        "lift": format.number(round(offer.lift, 1), digits=1),
    }  # fmt: skip


register_panel("person", Panel("offer", _("To offer"), "recommendations/cross_sell/panel.html", offer_panel, order=25))
register("insight", item("together", _("What goes together"), "link", "cross_sell:report", 40, "insight"))
register_command(
    _("What goes together"), "/insight/together", "link", _("cross-sell basket pairs lift offers"), ("see", "insight")
)
