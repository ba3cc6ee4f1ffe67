"""The jobs that build indexes, fill the search and delete values."""

from dangol.platform.objects.custom_fields.indexing import build
from dangol.platform.objects.custom_fields.purging import purge
from dangol.platform.objects.custom_fields.searching import fill

__all__ = ["build", "fill", "purge"]
