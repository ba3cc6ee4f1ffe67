from dangol.platform.db.rooms import RoomConfig


class TimelineConfig(RoomConfig):
    name = "dangol.collaborative.timeline"
    label = "timeline"
    slices = ("stories",)
