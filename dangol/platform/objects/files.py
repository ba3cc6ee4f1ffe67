"""Files in fields: a field of kind "file" leads to a file that hangs on its record. Who keeps files says so here.

The keeper judges what is sent (size, kind, content), hands it out safely, and knows who sees it; a field only holds
which file it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from dangol.platform.access.actor import Actor
from dangol.platform.access.guard import GuardedModel
from dangol.platform.objects.types import Field, ObjectType

REMOVE = "remove_"


@dataclass(frozen=True)
class FileKeeper:
    """`add(actor, object_name, record_id, name, chunks)` keeps a file on a record and returns its id; it raises
    Forbidden, NotFound and ValidationError. `url(file)` is where a row of `model` is downloaded."""

    model: type[GuardedModel]
    add: Callable[[Actor, str, int, str, Iterable[bytes]], int]
    url: Callable[[Any], str]


_KEEPER: list[FileKeeper] = []


def register_file_keeper(keeper: FileKeeper) -> None:
    """Say who keeps files. Raises ValueError when somebody does already."""
    if _KEEPER:
        raise ValueError("Files are kept already.")
    _KEEPER.append(keeper)


def file_keeper() -> FileKeeper:
    """Who keeps files. Raises LookupError where nobody does."""
    if not _KEEPER:
        raise LookupError("Nobody keeps files.")
    return _KEEPER[0]


def file_fields(fields: Sequence[Field]) -> list[Field]:
    """Those of `fields` that hold files."""
    return [f for f in fields if f.kind == "file"]


def is_sent(request: HttpRequest, fields: Sequence[Field]) -> bool:
    """Whether a form brought a file, or takes one away."""
    return any(f.name in request.FILES or f"{REMOVE}{f.name}" in request.POST for f in file_fields(fields))


def take_files(
    request: HttpRequest, declared: ObjectType, actor: Actor, record_id: int, fields: Sequence[Field]
) -> Mapping[str, Any]:
    """Keep the files of a form on a record; what to write into their fields. Raises ValidationError by field,
    Forbidden, NotFound."""
    found: dict[str, Any] = {}
    for f in file_fields(fields):
        upload: Any = request.FILES.get(f.name)
        if upload is not None:
            try:
                found[f.name] = file_keeper().add(
                    actor, declared.name, record_id, str(upload.name or ""), upload.chunks()
                )
            except ValidationError as error:
                raise ValidationError({f.name: error.messages}) from error
        elif f"{REMOVE}{f.name}" in request.POST:
            found[f.name] = None
    return found
