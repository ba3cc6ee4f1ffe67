"""Which rows a bulk write is for: some by their ids, or all that a list shows, whatever its filter and search."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any
from urllib.parse import urlsplit

from django.http import HttpRequest, QueryDict

from dangol.platform.access.actor import Actor
from dangol.platform.objects.address import Address
from dangol.platform.objects.entrance import address_of
from dangol.platform.objects.listing import rows_for
from dangol.platform.objects.types import ObjectType

MOST_IDS = 1_000


@dataclass
class Chosen:
    """The rows that somebody chose. `address` is the list where they did; with `is_all` everything that it shows."""

    declared: ObjectType
    actor: Actor
    ids: tuple[int, ...]
    is_all: bool
    address: Address

    @classmethod
    def read(cls, request: HttpRequest, declared: ObjectType, actor: Actor) -> Chosen:
        """Read it from a form (`id`, or `all` and `of`, the list's address), or from the address of a page."""
        sent = request.POST if request.method == "POST" else request.GET
        ids = tuple(int(i) for i in sent.getlist("id") if i.isdigit() and int(i) < 2**63)[:MOST_IDS]
        of = sent.get("of", "")
        asked = QueryDict(urlsplit(of).query) if of else request.GET
        return cls(declared, actor, ids, sent.get("all") == "1", address_of(request, declared, asked))

    @property
    def of(self) -> str:
        """The address of the list, to which one comes back."""
        return self.address.url()

    @cached_property
    def seen(self) -> Any:
        """All chosen rows that the actor sees, as a queryset."""
        if self.is_all:
            return rows_for(self.declared, self.actor, self.address.query)
        rows: Any = self.declared.model.objects.visible_to(self.actor)
        return rows.filter(pk__in=self.ids)

    def open_for(self, action: str) -> Any:
        """Those of them to which the actor may do `action`, as a queryset; none in the trash is changed.

        What is done to many at once reaches no further than the right to that does.
        """
        rows = self._may(action)
        if action == "change":
            rows = rows.filter(deleted_at=None)
        is_bulk = self.is_all or action == "change"
        narrow = is_bulk and self.actor.scope("bulk", self.declared.name) != "all"
        return rows.visible_to(self.actor, "bulk") if narrow else rows

    def _may(self, action: str) -> Any:
        if self.actor.scope(action, self.declared.name) == "all" and self.actor.may("see", self.declared.name):
            return self.seen
        rows: Any = self.declared.model.objects.visible_to(self.actor, action)
        return rows.filter(pk__in=self.seen.order_by().values("pk"))

    def hidden_inputs(self) -> list[tuple[str, str]]:
        """The choice as hidden fields of a form."""
        given = [("all", "1")] if self.is_all else [("id", str(i)) for i in self.ids]
        return [*given, ("of", self.of)]
