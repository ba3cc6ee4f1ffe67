from __future__ import annotations

from collections.abc import Collection
from typing import Any
from urllib.parse import urlsplit

from dangol.core.behavior.sources.models import Source
from dangol.core.behavior.visitors.models import Cut, Trust, Visitor
from dangol.platform.access.actor import Actor
from dangol.platform.db.secrets import fingerprint
from dangol.platform.objects.beside import has, once

MOST_SHOWN = 50


def trust_of(source_ids: Collection[int]) -> dict[int, Trust]:
    """What is believed of each source; one that nobody decided on has the safe beginning. One query."""
    known = {row.source_id: row for row in Trust.objects.filter(source_id__in=list(source_ids))}
    return {pk: known.get(pk) or Trust(source_id=pk) for pk in source_ids}


def secret_of(trust: Trust) -> str:
    """The secret with which a source's servers sign names: worked out from the key of the house, stored nowhere."""
    return fingerprint(f"dangol.behavior.name {trust.source_id} {trust.secret_turn}")


def hosts_that_believe_links() -> set[str]:
    """The hosts (`*.` in front: all below) of web sources to which our mails may lead with a token. One query."""
    refusing = Trust.objects.filter(believes_links=False).values("source_id")
    rows = Source.objects.for_system("where signed links lead").filter(is_active=True, deleted_at=None, kind="web")
    believed = rows.exclude(pk__in=refusing).values_list("allowed_origins", flat=True)
    return {host for some in believed for origin in some if (host := urlsplit(str(origin)).hostname)}


def visitors_of(actor: Actor, person: Any) -> list[Any]:
    """The devices and names under which a person was seen, the latest first. One query, none where there is none."""
    if not actor.may("see", Visitor.access_name) or not has(person, "visitors"):
        return []

    def read() -> list[Any]:
        rows = Visitor.objects.visible_to(actor).filter(person_id=person.pk)
        return list(rows.order_by("-last_at", "-pk")[:MOST_SHOWN])

    return list(once(person, ("visitors", actor.user_id), read))


def find_visitor(actor: Actor, visitor_id: int, *, action: str = "see") -> Any:
    """A visitor to which `actor` may do `action`, None when there is none."""
    if not 0 < visitor_id < 2**63:
        return None
    return Visitor.objects.visible_to(actor, action).filter(pk=visitor_id).first()


def cuts_of(actor: Actor, person_id: int) -> list[Any]:
    """The visitors that were cut from a person and are still cut, the latest first. One query."""
    if not actor.may("see", Visitor.access_name):
        return []
    rows = Cut.objects.visible_to(actor).filter(person_id=person_id, undone_at=None)
    return list(rows.order_by("-cut_at", "-pk")[:MOST_SHOWN])


def source_names(source_ids: Collection[int]) -> dict[int, str]:
    """What sources are called. One query."""
    rows = Source.objects.for_system("names of sources beside visitors").filter(pk__in=list(source_ids))
    return dict(rows.values_list("pk", "name"))
