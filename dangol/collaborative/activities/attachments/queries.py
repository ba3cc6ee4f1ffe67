from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Count, F, Sum, Window

from dangol.collaborative.activities.attachments.models import Attachment, FileRules
from dangol.collaborative.activities.hanging import on_record, reaches
from dangol.platform.access.actor import Actor
from dangol.platform.objects.beside import has
from dangol.platform.objects.registry import object_type
from dangol.platform.search.queries import ids_holding
from dangol.platform.ui.navigation import Found

STORY_PAGE = 40
FOUND_AT_MOST = 5
_MEMO = "_files_read"
FAR_AHEAD = datetime(9999, 1, 1, tzinfo=UTC)
_ICONS = {"picture": "photo", "document": "file-text", "text": "file-text", "sound": "music", "film": "movie",
          "archive": "file-zip"}  # fmt: skip


@dataclass(frozen=True)
class FileShown:
    """A file as its reader sees it, with what they may do to it."""

    file: Any
    author: str
    url: str
    can_change: bool
    can_delete: bool

    @property
    def icon(self) -> str:
        """The icon of its family."""
        return _ICONS.get(self.file.family, "file")

    @property
    def is_ready(self) -> bool:
        """Whether its small copies can be shown."""
        return bool(self.file.views == Attachment.Views.READY)


def file_rules() -> FileRules:
    """How large and how many files may be; what is usual until somebody sets it."""
    return FileRules.objects.first() or FileRules()


def files_of(actor: Actor, record: Any, before: datetime | None = None, limit: int = STORY_PAGE) -> list[Any]:
    """Files of a record, its face first, then newest first, each with the total. One query."""
    if not actor.may("see", Attachment.access_name) or not has(record, "files"):
        return []
    rows = on_record(Attachment, actor, record).filter(deleted_at=None)
    if before is not None:
        return list(_named(rows.filter(created_at__lt=before)).order_by("-created_at", "-id")[:limit])
    counted = _named(rows).annotate(all_count=Window(Count("pk")), all_bytes=Window(Sum("size")))
    return list(counted.order_by("-is_face", "-created_at", "-id")[: limit + 1])


def newest(actor: Actor, record: Any, before: datetime | None, limit: int) -> list[Any]:
    """Files newest first; those of the first page are what panel and portrait read too."""
    if before is not None or limit > STORY_PAGE:
        return files_of(actor, record, before or FAR_AHEAD, limit)
    files = first_page(actor, record)
    if len(files) > STORY_PAGE:  # there are more: the face, which comes first, may lie beyond what was read
        reach = min(f.created_at for f in files if not f.is_face)
        files = [f for f in files if f.created_at >= reach]
    return sorted(files, key=lambda f: (f.created_at, f.pk), reverse=True)[:limit]


def first_page(actor: Actor, record: Any) -> list[Any]:
    """The face and the newest files; panel, portrait and story of one page share the answer."""
    known: dict[int | None, list[Any]] = record.__dict__.setdefault(_MEMO, {})
    if actor.user_id not in known:
        known[actor.user_id] = files_of(actor, record)
    return known[actor.user_id]


def all_of(actor: Actor, record: Any, limit: int) -> list[Any]:
    """All files of a record for the page that shows them, newest first."""
    name = type(record).access_name
    rows = Attachment.objects.visible_to(actor).filter(object_name=name, record_id=record.pk, deleted_at=None)
    return list(_named(rows).order_by("-created_at", "-id")[:limit])


def shown(actor: Actor, files: Sequence[Any]) -> list[FileShown]:
    """Files ready to be drawn."""
    return [
        FileShown(
            file=file,
            author=file.author_name or "",
            url=address_of(file),
            can_change=reaches(actor, "change", Attachment.access_name, file.author_id),
            can_delete=reaches(actor, "delete", Attachment.access_name, file.author_id),
        )
        for file in files
    ]


def address_of(file: Any) -> str:
    """The address below which a file, its small copies and its forms lie."""
    return f"/{object_type(file.object_name).slug}/{file.record_id}/files/{file.pk}"


def portrait(actor: Actor, record: Any) -> str:
    """The address of the picture that stands for a record; "" for none."""
    face = next((f for f in first_page(actor, record) if f.is_face and f.views == Attachment.Views.READY), None)
    return f"{address_of(face)}/small.webp" if face else ""


def find_file(actor: Actor, object_name: str, record_id: int, file_id: int, *, in_trash: bool = False) -> Any:
    """A file of this very record that `actor` sees, None when there is none."""
    rows = Attachment.objects.visible_to(actor).filter(object_name=object_name, record_id=record_id)
    if not in_trash:
        rows = rows.filter(deleted_at=None)
    return _named(rows).filter(pk=file_id).first() if 0 < file_id < 2**63 else None


def page_of(actor: Actor, object_name: str, record_id: int, after: int, limit: int) -> list[Any]:
    """Files for a program, newest first, after the file with number `after` (0: from the start)."""
    rows = Attachment.objects.visible_to(actor).filter(object_name=object_name, record_id=record_id, deleted_at=None)
    return list(_named(rows.filter(pk__lt=after) if after else rows).order_by("-id")[:limit])


def count_on(object_name: str, record_id: int) -> int:
    """How many files a record has, whoever sees them."""
    rows = Attachment.objects.for_system("how many files a record has")
    return rows.filter(object_name=object_name, record_id=record_id, deleted_at=None).count()


def find(actor: Actor, words: str) -> list[Found]:
    """Files by part of their name, for the command menu."""
    if not actor.may("see", Attachment.access_name):
        return []
    # Which files are called so is asked first: most words stand in none, and then nobody need be judged.
    held = ids_holding("file", words)
    if held == []:
        return []
    rows = Attachment.objects.visible_to(actor).filter(pk__in=held, deleted_at=None)
    return [
        Found(file.name, str(object_type(file.object_name).label), address_of(file), "paperclip")
        for file in rows.order_by("-id")[:FOUND_AT_MOST]
    ]


def _named(rows: Any) -> Any:
    return rows.annotate(author_name=F("author__name"))
