"""Names of files: cleaned of what is dangerous in a path, a header or a reader's eye. Pure."""

from __future__ import annotations

import re
import unicodedata

MOST_BYTES = 200
_NOT_IN_WINDOWS = re.compile(r'[<>:"|?*]')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
_HIDDEN = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_WITHOUT_NAME = "file"


def clean_name(raw: str) -> str:
    """The name as kept: letters of all scripts stay; paths, control and direction characters go; at most 200 bytes.

    The ending stays when the name is shortened. An empty name becomes "file".
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", raw))[-1]
    plain = "".join(c for c in last if unicodedata.category(c) not in _HIDDEN)
    plain = " ".join(_NOT_IN_WINDOWS.sub("_", plain).split()).strip(". ")
    stem, dot, end = plain.rpartition(".")
    if not dot or not stem:
        stem, end = plain, ""
    if _RESERVED.fullmatch(plain):
        stem = f"_{stem}"
    return _shortened(stem or _WITHOUT_NAME, f".{end}" if end else "")


def ending_of(name: str) -> str:
    """What stands after the last dot, in small letters; "" for none."""
    stem, dot, end = name.rpartition(".")
    return end.lower() if dot and stem else ""


def with_ending_of(name: str, old: str) -> str:
    """A new name for a file, which keeps the ending of the old one."""
    end, cleaned = ending_of(old), clean_name(name)
    return cleaned if not end or ending_of(cleaned) == end else clean_name(f"{cleaned}.{end}")


def _shortened(stem: str, end: str) -> str:
    room = MOST_BYTES - len(end.encode())
    if room < 1:
        return _cut(stem + end, MOST_BYTES)
    return (_cut(stem, room).rstrip(". ") or _WITHOUT_NAME) + end


def _cut(text: str, most_bytes: int) -> str:
    return text.encode()[:most_bytes].decode(errors="ignore")
