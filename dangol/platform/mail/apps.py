from dangol.platform.db.rooms import RoomConfig


class MailConfig(RoomConfig):
    name = "dangol.platform.mail"
    label = "mail"
    slices = ()
