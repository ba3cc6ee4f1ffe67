"""The form of an object: what was sent, and what the page draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from dangol.platform.objects.custom_objects import rules
from dangol.platform.objects.custom_objects.models import CustomObject
from dangol.platform.objects.custom_objects.services import LABELS
from dangol.platform.objects.custom_objects.templates_of import TEMPLATES, Template
from dangol.platform.ui.navigation import SECTIONS

SENT = (*LABELS, "icon", "section", "slug", "template")


@dataclass
class Form:
    """What the page draws."""

    values: Mapping[str, Any]
    errors: Mapping[str, Any] = field(default_factory=dict)
    standing: CustomObject | None = None

    @property
    def general_errors(self) -> Any:
        """What is wrong with no field in particular."""
        return self.errors.get("__all__", ())

    @property
    def icons(self) -> tuple[str, ...]:
        """Those to choose from."""
        return rules.ICONS

    @property
    def sections(self) -> list[tuple[str, Any]]:
        """Where in the menu it may stand."""
        return [(name, SECTIONS[name]) for name in rules.SECTIONS]

    @property
    def template(self) -> Template | None:
        """What a new one is begun from."""
        return TEMPLATES.get(str(self.values.get("template") or ""))


def begun(template: str) -> Form:
    """The form of a new object, filled from a template."""
    known = TEMPLATES.get(template)
    values: dict[str, Any] = {"icon": "cube", "section": "customers"}
    if known is not None:
        for name in ("label", "plural", "naming"):
            values[f"{name}_en"], values[f"{name}_ko"] = getattr(known, name)
        values |= {"icon": known.icon, "section": known.section, "slug": known.slug, "template": template}
    return Form(values)


def of_standing(standing: CustomObject, errors: Mapping[str, Any] | None = None) -> Form:
    """The form of an object as it stands."""
    return Form({n: getattr(standing, n) for n in SENT}, errors or {}, standing)


def sent(post: QueryDict) -> dict[str, str]:
    """What was sent as the services take it."""
    return {n: str(post[n]) for n in SENT if n in post}
