"""What was loaded or removed, in sentences for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def loaded(counts: Mapping[str, Any]) -> list[str]:
    """Say what was loaded."""
    if not counts.get("is_new", True):
        return [_("The demo company was here already; nothing was changed.")]
    return [
        _("Loaded %(people)s customers, %(companies)s companies, %(products)s products and %(orders)s orders.")
        % _written(counts)
    ]


def removed(counts: Mapping[str, Any]) -> list[str]:
    """Say what was removed, and what stayed and why."""
    if not (counts.get("people") or counts.get("orders") or counts.get("staff")):
        return [_("There was no demo company to remove; nothing was changed.")]
    written = _written(counts)
    said = [
        _(
            "Removed %(people)s customers, %(companies)s companies, %(products)s products, %(orders)s orders and"
            " %(staff)s members of staff."
        )
        % written
    ]
    if count := int(counts.get("kept_people", 0)):
        said.append(
            ngettext(
                "Kept %(kept_people)s demo customer who has orders of your own.",
                "Kept %(kept_people)s demo customers who have orders of your own.",
                count,
            )
            % written
        )
    if counts.get("kept_companies") or counts.get("kept_products"):
        said.append(
            _("Kept %(kept_companies)s companies and %(kept_products)s products that your own data needs.") % written
        )
    if counts.get("kept_staff"):
        said.append(_("Kept the demo account with which you can still sign in. Make one of your own soon."))
    return said


def _written(counts: Mapping[str, Any]) -> dict[str, str]:
    return {name: f"{value:,}" for name, value in counts.items() if isinstance(value, int)}
