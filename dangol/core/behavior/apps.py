from dangol.platform.db.rooms import RoomConfig


class BehaviorConfig(RoomConfig):
    name = "dangol.core.behavior"
    label = "behavior"
    slices = ("sources", "stream", "door", "visitors", "visits", "commerce", "script")
