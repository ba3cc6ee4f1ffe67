from dangol.platform.db.rooms import RoomConfig


class DashboardsConfig(RoomConfig):
    name = "dangol.analytical.dashboards"
    label = "dashboards"
    slices = ("pictures", "figures", "value", "loyalty", "revenue", "home")
