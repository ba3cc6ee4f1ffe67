from dangol.platform.db.rooms import RoomConfig


class AuditConfig(RoomConfig):
    name = "dangol.platform.audit"
    label = "audit"
