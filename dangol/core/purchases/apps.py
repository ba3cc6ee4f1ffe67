from dangol.platform.db.rooms import RoomConfig


class PurchasesConfig(RoomConfig):
    name = "dangol.core.purchases"
    label = "purchases"
    slices = ("orders", "bought", "money")
