from dangol.platform.db.rooms import RoomConfig


class WebhooksConfig(RoomConfig):
    name = "dangol.backoffice.webhooks"
    label = "webhooks"
    slices = ("endpoints", "deliveries")
