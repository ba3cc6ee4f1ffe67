"""The jobs that make and drop the tables of own objects."""

from dangol.platform.objects.custom_objects.building import build, purge

__all__ = ["build", "purge"]
