"""What access says when it refuses."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _


class AccessNotDecided(RuntimeError):
    """A query reached the database without being told for whom. A fault of the program, never of the user."""


class Forbidden(PermissionDenied):
    """The actor may not do this."""

    def __init__(self, action: str, object_name: str, sentence: str = "") -> None:
        self.action, self.object_name = action, object_name
        super().__init__(sentence or _("You do not have the right to do this. An administrator can give it to you."))
