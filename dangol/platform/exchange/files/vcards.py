"""Address cards as rows: vCard 2.1 (versit, 1996), 3.0 (RFC 2426) and 4.0 (RFC 6350). Pure."""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

COLUMNS = ("Name", "Email", "Phone", "Company", "Job title", "Address", "City", "Country", "Birthday", "Website",
           "Note", "Categories", "Other emails", "Other phones", "UID")  # fmt: skip
LONGEST_CARD = 10_000
LONGEST_VALUE = 20_000
_HANGUL = re.compile(r"[가-힣]")
_UNQUOTED = re.compile(r'([:;])(?=(?:[^"]*"[^"]*")*[^"]*$)')
_ESCAPED = re.compile(r"\\([\\,;:nN])")
_DAY = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})")
_MOBILE, _FAX = {"cell", "mobile", "iphone"}, {"fax", "pager"}


@dataclass
class Property:
    """One line of a card: `params` in lower case, `value` still escaped."""

    name: str
    params: dict[str, set[str]]
    value: str


@dataclass
class Card:
    """One address card."""

    properties: dict[str, list[Property]] = field(default_factory=dict)

    def all(self, name: str) -> list[Property]:
        """The properties of a name, the preferred ones first."""
        return sorted(self.properties.get(name, []), key=_preference)

    def text(self, name: str) -> str:
        """The first value of a name."""
        found = self.all(name)
        return unescape(found[0].value) if found else ""


def is_vcard(first: bytes) -> bool:
    """Whether a file begins like address cards."""
    return first.lstrip(b"\xef\xbb\xbf \t\r\n")[:11].upper() == b"BEGIN:VCARD" or (
        first[:2] in (b"\xff\xfe", b"\xfe\xff") and "BEGIN:VCARD" in first.decode("utf-16", "replace").upper()[:40]
    )


def rows(data: bytes) -> Iterator[list[str]]:
    """Yield one row for each card, in the order of `COLUMNS`."""
    for card in cards(data):
        yield _row(card)


def cards(data: bytes) -> Iterator[Card]:
    """Yield the cards of a file. What stands between or inside cards and is no property is passed over."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        data = data.decode("utf-16", "replace").encode()
    card: Card | None = None
    nested = count = 0
    for line in _unfolded(data.removeprefix(b"\xef\xbb\xbf").splitlines()):
        found = _property(line)
        if found is None:
            continue
        begins, ends = found.name == "BEGIN", found.name == "END"
        if begins and found.value.strip().upper() == "VCARD":
            nested += card is not None
            card, count = card or Card(), count if card else 0
        elif ends and found.value.strip().upper() == "VCARD":
            if nested:
                nested -= 1
            elif card is not None:
                yield card
                card = None
        elif card is not None and not nested and count < LONGEST_CARD:
            count += 1
            card.properties.setdefault(found.name, []).append(found)


def _unfolded(lines: Iterable[bytes]) -> Iterator[bytes]:
    """Lines put together again: by a blank at the beginning, or in quoted-printable by `=` at the end."""
    held: bytes | None = None
    for line in lines:
        if held is not None and line[:1] in (b" ", b"\t"):
            held += line[1:]
        elif held is not None and _is_quoted(held) and held.endswith(b"="):
            held = held[:-1] + line
        else:
            if held is not None:
                yield held
            held = line
    if held is not None:
        yield held


def _is_quoted(line: bytes) -> bool:
    return b"QUOTED-PRINTABLE" in line.split(b":", 1)[0].upper()


def _property(line: bytes) -> Property | None:
    head, colon, raw = _cut(line)
    if not colon:
        return None
    parts = _UNQUOTED.sub(lambda m: "\x00" if m.group() == ";" else m.group(), head).split("\x00")
    name = parts[0].rsplit(".", 1)[-1].strip().upper()
    params: dict[str, set[str]] = {}
    for part in parts[1:]:
        key, sign, values = part.partition("=")
        if not sign:  # 2.1 writes bare types
            key, values = "type", part
        params.setdefault(key.strip().lower(), set()).update(v.strip('" ').lower() for v in values.split(","))
    if name in ("PHOTO", "LOGO", "SOUND", "KEY"):
        return None
    return Property(name, params, _decoded(raw, params)[:LONGEST_VALUE])


def _cut(line: bytes) -> tuple[str, bool, bytes]:
    """A line before and behind its first colon that does not stand in quotes."""
    is_quoted = False
    for place, char in enumerate(line):
        if char == 0x22:
            is_quoted = not is_quoted
        elif char == 0x3A and not is_quoted:
            return line[:place].decode("ascii", "replace"), True, line[place + 1 :]
    return "", False, b""


def _decoded(raw: bytes, params: dict[str, set[str]]) -> str:
    encodings = params.get("encoding", set()) | params.get("type", set())
    if "quoted-printable" in encodings:
        raw = quopri.decodestring(raw)
    for charset in (*params.get("charset", ()), "utf-8", "cp949", "latin-1"):
        try:
            return raw.decode(charset)
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("utf-8", "replace")


def unescape(value: str) -> str:
    """A value as people read it."""
    return _ESCAPED.sub(lambda m: "\n" if m.group(1) in "nN" else m.group(1), value).strip()


def _pieces(value: str) -> list[str]:
    """The parts of a value with several, cut at semicolons that are not escaped."""
    return [unescape(part) for part in re.split(r"(?<!\\);", value)]


def _preference(found: Property) -> int:
    if "pref" in found.params.get("type", set()):
        return 0
    pref = next(iter(found.params.get("pref", ())), "")
    return int(pref) if pref.isdigit() else 101


def _row(card: Card) -> list[str]:
    phones = sorted(card.all("TEL"), key=lambda p: _rank_of_phone(p.params.get("type", set())))
    numbers = [unescape(p.value).removeprefix("tel:").split(";")[0] for p in phones]
    emails = [unescape(p.value).removeprefix("mailto:") for p in card.all("EMAIL")]
    address = _pieces(card.all("ADR")[0].value) if card.all("ADR") else []
    address += [""] * (7 - len(address))
    company = _pieces(card.all("ORG")[0].value)[0] if card.all("ORG") else ""
    street = " ".join(filter(None, (address[3], address[2], address[1], address[0])))
    return [
        _name(card), _first(emails), _first(numbers), company, card.text("TITLE") or card.text("ROLE"),
        street if _HANGUL.search(street) else ", ".join(filter(None, (address[2], address[1], address[0]))),
        address[3], address[6], _birthday(card.text("BDAY")), card.text("URL"), card.text("NOTE"),
        card.text("CATEGORIES"), ", ".join(emails[1:]), ", ".join(numbers[1:]), card.text("UID"),
    ]  # fmt: skip


def _name(card: Card) -> str:
    """The name as its bearer writes it: in Korean family name first, in one word."""
    parts = [*_pieces(card.all("N")[0].value), "", ""] if card.all("N") else ["", ""]
    family, given = parts[0], parts[1]
    if _HANGUL.search(family + given):
        return family + given
    return card.text("FN") or f"{given} {family}".strip() or card.text("NICKNAME")


def _rank_of_phone(types: set[str]) -> int:
    return 0 if types & _MOBILE else 2 if types & _FAX else 1


def _birthday(text: str) -> str:
    """A day with its year; without one it is none."""
    found = _DAY.match(text)
    return "-".join(found.groups()) if found else ""


def _first(values: list[str]) -> str:
    return values[0] if values else ""
