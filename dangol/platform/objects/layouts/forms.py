"""The form of the editor: what stands where follows from the order of its inputs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict

from dangol.platform.objects.arranged.rules import HIDDEN, Arrangement, act, moved, read

SECTION, ITEM = "section:", "item:"


def sent(post: QueryDict) -> Arrangement:
    """The arrangement as it was sent: `at` says `section:key` or `item:name` in the order of the page; headings are
    `en_key` and `ko_key`, widths `width_name`. A `to_name` puts an item into another section."""
    sections: list[dict[str, Any]] = []
    hidden: list[str] = []
    is_hidden = False
    for at in post.getlist("at"):
        if at.startswith(SECTION):
            key = at.removeprefix(SECTION)
            is_hidden = key == HIDDEN
            if not is_hidden:
                sections.append({"key": key, "en": post.get(f"en_{key}"), "ko": post.get(f"ko_{key}"), "items": []})
        elif is_hidden:
            hidden.append(at.removeprefix(ITEM))
        elif sections:
            name = at.removeprefix(ITEM)
            sections[-1]["items"].append({"name": name, "width": post.get(f"width_{name}", "")})
    found = read({"sections": sections, "hidden": hidden}) or Arrangement()
    return _sent_elsewhere(found, post)


def _sent_elsewhere(found: Arrangement, post: Mapping[str, Any]) -> Arrangement:
    for name in found.names:
        to = str(post.get(f"to_{name}") or "")
        if to:
            found = moved(found, name, to)
    return found


def stepped(arrangement: Arrangement, step: str, columns: Mapping[str, tuple[str, ...]]) -> Arrangement:
    """One step of the editor; an item stays out of sections in which it may not stand (`columns`)."""
    found = act(arrangement, step)
    verb, _, name = step.partition(":")
    may = columns.get(name)
    if verb in ("up", "down") and may and (key := _section_of(found, name)) and key not in may:
        return arrangement
    return found


def _section_of(arrangement: Arrangement, name: str) -> str:
    return next((s.key for s in arrangement.sections if any(i.name == name for i in s.items)), "")
