from dangol.platform.db.rooms import RoomConfig


class MembershipConfig(RoomConfig):
    name = "dangol.core.membership"
    label = "membership"
    slices = ("grades", "points")
