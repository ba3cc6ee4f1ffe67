from dangol.platform.db.rooms import RoomConfig


class SearchConfig(RoomConfig):
    name = "dangol.platform.search"
    label = "search"
