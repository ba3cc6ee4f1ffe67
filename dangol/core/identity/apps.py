from dangol.platform.db.rooms import RoomConfig


class IdentityConfig(RoomConfig):
    name = "dangol.core.identity"
    label = "identity"
    slices = ("likeness", "merging", "duplicates", "matching")
