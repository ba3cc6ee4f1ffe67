"""Small copies of pictures: drawn anew as WebP, upright, without place, camera or anything else that is not picture."""

from __future__ import annotations

import warnings
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageOps

from dangol.collaborative.activities.attachments.models import Attachment
from dangol.collaborative.activities.attachments.rules.kinds import PICTURE_FORMATS
from dangol.collaborative.activities.attachments.rules.names import ending_of
from dangol.collaborative.activities.attachments.services.looking import MOST_PIXELS, UNREADABLE
from dangol.collaborative.activities.attachments.services.store import path_of, view_path, write_whole
from dangol.platform.access.actor import Actor

SMALL, LARGE = 320, 1600
EDGES = (SMALL, LARGE)


def draw_views(*, actor: Actor, attachment_id: int) -> None:
    """Draw the small copies of a picture and say so in its row; a picture that cannot be read is marked so."""
    rows = Attachment.objects.for_system("its small copies are drawn").filter(pk=attachment_id)
    row = rows.only("sha256", "name").first()
    if row is None:
        return
    try:
        for edge in EDGES:
            target = view_path(row.sha256, edge)
            if not target.exists():
                write_whole(target, drawn(path_of(row.sha256), PICTURE_FORMATS[ending_of(row.name)], edge))
        state = Attachment.Views.READY
    except UNREADABLE:
        state = Attachment.Views.FAILED
    rows.update(views=state)


def drawn(path: Path, picture_format: str, edge: int) -> bytes:
    """The first frame of a picture as WebP, its longer side `edge` pixels at most. Raises one of UNREADABLE."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        with Image.open(path, formats=[picture_format]) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise ValueError("too many pixels")
            picture.draft("RGB", (edge * 2, edge * 2))
            upright = ImageOps.exif_transpose(picture)
            plain = upright.convert("RGBA" if _has_alpha(upright) else "RGB")
    plain.thumbnail((edge, edge), Image.Resampling.LANCZOS, reducing_gap=2.0)
    out = BytesIO()
    # Built from pixels alone, so that no metadata comes along.
    Image.frombytes(plain.mode, plain.size, plain.tobytes()).save(out, "WEBP", quality=82, method=4)
    return out.getvalue()


def _has_alpha(picture: Image.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
