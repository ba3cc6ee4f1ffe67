"""A message as a chosen customer would get it, within what the one who looks may see."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from dangol.collaborative.channels.writing.queries.catalogue import merge_fields, merge_values
from dangol.collaborative.channels.writing.queries.sending import sender
from dangol.collaborative.channels.writing.queries.telling import Told, tell
from dangol.collaborative.channels.writing.rules.compiling import compile_content
from dangol.collaborative.channels.writing.rules.content import Content, Finding
from dangol.collaborative.channels.writing.rules.duties import ADVERTISING
from dangol.collaborative.channels.writing.rules.fields import WAYS_OUT
from dangol.collaborative.channels.writing.rules.linting import lint
from dangol.collaborative.channels.writing.rules.sentences import TemplateError
from dangol.core.customers.people.models import Person
from dangol.core.customers.people.rules import shown_name
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.queries import workspace

MOST_PEOPLE = 50


@dataclass(frozen=True)
class Source:
    """A message that is kept somewhere, and its class."""

    content: Content
    message_class: str = ADVERTISING


@dataclass(frozen=True)
class Preview:
    """A message as `name` would get it (`person_id` None: an invented customer). Empty parts when it cannot be read."""

    person_id: int | None
    name: str
    country: str
    findings: Sequence[Finding]
    subject: str = ""
    html: str = ""
    text: str = ""
    is_broken: bool = False


@dataclass(frozen=True)
class PreviewPart:
    """What `channels/writing/preview.html` shows."""

    now: Preview
    frame_url: str
    previous_id: int | None = None
    next_id: int | None = None
    place: int = 0
    of: int = 0
    query: str = ""
    errors: Sequence[Told] = ()


Load = Callable[[Actor, int], Source | None]
_sources: dict[str, Load] = {}


def register_source(name: str, load: Load) -> None:
    """Let messages of a kind be looked at; `load(actor, pk)` returns None when there is none that `actor` may see."""
    _sources[name] = load


def source_of(name: str, pk: int, actor: Actor) -> Source | None:
    """The message of a registered kind; None when there is no such kind or message for `actor`."""
    load = _sources.get(name)
    return load(actor, pk) if load else None


def preview(
    content: Content,
    person_id: int | None,
    actor: Actor,
    *,
    message_class: str = ADVERTISING,
    country: str | None = None,
) -> Preview:
    """The message as one customer would get it. Without a customer, or with one whom `actor` may not see, the samples
    of the catalogue fill it. `country` is the customer's own, or the company's, unless given."""
    fields, ours = merge_fields(), sender()
    person = _person(actor, person_id)
    at = country or (person["country"] if person else "") or workspace().country
    found = lint(content, ours, message_class, at, fields=fields)
    values = {n: f.sample.get(content.language) or f.sample.get("en", "") for n, f in {**fields, **WAYS_OUT}.items()}
    name = values["name"]
    if person:
        values = {n: values[n] for n in WAYS_OUT} | merge_values([person["pk"]], fields, content.language, actor=actor)[
            person["pk"]
        ]
        name = _name(person, content.language)
    told: dict[str, Any] = {
        "person_id": person["pk"] if person else None, "name": name, "country": at, "findings": found,
    }  # fmt: skip
    try:
        made = compile_content(content, fields=fields, sender=ours, message_class=message_class, country=at).render(
            values
        )
    except TemplateError:
        return Preview(**told, is_broken=True)
    return Preview(**told, subject=made.subject, html=made.html, text=made.text)


def preview_part(
    content: Content, *, actor: Actor, message_class: str = ADVERTISING, source: str, pk: int,
    people: Sequence[int] = (), person: int | None = None, query: str = "",
) -> PreviewPart:  # fmt: skip
    """What the part with the preview shows: the message for `person`, and whom one may walk to among `people`.

    `query` is what stands in the page's address besides the person ("tab=preview").
    """
    walk = _walk(actor, people, content.language)
    ids = [i for i, _name in walk]
    chosen = person if person in ids or _person(actor, person) else (ids[0] if ids else None)
    place = ids.index(chosen) if chosen in ids else -1
    asked = f"?person={chosen}" if chosen else ""
    now = preview(content, chosen, actor, message_class=message_class)
    return PreviewPart(
        now=now,
        errors=errors_of(now),
        frame_url=reverse("writing:frame", args=[source, pk]) + asked,
        previous_id=ids[place - 1] if place > 0 else None,
        next_id=ids[place + 1] if place + 1 < len(ids) else None,
        place=place + 1, of=len(ids), query=f"{query}&" if query else "",
    )  # fmt: skip


def errors_of(made: Preview) -> list[Told]:
    """Why a message cannot be shown or sent, in the running language."""
    return tell(finding for finding in made.findings if finding.level == "error")


def _person(actor: Actor, person_id: int | None) -> Any:
    if person_id is None:
        return None
    rows = Person.objects.visible_to(actor).filter(pk=person_id, deleted_at=None)
    return rows.values("pk", "name", "latin_name", "country", "customer_number").first()


def _walk(actor: Actor, people: Sequence[int], language: str) -> list[tuple[int, str]]:
    rows = Person.objects.visible_to(actor).filter(deleted_at=None)
    rows = rows.filter(pk__in=list(people)[:MOST_PEOPLE]) if people else rows.order_by("-pk")[:MOST_PEOPLE]
    found = {row["pk"]: _name(row, language) for row in rows.values("pk", "name", "latin_name", "customer_number")}
    order = list(people)[:MOST_PEOPLE] if people else list(found)
    return [(i, found[i]) for i in order if i in found]


def _name(row: Any, language: str) -> str:
    return str(shown_name(row["name"], row["latin_name"], language) or row["customer_number"] or row["pk"])
