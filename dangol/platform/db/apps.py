from dangol.platform.db.rooms import RoomConfig


class DbConfig(RoomConfig):
    name = "dangol.platform.db"
    label = "db"
