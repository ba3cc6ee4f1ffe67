from dangol.platform.db.rooms import RoomConfig


class EngineConfig(RoomConfig):
    name = "dangol.platform.engine"
    label = "engine"
