from __future__ import annotations

from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects.record_rules.models import Rule
from dangol.platform.objects.writing import NotFound

RIGHT = "rule"


def rules_of(actor: Actor, object_name: str) -> list[Rule]:
    """The rules of an object, in the order in which they were made. Raises Forbidden."""
    require(actor, "see", RIGHT)
    return list(Rule.objects.filter(object_name=object_name).order_by("id"))


def find(actor: Actor, number: int) -> Rule:
    """One rule. Raises Forbidden, NotFound."""
    require(actor, "see", RIGHT)
    found = Rule.objects.filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such rule."))
    return found
