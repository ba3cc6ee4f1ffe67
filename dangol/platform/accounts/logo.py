"""The company's logo: what is uploaded is never kept as it came, but decoded and written anew."""

from __future__ import annotations

import warnings
from io import BytesIO

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

LARGEST_UPLOAD = 2 * 1024**2
MOST_PIXELS = 16_000_000
EDGE = 512
FORMATS = ("PNG", "JPEG", "WEBP")


def written_anew(data: bytes) -> bytes:
    """Return a PNG of at most 512 by 512 pixels, without anything that is not picture.

    Raises ValidationError (field `logo`) when `data` is larger than 2 MB, is no PNG, JPEG or WebP, is broken, or would
    unfold to more than 16 million pixels.
    """
    if len(data) > LARGEST_UPLOAD:
        raise ValidationError({"logo": _("The file is larger than 2 MB.")})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # the limit below is a lower one
            return _png(data)
    except ValidationError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError):
        raise ValidationError({"logo": _("This is no picture that can be read. PNG, JPEG and WebP work.")}) from None


def _png(data: bytes) -> bytes:
    with Image.open(BytesIO(data), formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:  # known from its head, before anything is unfolded
            raise ValidationError({"logo": _("The picture has too many pixels. 512 by 512 is enough.")})
        upright = ImageOps.exif_transpose(picture)
        plain = upright.convert("RGBA")
    plain.thumbnail((EDGE, EDGE), Image.Resampling.LANCZOS)
    out = BytesIO()
    Image.frombytes("RGBA", plain.size, plain.tobytes()).save(out, "PNG", optimize=True)
    return out.getvalue()
