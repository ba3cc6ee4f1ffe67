"""Which kinds of files are taken, and whether a file's content agrees with the ending of its name. Pure.

The content decides: each ending says what the first bytes must look like. Whatever can run in a browser or on a
machine (pages, svg, scripts, programs) has no ending here, and is not taken under another one either.
"""

from __future__ import annotations

import struct
import zipfile
from dataclasses import dataclass
from typing import BinaryIO, Literal

import puremagic

Family = Literal["picture", "document", "text", "sound", "film", "archive"]
HEAD_BYTES = 4096
MOST_MEMBERS, MOST_DIRECTORY_BYTES = 20_000, 4 * 1024 * 1024
_END_OF_ZIP, _ZIP64_LOCATOR = b"PK\x05\x06", b"PK\x06\x07"
_OFFICE, _ODF, _OLE = "application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.", "ole"


@dataclass(frozen=True)
class Kind:
    """What is known of an ending: the type with which we serve it, its family, and how its content is recognised.

    `proof` is "ole", "text", "picture", "magic", or the member that its zip must hold.
    """

    media_type: str
    family: Family
    proof: str


def _kinds() -> dict[str, Kind]:
    found = {
        "pdf": Kind("application/pdf", "document", "magic"),
        "rtf": Kind("application/rtf", "document", "magic"),
        "docx": Kind(f"{_OFFICE}wordprocessingml.document", "document", "word/"),
        "xlsx": Kind(f"{_OFFICE}spreadsheetml.sheet", "document", "xl/"),
        "pptx": Kind(f"{_OFFICE}presentationml.presentation", "document", "ppt/"),
        "odt": Kind(f"{_ODF}text", "document", "mimetype"),
        "ods": Kind(f"{_ODF}spreadsheet", "document", "mimetype"),
        "odp": Kind(f"{_ODF}presentation", "document", "mimetype"),
        "hwpx": Kind("application/hwp+zip", "document", "mimetype"),
        "doc": Kind("application/msword", "document", _OLE),
        "xls": Kind("application/vnd.ms-excel", "document", _OLE),
        "ppt": Kind("application/vnd.ms-powerpoint", "document", _OLE),
        "hwp": Kind("application/x-hwp", "document", _OLE),
        "zip": Kind("application/zip", "archive", "zip"),
        "7z": Kind("application/x-7z-compressed", "archive", "magic"),
        "gz": Kind("application/gzip", "archive", "magic"),
    }
    for end, media_type in _PLAIN.items():
        found[end] = Kind(media_type, "text", "text")
    for end, media_type in _PICTURES.items():
        found[end] = Kind(media_type, "picture", "picture")
    for end, media_type in _HEARD.items():
        found[end] = Kind(media_type, "film" if media_type.startswith("video") else "sound", "magic")
    return found


_PLAIN = {"txt": "text/plain", "md": "text/markdown", "csv": "text/csv", "tsv": "text/tab-separated-values",
          "log": "text/plain", "json": "application/json", "ics": "text/calendar", "vcf": "text/vcard",
          "eml": "message/rfc822"}  # fmt: skip
_PICTURES = {"jpg": "image/jpeg", "jpeg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp",
             "bmp": "image/bmp", "tif": "image/tiff", "tiff": "image/tiff", "avif": "image/avif",
             "heic": "image/heic"}  # fmt: skip
_HEARD = {"mp3": "audio/mpeg", "m4a": "audio/mp4", "wav": "audio/wav", "ogg": "audio/ogg", "flac": "audio/flac",
          "aac": "audio/aac", "mp4": "video/mp4", "mov": "video/quicktime", "webm": "video/webm"}  # fmt: skip
_ALSO = {"mp3": {".mpga"}, "heic": {".heif", ".heic"}, "pdf": {".fdf"}}
KINDS = _kinds()
PICTURE_FORMATS = {"jpg": "JPEG", "jpeg": "JPEG", "png": "PNG", "gif": "GIF", "webp": "WEBP", "bmp": "BMP",
                   "tif": "TIFF", "tiff": "TIFF", "avif": "AVIF"}  # fmt: skip
"""Pictures that can be read, by ending, with the reader's name for them; HEIC is kept, but not drawn."""

_RUNS = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xfe\xed\xfa", b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"#!")
_PAGE = (b"<!doctype", b"<html", b"<head", b"<body", b"<svg", b"<script", b"<?xml", b"<?php", b"<%", b"<!--")
_BOMS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")


def agrees(ending: str, head: bytes, content: BinaryIO) -> bool:
    """Whether a content is what the ending promises; `head` are its first bytes. Pictures are read by the caller."""
    kind = KINDS.get(ending)
    if kind is None or head.startswith(_RUNS) or _is_page(head):
        return False
    if kind.proof == "picture":
        return ending in PICTURE_FORMATS or _magic_says(ending, head)
    if kind.proof == "text":
        return _is_text(head)
    if kind.proof == _OLE:
        return head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")
    if kind.proof == "magic":
        return (ending != "pdf" or head.startswith(b"%PDF-")) and _magic_says(ending, head)
    return _is_zip_of(kind, content)


def _magic_says(ending: str, head: bytes) -> bool:
    try:
        candidates = {match.extension.lower() for match in puremagic.magic_string(head)}
    except (puremagic.PureError, ValueError):
        return False
    return bool(candidates & {f".{ending}", *_ALSO.get(ending, ())})


def _is_page(head: bytes) -> bool:
    start = head
    for bom in _BOMS:
        start = start.removeprefix(bom)
    return start.replace(b"\x00", b"").lstrip().lower().startswith(_PAGE)


def _is_text(head: bytes) -> bool:
    if head.startswith(_BOMS[1:]):
        return _decodes(head[: len(head) // 2 * 2], "utf-16")
    return b"\x00" not in head and (_decodes(head, "utf-8") or _decodes(head, "cp949"))


def _decodes(head: bytes, encoding: str) -> bool:
    for cut in range(4):  # the last letter may be cut off
        try:
            head[: len(head) - cut].decode(encoding)
        except UnicodeDecodeError:
            continue
        return True
    return False


def _is_zip_of(kind: Kind, content: BinaryIO) -> bool:
    content.seek(0)
    if content.read(4) not in (b"PK\x03\x04", _END_OF_ZIP) or not _is_directory_small(content):
        return False
    try:
        with zipfile.ZipFile(content) as archive:
            names = archive.namelist()
            if kind.proof == "zip":
                return True
            if kind.proof == "mimetype":
                info = archive.getinfo("mimetype")
                return info.file_size < 200 and archive.read(info).strip() == kind.media_type.encode()
            has_macros = any(name.endswith("vbaProject.bin") for name in names)
            is_office = "[Content_Types].xml" in names and any(name.startswith(kind.proof) for name in names)
            return is_office and not has_macros
    except (zipfile.BadZipFile, KeyError, NotImplementedError, RuntimeError, ValueError, OSError, EOFError):
        return False


def _is_directory_small(content: BinaryIO) -> bool:
    """A list of a million names would take all memory: its length is read first, from the end of the archive."""
    size = content.seek(0, 2)
    content.seek(max(0, size - 65_557))
    tail = content.read()
    at = tail.rfind(_END_OF_ZIP)
    has_second_end = at >= 20 and tail[at - 20 : at].startswith(_ZIP64_LOCATOR)
    if at < 0 or len(tail) - at < 22 or has_second_end:
        return False
    members, directory = struct.unpack("<HI", tail[at + 10 : at + 16])
    return bool(members <= MOST_MEMBERS and directory <= MOST_DIRECTORY_BYTES)
