from dangol.platform.db.rooms import RoomConfig


class EventsConfig(RoomConfig):
    name = "dangol.platform.events"
    label = "events"
