from __future__ import annotations

from django.utils.translation import gettext as _

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects.added.columns import HasCustom
from dangol.platform.objects.custom_fields.current import models_with_custom
from dangol.platform.objects.custom_fields.models import CustomField
from dangol.platform.objects.registry import object_types
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.writing import NotFound

RIGHT = "custom_field"


def takers() -> list[ObjectType]:
    """The objects that take custom fields, in the order of the sidebar."""
    return [declared for declared in object_types() if issubclass(declared.model, HasCustom)]


def taker(object_name: str) -> ObjectType:
    """The object called so, if it takes custom fields. Raises NotFound."""
    for declared in takers():
        if object_name in (declared.name, declared.slug):
            return declared
    raise NotFound(_("There is no such object, or it takes no fields of its own."))


def fields_of(actor: Actor, object_name: str) -> list[CustomField]:
    """Its custom fields, removed ones last. Raises Forbidden."""
    require(actor, "see", RIGHT)
    rows = list(CustomField.objects.filter(object_name=object_name).order_by("order", "id"))
    return sorted(rows, key=lambda row: row.removed_at is not None)


def find(actor: Actor, number: int) -> CustomField:
    """One field. Raises Forbidden, NotFound."""
    require(actor, "see", RIGHT)
    found = CustomField.objects.filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise NotFound(_("There is no such field."))
    return found


def model_of(field: CustomField) -> type[HasCustom]:
    """The table's model of a field. Raises LookupError when the object is gone."""
    found: type[HasCustom] | None = models_with_custom().get(field.object_name)
    if found is None:
        raise LookupError(field.object_name)
    return found
