from dangol.platform.db.rooms import RoomConfig


class ExportsConfig(RoomConfig):
    name = "dangol.platform.exports"
    label = "exports"
