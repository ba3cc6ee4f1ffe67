"""Hangs the objects into the frame: sidebar, command menu, search, pinned views."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.actor import Actor
from dangol.platform.objects.address import Address
from dangol.platform.objects.cells import phone
from dangol.platform.objects.entrance import views_of
from dangol.platform.objects.finding import Find, best, search, searchable
from dangol.platform.objects.registry import object_type, object_types
from dangol.platform.objects.saved_views import pinned
from dangol.platform.objects.types import ObjectType
from dangol.platform.ui import navigation
from dangol.platform.ui.navigation import Command, Found, Item, Link

PER_OBJECT, AT_MOST = 5, 12


def entries() -> Iterable[tuple[str, Item]]:
    """One sidebar entry an object."""
    for declared in object_types():
        yield declared.section, Item(
            name=declared.name, label=declared.plural, icon=declared.icon, url_name="objects:list",
            order=declared.order, needs=declared.name, url_args=(declared.slug,), on_phone=declared.order <= 20,
        )  # fmt: skip


def commands() -> Iterable[Command]:
    """Adding one of each object."""
    for declared in object_types():
        if declared.create is not None and declared.new_label:
            yield Command(
                declared.new_label,
                f"/{declared.slug}/new",
                "plus",
                keywords=_("add create new"),
                needs=("create", declared.name),
            )


def find(actor: Actor, words: str) -> list[Found]:
    """Records of all objects by part of a name, phone or e-mail, as far as the actor may see them."""
    answer = search(actor, words, among=searchable(actor), limit=PER_OBJECT)
    return [
        Found(one.title, _small(one, declared), one.url, declared.icon, is_similar=answer.is_similar)
        for declared, one in best(answer, AT_MOST)
    ]


def _small(one: Find, declared: ObjectType) -> str:
    if one.field is None:
        return one.sub
    value = phone(str(one.value)) if one.field.kind == "phone" else str(one.value)
    return f"{one.field.label}: {value[:80]}"


def pins(request: HttpRequest) -> list[Link]:
    """Pinned views as sidebar links."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = request.get_full_path()
    known = {declared.name for declared in object_types()}
    mine = [v for v in pinned(actor, views_of(request)) if v.object_name in known]
    links = [(v, Address(object_type(v.object_name), view=v).url()) for v in mine]
    return [Link(f"view-{v.pk}", v.name, "pin", url, is_current=url == now) for v, url in links]


def hang() -> None:
    """Register everything with the frame; once, when the room opens."""
    navigation.register_source("objects", entries=entries, commands=commands)
    navigation.register_finder(find, name="objects")
    navigation.register_search_page("objects:search")
    navigation.register_pins(pins, name="objects")
