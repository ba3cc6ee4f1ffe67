"""The jobs of the objects."""

from dangol.platform.objects.undoing.runs import carry_on

__all__ = ["carry_on"]
