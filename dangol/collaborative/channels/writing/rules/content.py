"""What people write, who sends it, and what comes out."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from dangol.collaborative.channels.writing.rules.sentences import Sentence

PARTS = ("subject", "preheader", "html", "text")
LANGUAGES = ("ko", "en")
LONGEST_LINE = 998  # RFC 5322, 2.1.1
Level = Literal["error", "warning", "note"]
# Private-use letters mark places while a template is worked on; nobody writes them.
_NOT_WRITTEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ue000-\uf8ff\ufeff\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Content:
    """A message as it was written: templates of its parts. An empty `text` is made from `html`, an empty `html` from
    `text`. `language` is "ko" or "en": how dates, money and names are written, and in what the footer speaks."""

    subject: str = ""
    html: str = ""
    text: str = ""
    preheader: str = ""
    language: str = "ko"


@dataclass(frozen=True, slots=True)
class Sender:
    """Our own firm as the receiver must know it."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""


class Rendered(NamedTuple):
    """A message to one receiver."""

    subject: str
    text: str
    html: str


@dataclass(frozen=True, slots=True)
class Link:
    """A web address in a message. `url` is final where `is_fixed`, else a template; `label` what one reads there."""

    number: int
    url: str
    is_fixed: bool = True
    label: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a message, or will be added to it. `fix` says what can be done by one click; None: nothing.
    "error" must not be sent, "note" is put in by itself. `line` and `column` count from 1, 0 where there is none."""

    code: str
    level: Level
    where: str
    sentence: Sentence
    fix: Sentence | None = None
    line: int = 0
    column: int = 0


def read_content(data: Mapping[str, str], *, language: str = "ko") -> Content:
    """The message in a form: subject, preheader, html, text (kept only when `text_is` is "own"), language."""
    chosen = data.get("language", language)
    return Content(
        subject=_one_line(data.get("subject", "")),
        html=tidied(data.get("html", "")),
        text=tidied(data.get("text", "")) if data.get("text_is", "own") == "own" else "",
        preheader=_one_line(data.get("preheader", "")),
        language=chosen if chosen in LANGUAGES else language,
    )


def tidied(text: str) -> str:
    """`text` composed (NFC), with plain line ends and without letters that nobody writes."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", _NOT_WRITTEN.sub("", plain))


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", tidied(text)).strip()[:LONGEST_LINE]
