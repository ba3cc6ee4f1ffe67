from dangol.platform.db.rooms import RoomConfig


class ExperimentsConfig(RoomConfig):
    name = "dangol.analytical.experiments"
    label = "experiments"
    slices = ("assignment", "lift")
