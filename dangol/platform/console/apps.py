from dangol.platform.db.rooms import RoomConfig


class ConsoleConfig(RoomConfig):
    name = "dangol.platform.console"
    label = "console"
