"""Lists of `tag=value; ...` as DKIM and DMARC write them (RFC 6376 section 3.2). Pure."""

from __future__ import annotations


def read_tags(text: str) -> list[tuple[str, str]] | None:
    """Return (tag in small letters, value) in order; None when it is no such list or names a tag twice."""
    found: list[tuple[str, str]] = []
    for part in text.split(";"):
        if not part.strip():
            continue
        name, equals, value = part.partition("=")
        if not equals or not name.strip():
            return None
        found.append((name.strip().lower(), value.strip()))
    names = [name for name, _value in found]
    return found if len(set(names)) == len(names) else None
