"""Look-alikes in words, for forms of people and companies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from dangol.core.identity.duplicates.queries import Alike, alike
from dangol.core.identity.likeness.rules.comparing import ALIKE, SAME
from dangol.core.identity.merging.models import MERGED
from dangol.platform.access.actor import Actor
from dangol.platform.objects.alike import Lookalike, register_lookalikes
from dangol.platform.objects.registry import all_fields, object_type


def in_words(object_name: str, reasons: Mapping[str, str]) -> list[str]:
    """What two records have in common, and in what they differ, field by field."""
    fields = all_fields(object_type(object_name))
    patterns = {SAME: _("same %(field)s"), ALIKE: _("similar %(field)s")}
    found = []
    for name, level in reasons.items():
        label = str(fields[name].label) if name in fields else name
        pattern = patterns.get(level, _("different %(field)s"))
        found.append(pattern % {"field": label[:1].lower() + label[1:]})
    return found


def shown(object_name: str, one: Alike) -> Lookalike:
    """A look-alike as a form shows it."""
    url = f"/{object_type(object_name).slug}/{one.record.pk}"
    common = {n: level for n, level in one.likeness.reasons.items() if level in (SAME, ALIKE)}
    apart = {n: level for n, level in one.likeness.reasons.items() if n not in common}
    reasons = [*in_words(object_name, common), *in_words(object_name, apart)]
    return Lookalike(one.title, one.subtitle, url, reasons, one.likeness.is_sure)


def find(actor: Actor, object_name: str, values: Mapping[str, Any]) -> list[Lookalike]:
    """The records that look like one with `values`, as `actor` may know of them."""
    return [shown(object_name, one) for one in alike(actor, object_name, values)]


for _name in MERGED:
    register_lookalikes(_name, find)
