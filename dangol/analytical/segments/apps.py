from dangol.platform.db.rooms import RoomConfig


class SegmentsConfig(RoomConfig):
    name = "dangol.analytical.segments"
    label = "segments"
    slices = ("tiers", "rfm", "lifecycle", "definitions", "members")
