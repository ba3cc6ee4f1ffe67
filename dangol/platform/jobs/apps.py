from dangol.platform.db.rooms import RoomConfig


class JobsConfig(RoomConfig):
    name = "dangol.platform.jobs"
    label = "jobs"
