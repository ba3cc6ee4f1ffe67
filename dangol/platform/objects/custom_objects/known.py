"""The company's own objects at hand in every process, kept up to date by the look that custom fields have."""

from __future__ import annotations

from typing import Any

from dangol.platform.objects import writing
from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.custom_objects.making import Made, make
from dangol.platform.objects.custom_objects.models import CustomObject
from dangol.platform.objects.extended import extend
from dangol.platform.objects.types import Field, ObjectType

MOST_COLUMNS = 5
_made: dict[str, Made] = {}
_serial = 0


def types(_name: str = "") -> tuple[ObjectType, ...]:
    """Those that can be used: their table stands and they were not removed."""
    current.look()
    return tuple(made.declared for made in _made.values())


def at(slug: str) -> ObjectType | None:
    """The own object at an address, None for another one."""
    return next((declared for declared in types() if declared.slug == slug), None)


def mark() -> str:
    """Stands for the objects as they are; another one means that something changed."""
    current.look()
    return str(_serial) if _made else ""


def _models(_name: str = "") -> tuple[type, ...]:
    return tuple(made.model for made in _made.values())


def _columns(name: str) -> tuple[tuple[int, str], ...]:
    """The first fields of such an object stand in its list until somebody chooses others."""
    if name not in _made:
        return ()
    fields = [f for f in current.fields_of(name) if f.kind != "long_text"][:MOST_COLUMNS]
    return tuple((place, f.name) for place, f in enumerate(fields, 1))


def _group(name: str) -> tuple[Any, ...]:
    """The fields of such an object stand beside its name."""
    return (_made[name].declared.label,) if name in _made else ()


def _leading(name: str) -> tuple[Field, ...]:
    """What can be asked of an object about own ones that lead to it."""
    if not _made:
        return ()
    from dangol.platform.objects.custom_objects.leading_back import leading_to

    return leading_to(name, types())


def _read() -> None:
    rows = CustomObject.objects.filter(state=CustomObject.State.READY, removed_at=None).order_by("order", "id")
    _publish({row.name: make(row) for row in rows})


def _clear() -> None:
    if _made:
        _publish({})


def _publish(made: dict[str, Made]) -> None:
    global _made, _serial
    for name in _made.keys() - made.keys():
        writing.forget_writer(name)
    _made, _serial = made, _serial + 1
    current.hang_anew()


current.keep_beside("objects_custom_object", read=_read, clear=_clear)
extend("types", types)
extend("models", _models)
extend("columns", _columns)
extend("group", _group)
extend("filters", _leading)
