"""Files of known systems, recognised by their columns: which column is what, and from what that is known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from dangol.platform.exchange.columns import fold


@dataclass(frozen=True)
class Preset:
    """How one system writes one kind of file.

    A file is known as its own when it has a column of each of `marks` (a name, or several of which one is enough).
    `columns` {field: names of its column, best first} go before any guess, and a field with no names is left out.
    `made_from` names the published description and its day; `is_tried` says whether a real export was ever read so.
    """

    name: str
    label: str
    kind: str
    marks: Sequence[str | tuple[str, ...]]
    columns: Mapping[str, tuple[str, ...]]
    made_from: str
    options: Mapping[str, Any] = field(default_factory=dict)
    is_tried: bool = False

    def places(self, header: Sequence[str]) -> dict[str, int]:
        """{field: place} of its columns in a file."""
        known = {fold(name): place for place, name in reversed(list(enumerate(header)))}
        found: dict[str, int] = {}
        for target, names in self.columns.items():
            place = next((known[fold(n)] for n in names if fold(n) in known), None)
            if place is not None and place not in found.values():
                found[target] = place
        return found

    @property
    def closed(self) -> set[str]:
        """Fields that such a file does not hold, whatever its columns look like."""
        return {target for target, names in self.columns.items() if not names}


NOT_TRIED = _("not yet tried on a real export")
_PRESETS: list[Preset] = []


def register_preset(preset: Preset) -> None:
    """Make a preset known. Raises ValueError when the name is taken."""
    if any(known.name == preset.name and known.kind == preset.kind for known in _PRESETS):
        raise ValueError(f"There is a preset {preset.name} of {preset.kind} already.")
    _PRESETS.append(preset)


def presets_of(kind: str) -> list[Preset]:
    """The presets of an importer."""
    return [known for known in _PRESETS if known.kind == kind]


def preset_called(kind: str, name: str) -> Preset | None:
    """A preset by its name."""
    return next((known for known in presets_of(kind) if known.name == name), None)


def fitting_preset(kind: str, header: Sequence[str]) -> Preset | None:
    """The preset that knows a file by its columns; of several the one with most marks."""
    names = {fold(name) for name in header}
    fitting = [p for p in presets_of(kind) if all(_has(names, mark) for mark in p.marks)]
    return max(fitting, key=lambda p: len(p.marks), default=None)


def _has(names: set[str], mark: str | tuple[str, ...]) -> bool:
    return any(fold(name) in names for name in ((mark,) if isinstance(mark, str) else mark))
