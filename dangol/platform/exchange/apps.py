from dangol.platform.db.rooms import RoomConfig


class ExchangeConfig(RoomConfig):
    name = "dangol.platform.exchange"
    label = "exchange"
