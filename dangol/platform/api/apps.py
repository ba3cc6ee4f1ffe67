from dangol.platform.db.rooms import RoomConfig


class ApiConfig(RoomConfig):
    name = "dangol.platform.api"
    label = "api"
