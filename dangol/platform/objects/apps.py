from dangol.platform.db.rooms import RoomConfig


class ObjectsConfig(RoomConfig):
    name = "dangol.platform.objects"
    label = "objects"
    slices = ("custom_fields", "custom_objects", "record_rules", "layouts", "pick_lists")

    def ready(self) -> None:
        """Hang the objects into the frame."""
        from dangol.platform.objects import listening, rights  # noqa: F401
        from dangol.platform.objects.frame import hang

        super().ready()
        hang()
