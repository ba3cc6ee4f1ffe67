"""The job that builds indexes."""

from dangol.platform.objects.custom_fields.indexing import build

__all__ = ["build"]
