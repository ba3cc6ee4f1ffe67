"""The layouts of this house at hand in every process, by the statement that keeps custom fields so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dangol.platform.access.actor import Actor
from dangol.platform.objects.arranged.known import keep_arrangements
from dangol.platform.objects.arranged.rules import Arrangement, read
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.record_rules.known import rules_of

TABLE = "objects_layout"
Ranked = Sequence[tuple[str, Arrangement]]
_ranked: dict[tuple[str, str], Ranked] = {}


def _arrangement_of(actor: Actor, object_name: str, part: str) -> Arrangement | None:
    """What holds for `actor`: of the roles that they have the one that stands highest, else everybody's; None for the
    house's own."""
    current.look()
    for role, arrangement in _ranked.get((object_name, part), ()):
        if not role or role in actor.roles:
            return arrangement
    return None


def arrangement_for(object_name: str, part: str, role: str) -> Arrangement | None:
    """What holds for somebody with this role alone ("": with none)."""
    current.look()
    found: Mapping[str, Arrangement] = dict(_ranked.get((object_name, part), ()))
    return found.get(role) or found.get("")


def _asked(object_name: str) -> set[str]:
    return {name for rule in rules_of(object_name) if rule.kind == "require" for name in rule.fields}


def changed() -> None:
    """Read them anew: now, and once the transaction is committed."""
    current.changed()


def _read() -> None:
    from django.db.models import F
    from django.db.models.lookups import IsNull

    from dangol.platform.objects.layouts.models import Layout

    found: dict[tuple[str, str], list[tuple[str, Arrangement]]] = {}
    rows = Layout.objects.order_by(IsNull(F("role_id"), True), "order", "id")
    for object_name, part, role, content in rows.values_list("object_name", "part", "role__name", "content"):
        arrangement = read(content)
        if arrangement is not None:
            found.setdefault((object_name, part), []).append((role or "", arrangement))
    _clear()
    _ranked.update(found)


def _clear() -> None:
    _ranked.clear()


current.keep_beside(TABLE, read=_read, clear=_clear)
keep_arrangements(_arrangement_of, _asked)
