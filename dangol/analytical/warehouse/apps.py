from dangol.platform.db.rooms import RoomConfig


class WarehouseConfig(RoomConfig):
    name = "dangol.analytical.warehouse"
    label = "warehouse"
    slices = ("marts", "analysis")
