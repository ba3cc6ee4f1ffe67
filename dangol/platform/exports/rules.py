from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import quote

KEPT = timedelta(days=7)
LARGE = 50_000
"""So many rows and more are made in the background unless somebody asks for the answer at once."""
SMALL = 5_000
"""Up to so many rows a file that cannot be streamed (Excel, Parquet) is made while one waits."""
MOST_AT_ONCE = 5
BUSY = ("waiting", "running")
LONGEST_NAME = 120
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|]+')


def file_name(words: str, ending: str) -> str:
    """A name that every system can keep: without signs that mean something in paths, and not too long."""
    said = _UNSAFE.sub(" ", words).strip(" .")[:LONGEST_NAME].strip(" .") or "export"
    return f"{said}.{ending}"


def disposition(name: str, ascii_name: str) -> str:
    """The header that names a download (RFC 6266): a plain name for old programs, the true one in UTF-8 (RFC 8187)."""
    plain = _UNSAFE.sub("_", ascii_name).encode("ascii", "replace").decode().replace("?", "_")
    if name == plain:
        return f'attachment; filename="{plain}"'
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
