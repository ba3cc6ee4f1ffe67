from __future__ import annotations

from importlib import import_module

from dangol.platform.db.rooms import RoomConfig


class DemoConfig(RoomConfig):
    name = "dangol.config.demo"
    label = "demo"

    def ready(self) -> None:
        super().ready()
        for door in ("titles", "tasks", "commands", "banner"):
            import_module(f"{self.name}.{door}")
