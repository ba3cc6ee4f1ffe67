from dangol.platform.db.rooms import RoomConfig


class ConsentConfig(RoomConfig):
    name = "dangol.core.consent"
    label = "consent"
    slices = ("ledger", "suppressions", "law", "guardians", "wishes", "gate", "notices", "evidence", "rights")
