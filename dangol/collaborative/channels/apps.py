from dangol.platform.db.rooms import RoomConfig


class ChannelsConfig(RoomConfig):
    name = "dangol.collaborative.channels"
    label = "channels"
    slices = ("writing", "messages", "letters", "preferences", "notices")
