"""Compiling: a message as it was written becomes one that is rendered for each receiver, fast.

Everything slow (reading, cleaning, inlining, what the law asks) is done once; rendering joins pieces.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from typing import NoReturn

from dangol.collaborative.channels.writing.rules import skeleton
from dangol.collaborative.channels.writing.rules.cleaning import (
    DEEPEST,
    TooDeep,
    blanked_comments,
    clean,
    without_comments,
)
from dangol.collaborative.channels.writing.rules.content import (
    LONGEST_LINE,
    PARTS,
    Content,
    Link,
    Rendered,
    Sender,
    tidied,
)
from dangol.collaborative.channels.writing.rules.duties import (
    duties,
    footer_html,
    footer_text,
    missing_in_body,
    prefixed,
)
from dangol.collaborative.channels.writing.rules.fields import UNSUBSCRIBE, WAYS_OUT, MergeField
from dangol.collaborative.channels.writing.rules.law import CountryRules
from dangol.collaborative.channels.writing.rules.marks import Marks
from dangol.collaborative.channels.writing.rules.nodes import Address, Node, Values
from dangol.collaborative.channels.writing.rules.places import Placer
from dangol.collaborative.channels.writing.rules.reading import Reader
from dangol.collaborative.channels.writing.rules.sentences import Sentence, TemplateError
from dangol.collaborative.channels.writing.rules.sentences import gettext_noop as _
from dangol.collaborative.channels.writing.rules.shaping import shaped
from dangol.collaborative.channels.writing.rules.texts import ADDRESS_BEGINS, ADDRESS_ENDS, text_of

MOST_IN_A_BODY = 500_000
Links = Callable[[int, str], str]


@dataclass(frozen=True, slots=True)
class Compiled:
    """A message ready to be rendered. `fields` are to be loaded for each receiver; `links` its web addresses;
    `fingerprint` tells whether two messages were compiled from the same."""

    fields: frozenset[str]
    links: tuple[Link, ...]
    fingerprint: str
    _subject: tuple[Node, ...]
    _text: tuple[Node, ...]
    _html: tuple[Node, ...]
    _addresses: tuple[Address, ...]
    _replace: Links | None = None

    def render(self, values: Values, links: Links | None = None) -> Rendered:
        """The message for one receiver. `links` gets each link's number and address and returns what stands for it."""
        put = links or self._replace
        addresses = [address.fill(values) for address in self._addresses]
        if put:
            addresses = [put(number, address) for number, address in enumerate(addresses)]
        subject = " ".join(_written(self._subject, values, addresses).split())
        return Rendered(subject, _written(self._text, values, addresses), _written(self._html, values, addresses))

    def render_many(self, rows: Iterable[Values], links: Links | None = None) -> list[Rendered]:
        """The message for many receivers."""
        return [self.render(values, links) for values in rows]


def with_links(compiled: Compiled, replace_by: Links) -> Compiled:
    """The same message, whose links are replaced by what `replace_by(number, address)` says unless told otherwise."""
    return replace(compiled, _replace=replace_by)


def compile_content(
    content: Content,
    *,
    fields: Mapping[str, MergeField],
    sender: Sender | None = None,
    message_class: str = "service",
    country: str = "",
) -> Compiled:
    """Compile a message of a class (system, test, service, advertising) to receivers in a country (ISO 3166-1).

    What the country's law asks of advertising is put in where it is missing. Raises TemplateError.
    """
    draft = Draft(content, fields=fields, sender=sender or Sender(), rules=duties(message_class, country))
    key = repr((astuple(draft.content), astuple(draft.sender), message_class, country))
    return draft.compiled(hashlib.sha256(key.encode("utf-8", "replace")).hexdigest())


