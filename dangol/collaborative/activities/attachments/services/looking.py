"""What a file that came in is: its name cleaned, its content compared with the name's ending, a picture measured."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from pathlib import Path

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image

from dangol.collaborative.activities.attachments.rules.kinds import HEAD_BYTES, KINDS, PICTURE_FORMATS, Kind, agrees
from dangol.collaborative.activities.attachments.rules.names import ending_of

MOST_PIXELS = 80_000_000
UNREADABLE = (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError, MemoryError)


@dataclass(frozen=True)
class Look:
    """What was found: the kind, and a picture's pixels (0 for others)."""

    kind: Kind
    width: int = 0
    height: int = 0


def kind_of_name(name: str) -> Kind:
    """The kind that a name promises. Raises ValidationError (`file`) for one that is not taken."""
    kind = KINDS.get(ending_of(name))
    if kind is None:
        raise _refused(
            _("“%(name)s”: files of this kind are not taken. Documents, text, pictures, sound and zip are."), name
        )
    return kind


def look_at(name: str, path: Path) -> Look:
    """Look into a file. Raises ValidationError (`file`) when it is not what its name promises, or a trap."""
    kind, end = kind_of_name(name), ending_of(name)
    with path.open("rb") as content:
        head = content.read(HEAD_BYTES)
        if not head:
            raise _refused(_("“%(name)s” is empty."), name)
        if not agrees(end, head, content):
            raise _refused(_("“%(name)s” is not what its name says. Save it anew under the right name."), name)
    if end not in PICTURE_FORMATS:
        return Look(kind)
    return Look(kind, *_measured(name, path, PICTURE_FORMATS[end]))


def _measured(name: str, path: Path, picture_format: str) -> tuple[int, int]:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is a lower one
            with Image.open(path, formats=[picture_format]) as picture:
                size = picture.size
    except Image.DecompressionBombError:
        size = (MOST_PIXELS, 2)
    except UNREADABLE:
        raise _refused(_("“%(name)s” is no picture that can be read."), name) from None
    if size[0] * size[1] > MOST_PIXELS:
        raise _refused(_("“%(name)s” has more than 80 million pixels. Make the picture smaller."), name)
    return size


def _refused(sentence: str, name: str) -> ValidationError:
    return ValidationError({"file": sentence % {"name": name}})
