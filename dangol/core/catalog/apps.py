from dangol.platform.db.rooms import RoomConfig


class CatalogConfig(RoomConfig):
    name = "dangol.core.catalog"
    label = "catalog"
    slices = ("products", "prices")
