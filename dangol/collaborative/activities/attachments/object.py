from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from dangol.collaborative.activities.attachments.models import Attachment
from dangol.collaborative.activities.attachments.queries import (
    FileShown,
    address_of,
    find,
    first_page,
    newest,
    portrait,
    shown,
)
from dangol.collaborative.activities.attachments.rules.kinds import KINDS
from dangol.collaborative.activities.attachments.services import adding
from dangol.collaborative.activities.attachments.services.sweeping import forget_contents, handed_over
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.beside import register_presence
from dangol.platform.objects.files import FileKeeper, register_file_keeper
from dangol.platform.objects.holders import Holder, register_holder
from dangol.platform.objects.hung import Hung, register_hung
from dangol.platform.objects.registry import EVERY, StoryItem, register_panel, register_portrait, register_story
from dangol.platform.objects.types import Field, Panel
from dangol.platform.ui.navigation import item, register, register_command, register_finder

NEEDS = ("change", "workspace")
PICTURES_SHOWN, OTHERS_SHOWN = 6, 5
ACCEPT = ",".join(f".{end}" for end in KINDS)


def composer(actor: Actor, record: Any) -> dict[str, Any] | None:
    """What the form for files above the story shows; None for who may add none."""
    if actor.kind != "user" or not actor.may("create", Attachment.access_name):
        return None
    return {"errors": [], "is_open": False, "accept": ACCEPT}


def files_panel(actor: Actor, record: Any) -> dict[str, Any] | None:
    """The newest pictures and files of a record; None without any."""
    files = shown(actor, first_page(actor, record))
    if not files:
        return None
    newest = sorted(files, key=lambda f: f.file.pk, reverse=True)
    pictures = [f for f in newest if f.file.is_picture]
    others = [f for f in newest if not f.file.is_picture]
    return {
        "pictures": pictures[:PICTURES_SHOWN],
        "others": others[:OTHERS_SHOWN],
        "count": files[0].file.all_count,
        "bytes": files[0].file.all_bytes,
        "is_waiting": any(f.file.views == Attachment.Views.WAITING for f in pictures[:PICTURES_SHOWN]),
    }


def file_story(actor: Actor, record: Any, before: datetime | None, limit: int) -> Sequence[StoryItem]:
    """A record's files for its timeline; what one person added at once stands together there."""
    return [_item(one) for one in shown(actor, newest(actor, record, before, limit))]


def _item(one: FileShown) -> StoryItem:
    return StoryItem(
        at=one.file.created_at,
        key=f"file-{one.file.pk}",
        icon="paperclip",
        title=gettext("File added"),
        detail=one.author,
        group="notes",
        template="activities/attachments/story.html",
        data={"files": [one]},
        together=f"files of {one.file.author_id}",
    )


def answer(file: Any) -> dict[str, Any]:
    """A file for programs that follow the change feed."""
    return {
        "id": file.pk, "object": file.object_name, "record_id": file.record_id, "name": file.name, "size": file.size,
        "media_type": file.media_type, "sha256": file.sha256, "is_face": file.is_face, "author_id": file.author_id,
        "created_at": file.created_at,
    }  # fmt: skip


def _keep(actor: Actor, object_name: str, record_id: int, name: str, chunks: Iterable[bytes]) -> int:
    added = adding.add_file(actor=actor, object_name=object_name, record_id=record_id, name=name, chunks=chunks)
    return int(added.pk)


FILE = Hung(
    name=Attachment.access_name,
    label=_("File"),
    model=Attachment,
    fields=(Field("name", _("Name")), Field("is_face", _("Picture of the record"), "bool")),
    title=lambda file: str(file.name),
    anchor=lambda file: "/files",
    answer=answer,
)

register_hung(FILE)
register_file_keeper(FileKeeper(Attachment, _keep, address_of))
register_presence(EVERY, "files", Attachment, "record_id", where="deleted_at IS NULL")
register_panel(
    EVERY, Panel("add-files", _("Add files"), "activities/attachments/composer.html", composer, place="story", order=60)
)
register_panel(EVERY, Panel("files", _("Files"), "activities/attachments/panel.html", files_panel, place="facts"))
register_story(EVERY, file_story, kinds=["notes"])
register_portrait(portrait)
register_finder(find, name="files")
register("setup", item("file-rules", _("Files"), "paperclip", "attachments:rules", 60, is_open=lambda v: v.may(*NEEDS)))
register_command(_("Files: sizes and numbers"), "/setup/files", "paperclip", _("upload limit attachment trash"), NEEDS)
register_title("file.added", EventTitle(_("File added"), "paperclip", "notes"))
register_title("file.changed", EventTitle(_("File changed"), "edit", "notes", is_quiet=True))
register_title("file.trashed", EventTitle(_("File put in the trash"), "trash", "notes"))
register_title("file.restored", EventTitle(_("File taken out of the trash"), "restore", "notes"))
register_title("file.swept", EventTitle(_("Files deleted for good"), "trash", is_quiet=True))
register_title("file_rules.changed", EventTitle(_("Rules for files changed"), "paperclip"))
register_right(Right("file", _("Files"), ("see", "create", "change", "delete"), order=125))
register_holder(Holder("file_contents", _("Contents of files"), forget_contents, export=handed_over, order=300))
