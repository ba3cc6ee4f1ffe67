from dangol.platform.db.rooms import RoomConfig


class RecommendationsConfig(RoomConfig):
    name = "dangol.analytical.recommendations"
    label = "recommendations"
    slices = ("cross_sell",)
