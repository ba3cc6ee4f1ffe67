from dangol.platform.db.rooms import RoomConfig


class CustomersConfig(RoomConfig):
    name = "dangol.core.customers"
    label = "customers"
    slices = (
        "ends", "contact_points", "companies", "households", "people", "demographics", "employments", "relations",
    )  # fmt: skip
