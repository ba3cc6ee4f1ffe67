"""A message as its receiver gets it: compiled once, then rendered for each with links of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, ClassVar, NamedTuple

from django.urls import reverse

from dangol.collaborative.channels.messages.models import Content, Message
from dangol.collaborative.channels.writing import queries as writing
from dangol.collaborative.channels.writing.rules.compiling import Compiled, compile_content
from dangol.collaborative.channels.writing.rules.content import Content as Written
from dangol.collaborative.channels.writing.rules.content import Rendered, Sender
from dangol.core.customers.people.models import Person
from dangol.platform.mail.links import base_url, sign

CLICK, OPEN, VIEW, UNSUBSCRIBE, PREFERENCES, TRAP = "click", "open", "view", "unsub", "prefs", "trap"
WHY = "the message as its receiver gets it"
_PLACE = "0"
_BRACE = re.compile(r"\{(?=[\s{가-힣])")


class Receiver(NamedTuple):
    """What rendering needs to know of a person beside the merge fields."""

    id: int
    name: str
    country: str


class Doors:
    """Full addresses of the pages that messages lead to; made once a batch."""

    def __init__(self) -> None:
        base = base_url()
        self._at = {
            CLICK: base + _before("messages:click"),
            OPEN: base + _before("messages:open"),
            VIEW: base + _before("messages:view"),
            UNSUBSCRIBE: base + _before("preferences:unsubscribe"),
            PREFERENCES: base + _before("preferences:preferences"),
        }

    def to(self, kind: str, message_id: int) -> str:
        """The address of a page for one message."""
        return self._at[kind] + sign(kind, message_id)

    def pixel(self, message_id: int) -> str:
        """The address of the picture that tells of an open."""
        return f"{self._at[OPEN]}{sign(OPEN, message_id)}.gif"

    def trap(self, message_id: int) -> str:
        """A link that no person sees."""
        return self._at[CLICK] + sign(TRAP, message_id)

    def clicks(self, message_id: int, known: Sequence[str], urls: Sequence[str]) -> Callable[[int, str], str]:
        """What puts signed links in place of addresses; `urls` as compiled, of which only those of `known` are led
        through us."""
        begin = self._at[CLICK]

        def put(number: int, url: str) -> str:
            if number >= len(known) or known[number] != urls[number]:
                return url
            return begin + sign(CLICK, message_id, number)

        return put

    def values(self, message_id: int, known: Mapping[str, str], *, is_tracked: bool) -> Values:
        """What a template knows: of the receiver, and the reserved fields."""
        return Values(self, message_id, known, is_tracked)


class Values(dict[str, str]):
    """The values of one receiver. Links are signed when they are asked for, since few templates hold all of them."""

    _KINDS: ClassVar[Mapping[str, str]] = {
        "unsubscribe_url": UNSUBSCRIBE, "preferences_url": PREFERENCES, "web_view_url": VIEW,
    }  # fmt: skip

    def __init__(self, doors: Doors, message_id: int, known: Mapping[str, str], is_tracked: bool) -> None:
        super().__init__(known)
        self._doors, self._message_id = doors, message_id
        if is_tracked:
            self["open_pixel_url"] = doors.pixel(message_id)

    def __missing__(self, name: str) -> str:
        kind = self._KINDS.get(name)
        if kind is None:
            raise KeyError(name)
        self[name] = self._doors.to(kind, self._message_id)
        return self[name]

    def get(self, name: str, otherwise: Any = None) -> Any:
        """As a dictionary's, but for links, which are made."""
        return self[name] if name in self or name in self._KINDS else otherwise


def _before(name: str) -> str:
    """The address of a page up to its token."""
    return reverse(name, args=[_PLACE]).split(_PLACE)[0]


def compiled(content: Content, country: str, sender: Sender) -> Compiled:
    """The compiled message for receivers in a country; kept in the process. Raises TemplateError."""
    written = Written(content.subject, content.html, content.text, content.preheader, content.language)
    if not content.is_template:
        written = unread(written)
    return _compiled(written, content.message_class, country, sender)


def unread(written: Written) -> Written:
    """The same to a reader's eye, in which braces are no fields: a word joiner stands behind each that could be."""

    def plain(text: str) -> str:
        return _BRACE.sub("{\u2060", text)

    return Written(
        plain(written.subject), plain(written.html), plain(written.text), plain(written.preheader), written.language
    )


@lru_cache(maxsize=64)
def _compiled(written: Written, message_class: str, country: str, sender: Sender) -> Compiled:
    return compile_content(
        written, fields=writing.merge_fields(), sender=sender, message_class=message_class, country=country
    )


def receivers(person_ids: Sequence[int]) -> dict[int, Receiver]:
    """Names and countries of people; who has no country has ours. Two queries at most."""
    home = writing.home_country()
    rows = Person.objects.for_system(WHY).filter(pk__in=person_ids).values_list("id", "name", "country")
    return {pk: Receiver(pk, name, country or home) for pk, name, country in rows}


def urls_of(one: Compiled) -> list[str]:
    """The addresses of a compiled message, by their numbers."""
    return [link.url for link in one.links]


def with_trap(html: str, url: str, pixel: str) -> str:
    """The page of a mail with a link that no person sees, before the picture at its end."""
    tail = html.rfind("<img") if pixel else -1
    place = tail if tail >= 0 and pixel in html[tail:] else html.rfind("</body>")
    if place < 0:
        return html
    trap = f'<a href="{url}" style="display:none;max-height:0;overflow:hidden" aria-hidden="true" tabindex="-1"></a>'
    return f"{html[:place]}{trap}{html[place:]}"


def rendered_for(message: Message, content: Content, *, links: Callable[[int, str], str] | None = None) -> Rendered:
    """A message as its receiver got it, but for tracking. At most eight queries."""
    person = receivers([message.person_id]).get(message.person_id)
    one = compiled(content, person.country if person else writing.home_country(), writing.sender())
    values = writing.merge_values([message.person_id], one.fields, content.language).get(message.person_id, {})
    return one.render(Doors().values(message.pk, values, is_tracked=False), links)


def address_of(message: Message, content: Content, number: int) -> str | None:
    """Where a link of a message leads its receiver; None when the message has no such link."""
    if not 0 <= number < len(content.links):
        return None
    if "{{" not in content.links[number]:
        return str(content.links[number])
    found: dict[int, str] = {}

    def note(place: int, url: str) -> str:
        found[place] = url
        return url

    rendered_for(message, content, links=note)
    return found.get(number)


def merge_values(one: Compiled, language: str, person_ids: Sequence[int]) -> Mapping[int, Mapping[str, str]]:
    """What a compiled message needs to know of people."""
    return writing.merge_values(list(person_ids), one.fields, language) if one.fields else {}
