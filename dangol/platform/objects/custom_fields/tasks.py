"""The jobs that build indexes and fill the search."""

from dangol.platform.objects.custom_fields.indexing import build
from dangol.platform.objects.custom_fields.searching import fill

__all__ = ["build", "fill"]
