from dangol.platform.db.rooms import RoomConfig


class AccessConfig(RoomConfig):
    name = "dangol.platform.access"
    label = "access"
