"""What can be seen of a message without compiling it: pictures, links, emptiness, what cleaning takes out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser

from dangol.collaborative.channels.writing.rules.content import Content, Finding
from dangol.collaborative.channels.writing.rules.sentences import Sentence
from dangol.collaborative.channels.writing.rules.sentences import gettext_noop as _

LARGEST_HTML = 100_000  # Gmail shows about 102 KB of a message and cuts the rest.
FEW_LETTERS = 20
_ACTIVE = "script form iframe object embed svg video audio link input button select"
_TAKEN_OUT = frozenset(_ACTIVE.split())
_HIDDEN = {"script", "style", "title", "head"}
_PLAIN_HTTP = re.compile(r"http://(?=[\w{])", re.IGNORECASE)
_BRACES = re.compile(r"\{\{.*?\}\}", re.DOTALL)


class _Look(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pictures = self.without_alt = self.letters = 0
        self.empty_links = 0
        self.removed: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "img":
            self.pictures += 1
            self.without_alt += "alt" not in given or (not given["alt"] and given.get("role") != "presentation")
        if tag == "a" and not (given.get("href") or "").strip("# ") and "name" not in given:
            self.empty_links += 1
        if tag in _TAKEN_OUT or any(name.startswith("on") for name in given):
            self.removed.append(tag)
        self.hidden += tag in _HIDDEN

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in _HIDDEN and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.letters += sum(not c.isspace() for c in _BRACES.sub("", data))


def looks(content: Content) -> Iterator[Finding]:
    """What is seen in the html and text as they were written."""
    if not content.html.strip() and not content.text.strip():
        yield Finding("empty", "error", "html", Sentence(_("The message is empty.")))
        return
    if _PLAIN_HTTP.search(content.html + content.text):
        yield Finding(
            "https", "warning", "html",
            Sentence(_("A link begins with http://. Mail programs warn of such links.")),
            Sentence(_("Write https://")),
        )  # fmt: skip
    if content.html.strip():
        look = _Look()
        look.feed(content.html)
        look.close()
        yield from _html(look, len(content.html.encode("utf-8", "replace")))


def _html(look: _Look, size: int) -> Iterator[Finding]:
    if look.without_alt:
        yield Finding("alt", "warning", "html", Sentence(
            _("A picture has no words for those who do not see it. Describe it in alt=\"…\".")
        ))  # fmt: skip
    if look.pictures and look.letters < FEW_LETTERS:
        yield Finding("image_only", "warning", "html", Sentence(
            _("The message is all picture. Many mail programs hide pictures, and filters take such mail for spam.")
        ))  # fmt: skip
    if look.empty_links:
        yield Finding("empty_link", "warning", "html", Sentence(_("A link leads nowhere. Give it an address.")))
    if look.removed:
        tags = ", ".join(sorted({f"<{tag}>" for tag in look.removed}))
        yield Finding("taken_out", "warning", "html", Sentence(
            _("Mail programs do not allow this, so it is taken out: %(tags)s."), {"tags": tags}
        ))  # fmt: skip
    if size > LARGEST_HTML:
        yield Finding("large", "warning", "html", Sentence(
            _("The message has more than 100 KB. Gmail cuts it off, and the way to opt out with it.")
        ))  # fmt: skip


def mended_addresses(content: Content) -> Content:
    """The message with https:// wherever it says http://."""
    https = "https://"
    return Content(
        content.subject, _PLAIN_HTTP.sub(https, content.html), _PLAIN_HTTP.sub(https, content.text),
        content.preheader, content.language,
    )  # fmt: skip
