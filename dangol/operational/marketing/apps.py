from dangol.platform.db.rooms import RoomConfig


class MarketingConfig(RoomConfig):
    name = "dangol.operational.marketing"
    label = "marketing"
    slices = ("campaigns", "results")
