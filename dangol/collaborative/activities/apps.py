from dangol.platform.db.rooms import RoomConfig


class ActivitiesConfig(RoomConfig):
    name = "dangol.collaborative.activities"
    label = "activities"
    slices = ("notes", "attachments", "mentions")
