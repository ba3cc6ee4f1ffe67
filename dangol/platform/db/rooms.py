"""How a room (one Django app of several slices) is opened: models first, doors when everything is there."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from types import ModuleType
from typing import ClassVar

from django.apps import AppConfig

DOORS = ("object", "imports", "datasets", "tasks", "upkeep", "subscribers", "commands")


class RoomConfig(AppConfig):
    """A room of a floor. `slices` names its folders in the order in which their doors open; its own open first."""

    default_auto_field = "django.db.models.BigAutoField"
    default = False
    slices: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        # Django looks for the one class in apps.py that calls itself the default; this base stands there too.
        cls.default = True

    def import_models(self) -> None:
        """Import the models of each slice, so that they belong to the room."""
        opened = self._open("models")
        super().import_models()
        # Django skips rooms without a models module of their own; any slice's stands for it.
        self.models_module = self.models_module or next(iter(opened), None)

    def ready(self) -> None:
        """Open the doors that each slice has: declarations, datasets, jobs, subscriptions, commands."""
        for door in DOORS:
            self._open(door)

    def _open(self, door: str) -> list[ModuleType]:
        modules = [f"{place}.{door}" for place in (self.name, *(f"{self.name}.{name}" for name in self.slices))]
        return [import_module(module) for module in modules if find_spec(module)]
