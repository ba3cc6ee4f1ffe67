from dangol.platform.db.rooms import RoomConfig


class PredictionsConfig(RoomConfig):
    name = "dangol.analytical.predictions"
    label = "predictions"
    slices = ("lifetime_value",)
