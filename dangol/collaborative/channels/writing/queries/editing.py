"""What the part of a page in which people write shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from django.urls import reverse
from django.utils.translation import gettext

from dangol.collaborative.channels.writing.queries.catalogue import merge_fields
from dangol.collaborative.channels.writing.queries.sending import home_country, sender
from dangol.collaborative.channels.writing.queries.telling import Told, tell
from dangol.collaborative.channels.writing.rules.compiling import Draft
from dangol.collaborative.channels.writing.rules.content import Content, Sender
from dangol.collaborative.channels.writing.rules.duties import ADVERTISING
from dangol.collaborative.channels.writing.rules.fields import WAYS_OUT, MergeField
from dangol.collaborative.channels.writing.rules.linting import apply_fix, lint
from dangol.collaborative.channels.writing.rules.reading import PAIRS
from dangol.collaborative.channels.writing.rules.sentences import TemplateError
from dangol.platform.access.actor import Actor

_BUTTON = (
    "display:inline-block;padding:12px 20px;border-radius:6px;background-color:#31509f;color:#ffffff;"
    "font-weight:bold;text-decoration:none"
)


@dataclass(frozen=True)
class Insert:
    """Something the toolbar puts in: what it is called, what is put in, and an example."""

    label: str
    text: str
    sample: str = ""


@dataclass(frozen=True)
class Editor:
    """What `channels/writing/editor.html` shows."""

    content: Content
    message_class: str
    findings: Sequence[Told]
    fields: Sequence[Insert]
    ways_out: Sequence[Insert]
    pairs: Sequence[Insert]
    conditions: Sequence[Insert]
    parts: Sequence[Insert]
    words: Mapping[str, str]
    has_error: Mapping[str, bool]
    made_text: str
    check_url: str
    draft_url: str
    preview_url: str = ""
    is_checked: bool = True


def findings_of(content: Content, *, message_class: str, country: str = "") -> list[Told]:
    """What is to be said of a message to receivers in a country (default: our own), in the running language."""
    found = lint(content, sender(), message_class, country or home_country(), fields=merge_fields())
    return tell(found)


def fixed(content: Content, code: str, *, message_class: str = ADVERTISING, country: str = "") -> Content:
    """The message with one finding mended, by its code."""
    return apply_fix(
        content, code, fields=merge_fields(), sender=sender(), message_class=message_class,
        country=country or home_country(),
    )  # fmt: skip


def editor(
    content: Content, *, actor: Actor, message_class: str = ADVERTISING, source: str = "", pk: int | None = None,
    is_checked: bool = True,
) -> Editor:  # fmt: skip
    """What the part in which people write shows; `is_checked` False leaves out the findings (an empty new message).

    With `source` and `pk` it links to the preview of what was saved.
    """
    language = content.language
    fields = merge_fields()
    findings = findings_of(content, message_class=message_class) if is_checked else []
    return Editor(
        content=content,
        message_class=message_class,
        findings=findings,
        fields=[_field(f, language) for f in fields.values()],
        ways_out=[Insert(gettext(str(f.label)), _link(f)) for f in WAYS_OUT.values()],
        pairs=[Insert(f"{{{pair}}}", f"{{{pair}}}") for pair in PAIRS],
        conditions=_conditions(fields.values()),
        parts=_parts(),
        words=_words(),
        has_error={f.where: True for f in findings if f.level == "error"},
        made_text=made_text(content),
        check_url=reverse("writing:check"),
        draft_url=reverse("writing:draft"),
        is_checked=is_checked,
        preview_url=reverse("writing:frame", args=[source, pk]) if source and pk else "",
    )


def _words() -> dict[str, str]:
    return {
        "field": gettext("Field"), "particle": gettext("Particle"), "condition": gettext("Condition"),
        "links": gettext("Links"), "parts": gettext("Element"),
    }  # fmt: skip


def _parts() -> list[Insert]:
    return [
        Insert(gettext("Heading"), "<h2>…</h2>"),
        Insert(gettext("Paragraph"), "<p>…</p>"),
        Insert(gettext("Bold"), "<b>…</b>"),
        Insert(gettext("Link"), '<a href="https://">…</a>'),
        Insert(gettext("Button"), f'<a href="https://" style="{_BUTTON}">…</a>'),
        Insert(gettext("Picture"), '<img src="https://" alt="…" width="544">'),
        Insert(gettext("List"), "<ul>\n  <li>…</li>\n  <li></li>\n</ul>"),
        Insert(gettext("Line"), "<hr>"),
    ]


def made_text(content: Content) -> str:
    """The text part that the html would make, as it was written; empty when it cannot be read."""
    try:
        draft = Draft(replace(content, text=""), fields=merge_fields(), sender=Sender(), rules=None)
    except TemplateError:
        return ""
    return draft.readable(draft.text)


def _field(field: MergeField, language: str) -> Insert:
    fallback = field.fallback.get(language, "")
    text = f'{{{{ {field.name} | "{fallback}" }}}}' if fallback else f"{{{{ {field.name} }}}}"
    return Insert(str(field.label), text, field.sample.get(language) or field.sample.get("en", ""))


def _link(field: MergeField) -> str:
    return f'<a href="{{{{ {field.name} }}}}">{gettext(str(field.label)).rpartition(": ")[2]}</a>'


def _conditions(fields: Iterable[MergeField]) -> list[Insert]:
    made = []
    for field in fields:
        for key, label in field.choices:
            made.append(
                Insert(f"{field.label} = {label}", f'{{{{#if {field.name} = "{key}"}}}}…{{{{else}}}}…{{{{/if}}}}')
            )
    known = gettext("If the city is known")
    return [*made, Insert(known, "{{#if city}}…{{else}}…{{/if}}")]
