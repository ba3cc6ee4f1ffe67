"""The company's own fields in the API: taken, answered and described like declared ones, without a restart.

Annotations are evaluated here (no postponed evaluation), because the shapes are made while the house runs.
"""

import copy
from functools import lru_cache
from typing import Any, ClassVar

from ninja import Schema
from pydantic import ConfigDict, Field, PrivateAttr, create_model, model_serializer, model_validator

from dangol.platform.objects.custom_fields import current
from dangol.platform.objects.registry import object_types


class Grown(Schema):
    """A shape made of a declaration, which takes the fields added to that object too. They are read by a shape of
    their own, made anew whenever they change, and stand beside the declared ones from then on."""

    object_name: ClassVar[str] = ""
    kinds: ClassVar[dict[str, Any]] = {}
    _added: dict[str, Any] = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _with_added(cls, given: Any, handler: Any) -> Any:
        sent = getattr(given, "_obj", given)
        fields = current.fields_of(cls.object_name) if isinstance(sent, dict) else ()
        names = {f.name for f in fields if f.name in sent and (f.is_editable or not cls.is_written())}
        if not names:
            return handler(given)
        made = shape(cls.object_name, "write" if cls.is_written() else "read", current.mark())
        added = made.model_validate({n: sent[n] for n in names}).model_dump(exclude_unset=True)
        found = handler({n: v for n, v in sent.items() if n not in names})
        found._added = added
        return found

    @classmethod
    def is_written(cls) -> bool:
        """Whether it is what programs send."""
        return cls.model_config.get("extra") == "forbid"

    @model_serializer(mode="wrap")
    def _and_added(self, handler: Any):  # type: ignore[no-untyped-def]
        return {**handler(self), **self._added}


READ: dict[str, Any] = {}
WRITE: dict[str, Any] = {}
"""What a value of each kind is in JSON; filled by `schemas`."""


@lru_cache(maxsize=64)
def shape(object_name: str, way: str, mark: str) -> Any:
    """The shape of an object's own fields, to "read" or to "write", while the definitions are those of `mark`."""
    kinds = READ if way == "read" else WRITE
    fields: dict[str, Any] = {
        f.name: (kinds.get(f.kind, str) | None, Field(None, description=str(f.help or f.label)))
        for f in current.fields_of(object_name)
        if way == "read" or f.is_editable
    }
    return create_model("Added", __config__=ConfigDict(extra="forbid"), **fields)


def with_added(description: Any) -> Any:
    """The description of the API with the fields of this house."""
    found = copy.deepcopy(description)
    schemas = found["components"]["schemas"]
    for declared in object_types():
        if not current.fields_of(declared.name):
            continue
        name = declared.model.__name__
        for ending, way in (("", "read"), ("Create", "write"), ("Change", "write")):
            if f"{name}{ending}" in schemas:
                made = shape(declared.name, way, current.mark())
                more = made.model_json_schema(ref_template="#/components/schemas/{model}")
                schemas[f"{name}{ending}"]["properties"].update(more.get("properties", {}))
    return found
