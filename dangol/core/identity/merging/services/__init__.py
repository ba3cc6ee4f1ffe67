"""Merging two records into one, and parting them again."""

from dangol.core.identity.merging.services.joining import merge
from dangol.core.identity.merging.services.late import gather
from dangol.core.identity.merging.services.parting import unmerge

__all__ = ["gather", "merge", "unmerge"]
