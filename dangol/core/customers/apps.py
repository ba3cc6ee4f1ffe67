from dangol.platform.db.rooms import RoomConfig


class CustomersConfig(RoomConfig):
    name = "dangol.core.customers"
    label = "customers"
    slices = ("contact_points", "companies", "people")
