from dangol.platform.db.rooms import RoomConfig


class RealtimeConfig(RoomConfig):
    name = "dangol.platform.realtime"
    label = "realtime"
    slices = ()
