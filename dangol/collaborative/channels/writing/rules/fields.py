"""Merge fields: what a message may say of its receiver."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Literal

from dangol.collaborative.channels.writing.rules.sentences import gettext_noop as _

FieldKind = Literal["text", "choice", "date", "money", "number", "url"]


@dataclass(frozen=True, slots=True)
class MergeField:
    """A field by `name`. `sample` stands for it in previews, by language; `fallback` is what is offered for people of
    whom it is not known; `choices` are the keys a condition may ask for, with their labels; `is_always_known`: never
    empty. Labels are English originals, or strings that translate themselves."""

    name: str
    label: object
    sample: Mapping[str, str] = field(default_factory=dict)
    kind: FieldKind = "text"
    choices: Sequence[tuple[str, object]] = ()
    fallback: Mapping[str, str] = field(default_factory=dict)
    is_always_known: bool = False


class Choice(str):
    """A value of a choice: reads as its label, and has the `key` that conditions ask for."""

    __slots__ = ("key",)
    key: str

    def __new__(cls, label: str, key: str) -> Choice:
        made = super().__new__(cls, label)
        made.key = key
        return made


UNSUBSCRIBE, PREFERENCES, WEB_VIEW, OPEN_PIXEL = "unsubscribe_url", "preferences_url", "web_view_url", "open_pixel_url"
_SAMPLE_URL = "https://example.com/"
# Given by whoever sends; the open pixel is put in, never written.
WAYS_OUT: Mapping[str, MergeField] = {
    f.name: f
    for f in (
        MergeField(UNSUBSCRIBE, _("Link: unsubscribe"), {"en": _SAMPLE_URL}, "url", is_always_known=True),
        MergeField(PREFERENCES, _("Link: choose what to get"), {"en": _SAMPLE_URL}, "url", is_always_known=True),
        MergeField(WEB_VIEW, _("Link: read in the browser"), {"en": _SAMPLE_URL}, "url", is_always_known=True),
    )
}


def nearest(name: str, known: Mapping[str, object]) -> str:
    """The known name that is most like `name`; empty when none is near."""
    found = get_close_matches(name.lower(), list(known), n=1, cutoff=0.5)
    return found[0] if found else ""