class Draft:
    """A message on its way: marked, cleaned, with what the law asks."""

    def __init__(
        self, content: Content, *, fields: Mapping[str, MergeField], sender: Sender, rules: CountryRules | None
    ) -> None:
        self.content = replace(
            content, subject=_line(content.subject), preheader=_line(content.preheader),
            html=tidied(content.html), text=tidied(content.text),
        )  # fmt: skip
        self._check_sizes()
        self.fields, self.sender, self.rules = {**WAYS_OUT, **fields}, sender, rules
        footers = [f(sender, rules, content.language) for f in (footer_html, footer_text)] if rules else ["", ""]
        c = self.content
        self.marks = Marks((c.subject, c.preheader, c.html, c.text, *footers), self.fields)
        self.subject = self._put(prefixed(c.subject, rules), "subject")
        self.preheader = self._put(c.preheader, "preheader")
        self.style, self.is_whole = "", False
        self.body, self.text = self._bodies()
        self.footer_html = self._put(footers[0], "footer", is_html=True) if self._lacks(self._as_text()) else ""
        self.footer_text = self._put(footers[1], "footer") if self._lacks(self.text) else ""

    def compiled(self, fingerprint: str) -> Compiled:
        """The finished message."""
        placer = Placer(self.marks)
        document = skeleton.page(
            self.body, title=self.subject, preheader=self.preheader, footer=self.footer_html,
            language=self.content.language, style=self.style, is_whole=self.is_whole,
        )  # fmt: skip
        text = "\n\n".join(part for part in (self.text, self.footer_text) if part)
        nodes = [shaped(row) for row in (placer.plain(self.subject), placer.html(document), placer.text(f"{text}\n"))]
        return Compiled(
            self._names(), tuple(placer.links), fingerprint, nodes[0], nodes[2], nodes[1], tuple(placer.addresses)
        )

    def missing(self, text: str) -> list[str]:
        """What the law asks that a marked text does not say."""
        if self.rules is None:
            return []
        names = {self.marks.tokens[n][0].name for n in self.marks.numbers_in(text)}
        return missing_in_body(
            text, has_way_out=UNSUBSCRIBE in names, rules=self.rules, sender=self.sender,
            language=self.content.language,
        )  # fmt: skip

    def readable(self, marked: str) -> str:
        """A marked text for people: fields in braces, without marks of conditions and addresses."""
        return self.marks.written(marked).translate({ord(mark): None for mark in (ADDRESS_BEGINS, ADDRESS_ENDS)})

    def _bodies(self) -> tuple[str, str]:
        if not self.content.html.strip():
            text = self._put(self.content.text, "text").strip()
            return skeleton.from_text(text), text
        body = self._cleaned()
        text = self._put(self.content.text, "text").strip() if self.content.text.strip() else ""
        return body, text or text_of(body, keep=self._kept)

    def _cleaned(self) -> str:
        before = len(self.marks.tokens)
        marked = self._put(blanked_comments(self.content.html), "html", is_html=True)
        try:
            found = clean(marked)
        except TooDeep:
            self._refuse(
                "html", Sentence(_("Elements lie too deep in one another: more than %(most)s."), {"most": DEEPEST})
            )
        self.style, self.is_whole = found.style, found.is_whole
        body = without_comments(found.html, self.marks.is_ours)
        kept = self.marks.numbers_in(body)
        for number in range(before, len(self.marks.tokens)):
            if number not in kept:
                token, reader = self.marks.tokens[number]
                reader.fail(token.at, Sentence(_(
                    "Nothing can be put in here: inside a tag, a style or a script, or at the beginning of an address."
                )))  # fmt: skip
        return body

    def _check_sizes(self) -> None:
        for part in PARTS:
            most = LONGEST_LINE if part in ("subject", "preheader") else MOST_IN_A_BODY
            if len(getattr(self.content, part)) > most:
                self._refuse(part, Sentence(_("This is too long: more than %(most)s characters."), {"most": most}))

    def _refuse(self, part: str, sentence: Sentence) -> NoReturn:
        raise TemplateError(1, 1, sentence, part=part)

    def _put(self, source: str, part: str, *, is_html: bool = False) -> str:
        return self.marks.put(Reader(source, part, self.fields, is_html=is_html))

    def _kept(self, comment: str) -> str:
        return f"\ue002{comment}\ue002" if self.marks.is_ours(comment) else ""

    def _as_text(self) -> str:
        return text_of(self.body, keep=self._kept)

    def _lacks(self, text: str) -> bool:
        return bool(self.missing(text))

    def _names(self) -> frozenset[str]:
        names = {token.test.name if token.test else token.name for token, _reader in self.marks.tokens
                 if token.kind in ("field", "if", "elif")}  # fmt: skip
        return frozenset(names - set(WAYS_OUT))


def _line(text: str) -> str:
    return " ".join(tidied(text).split())


def _written(nodes: Sequence[Node], values: Values, links: Sequence[str]) -> str:
    out: list[str] = []
    for node in nodes:
        node.write(out, values, links)
    return "".join(out)
