from dangol.platform.db.rooms import RoomConfig


class AccountsConfig(RoomConfig):
    name = "dangol.platform.accounts"
    label = "accounts"
    slices = ("viewing",)

    def ready(self) -> None:
        """Tell the frame who looks at a page."""
        from dangol.platform.accounts import viewer  # noqa: F401

        super().ready()
