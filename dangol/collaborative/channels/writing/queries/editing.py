"""What the part of a page in which people write shows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext

from dangol.collaborative.channels.writing.queries.catalogue import merge_fields
from dangol.collaborative.channels.writing.queries.previewing import Preview
from dangol.collaborative.channels.writing.queries.sending import home_country, sender
from dangol.collaborative.channels.writing.rules.content import Content, Finding
from dangol.collaborative.channels.writing.rules.duties import ADVERTISING
from dangol.collaborative.channels.writing.rules.fields import WAYS_OUT, MergeField
from dangol.collaborative.channels.writing.rules.linting import apply_fix, lint
from dangol.collaborative.channels.writing.rules.reading import PAIRS
from dangol.collaborative.channels.writing.rules.sentences import Sentence
from dangol.platform.access.actor import Actor


@dataclass(frozen=True)
class Insert:
    """Something the toolbar puts in: what it is called, what is put in, and an example."""

    label: str
    text: str
    sample: str = ""


@dataclass(frozen=True)
class Told:
    """A finding in the reader's language."""

    code: str
    level: str
    where: str
    sentence: str
    fix: str
    line: int


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
    check_url: str
    preview_url: str = ""


def told(sentence: Sentence | None) -> str:
    """A sentence of the rules in the running language; empty for None."""
    return gettext(sentence.text) % sentence.values if sentence else ""


def findings_of(content: Content, *, message_class: str, country: str = "") -> list[Told]:
    """What is to be said of a message to receivers in a country (default: our own), in the running language."""
    found = lint(content, sender(), message_class, country or home_country(), fields=merge_fields())
    return [_told(finding) for finding in found]


def errors_of(made: Preview) -> list[Told]:
    """Why a message cannot be shown, in the running language."""
    return [_told(finding) for finding in made.findings if finding.level == "error"]


def _told(found: Finding) -> Told:
    return Told(found.code, found.level, found.where, told(found.sentence), told(found.fix), found.line)


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
    return Editor(
        content=content,
        message_class=message_class,
        findings=findings_of(content, message_class=message_class) if is_checked else [],
        fields=[_field(f, language) for f in fields.values()],
        ways_out=[Insert(gettext(str(f.label)), _link(f)) for f in WAYS_OUT.values()],
        pairs=[Insert(f"{{{pair}}}", f"{{{pair}}}") for pair in PAIRS],
        conditions=_conditions(fields.values()),
        check_url=reverse("writing:check"),
        preview_url=reverse("writing:frame", args=[source, pk]) if source and pk else "",
    )


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
