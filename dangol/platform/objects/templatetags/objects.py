"""Draws what other slices hang into a record's page, each with its own template and its own names."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from dangol.platform.objects.arranged.applied import Grouped
from dangol.platform.objects.arranged.applied import form_groups as layout_groups
from dangol.platform.objects.cells import plain
from dangol.platform.objects.finding import Find
from dangol.platform.objects.inputs import Input
from dangol.platform.objects.reading import OpenPanel
from dangol.platform.objects.record_page import Entry, RecordPage
from dangol.platform.objects.registry import storyteller
from dangol.platform.objects.types import ObjectType

register = template.Library()


@register.simple_tag(takes_context=True)
def found_value(context: Context, one: Find) -> str:
    """The value in which a search found a record, as words."""
    ui = context["ui"]
    return plain(one.field, one.value, ui.viewer) if one.field else ""


@register.simple_tag(takes_context=True)
def form_groups(context: Context, declared: ObjectType, inputs: list[Input]) -> list[Grouped] | None:
    """The inputs of a form in groups, as the layout of whoever looks has them; None for the house's own order."""
    found: list[Grouped] | None = layout_groups(declared.name, context["request"].actor, inputs)
    return found


def _drawn(context: Context, name: str, **names: Any) -> SafeString:
    shared = {"ui": context.get("ui"), "csrf_token": context.get("csrf_token")}
    return render_to_string(name, {**shared, **names})


@register.simple_tag(takes_context=True)
def show_panel(context: Context, open: OpenPanel, page: RecordPage) -> SafeString:
    """A panel that a slice registered; it gets its own context, and panel, record, actor, declared."""
    names = {"panel": open.panel, "record": page.record, "actor": page.actor, "declared": page.declared}
    return _drawn(context, open.panel.template, **names, **open.context)


@register.simple_tag(takes_context=True)
def show_story(context: Context, page: RecordPage) -> SafeString:
    """The record's story, by the room that tells it; nothing while none does."""
    teller = storyteller()
    if teller is None:
        return SafeString("")
    request = context["request"]
    names = {"page": page, "declared": page.declared, "request": request}
    return _drawn(context, teller.template, **names, **teller.context(page, request.GET))


@register.simple_tag(takes_context=True)
def show_entry(context: Context, entry: Entry, page: RecordPage) -> SafeString:
    """An entry of the story, by its own template or as an event."""
    name = entry.item.template or "objects/story_event.html"
    return _drawn(context, name, item=entry.item, entry=entry, page=page, record=page.record, **entry.item.data)
