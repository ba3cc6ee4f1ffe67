"""The builder of rules: the shared one over people, on the business's own day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from dangol.analytical.segments.definitions.queries import company_clock
from dangol.platform.access.actor import Actor
from dangol.platform.objects.builder.conditions import Question
from dangol.platform.objects.builder.drawing import Builder
from dangol.platform.objects.registry import object_type
from dangol.platform.ui.viewer import Viewer


def builder_of(actor: Actor, viewer: Viewer, draft: Mapping[str, Any]) -> Builder:
    """The builder with a draft."""
    return Builder(_question(actor, viewer), draft, **_manners())


def builder_sent(actor: Actor, viewer: Viewer, sent: Any, *, is_checked: bool = False) -> Builder:
    """The builder as a form sent it. Raises drafts.Unreadable."""
    return Builder.of_form(_question(actor, viewer), sent, is_checked=is_checked, **_manners())


def _question(actor: Actor, viewer: Viewer) -> Question:
    return Question(object_type("person"), actor, viewer, company_clock())


def _manners() -> dict[str, Any]:
    return {"act_url": reverse("segment_rules:draft"), "nothing": _("No condition yet: every customer.")}
