from dangol.platform.db.rooms import RoomConfig


class ObjectsConfig(RoomConfig):
    name = "dangol.platform.objects"
    label = "objects"
