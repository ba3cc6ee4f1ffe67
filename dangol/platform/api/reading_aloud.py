"""The description of the API as people read it: operations of one object with parameters, fields and an example."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.platform.access.actor import Actor
from dangol.platform.api.problems import KINDS
from dangol.platform.api.schemas import write_schema
from dangol.platform.objects.registry import UnknownObject, all_fields, object_type

VERBS: dict[str, Any] = {
    "list": gettext_lazy("List"), "count": gettext_lazy("Count"), "get": gettext_lazy("Read"),
    "create": gettext_lazy("Create"), "change": gettext_lazy("Change"), "trash": gettext_lazy("Put in the trash"),
    "restore": gettext_lazy("Take out of the trash"), "upsert": gettext_lazy("Create or change by external id"),
    "batch": gettext_lazy("Write up to 500 at once"), "export": gettext_lazy("Export"),
    "access": gettext_lazy("Who reaches it, and why"), "shares": gettext_lazy("Shared with"),
    "share": gettext_lazy("Share"), "unshare": gettext_lazy("Take a share back"),
}  # fmt: skip
ORDER = ("list", "get", "create", "change", "trash", "restore", "upsert", "batch", "count", "export", "share", "shares",
         "unshare", "access")  # fmt: skip
NEEDED = {"mail": "message", "note": "note", "file": "file"}
UNDECLARED: dict[str, Any] = {
    "mail": gettext_lazy("Returned mail"), "note": gettext_lazy("Notes"), "file": gettext_lazy("Files"),
    "webhook": gettext_lazy("Webhooks"),
}  # fmt: skip
"""What the API has beside the declared objects."""
SAMPLES: dict[str, Any] = {
    "email": "jiwoo@example.com", "phone": "+82 10-1234-5678", "country": "KR", "language": "ko", "currency": "KRW",
    "url": "https://example.com", "date": "2026-03-31", "datetime": "2026-03-31T10:00:00Z", "number": 1,
    "money": "12000", "bool": True, "relation": 1, "user": 1,
}  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A parameter or a field: its name, what it takes, what it is."""

    name: str
    kind: str
    words: str
    where: str = ""
    is_needed: bool = False


@dataclass(frozen=True)
class Operation:
    """One thing that can be called."""

    id: str
    method: str
    path: str
    title: str
    words: str
    parameters: list[Line]
    fields: list[Line]
    answers: list[tuple[str, str]]
    example: str


def tags_for(description: Mapping[str, Any], actor: Actor) -> list[tuple[str, str]]:
    """What the API has for this actor: (name, how it is called), the feed first."""
    found = {tag for _path, _method, o in _operations(description) for tag in o.get("tags", [])}
    seen = [tag for tag in found if tag == "changes" or actor.may("see", NEEDED.get(tag, tag))]
    return sorted(((tag, _called(tag)) for tag in seen), key=lambda pair: (pair[0] != "changes", pair[1]))


def operations_of(description: Mapping[str, Any], tag: str, root: str) -> list[Operation]:
    """The operations about one object; `root` is the address of the house."""
    found = [
        _operation(description, tag, method, path, operation, root)
        for path, method, operation in _operations(description)
        if tag in operation.get("tags", [])
    ]
    return sorted(found, key=lambda o: _place(o.id))


def _place(operation_id: str) -> int:
    """Where it stands on the page: the usual first; what is the object's own after the usual."""
    verb = operation_id.partition("_")[0]
    if operation_id.endswith("by_external_id"):
        verb = "upsert"
    return ORDER.index(verb) if verb in ORDER else len(ORDER)


def _operations(description: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _called(tag: str) -> str:
    if tag == "changes":
        return _("Changes")
    try:
        return str(object_type(tag).plural)
    except UnknownObject:
        return str(UNDECLARED.get(tag, tag))


def _operation(
    description: Mapping[str, Any], tag: str, method: str, path: str, operation: Mapping[str, Any], root: str
) -> Operation:
    body = _body(description, operation)
    verb, _rest, what = operation["operationId"].partition("_")
    is_ours = verb in VERBS and what.startswith(tag)
    title = str(VERBS[verb]) if is_ours else operation["summary"]
    if what.endswith("by_external_id"):
        title = _("Read by external id")
    return Operation(
        id=operation["operationId"],
        method=method.upper(),
        path=path,
        title=title,
        words=_(operation["description"]) if operation.get("description") else "",
        parameters=[_parameter(p) for p in operation.get("parameters", [])],
        fields=_fields(description, tag, body),
        answers=[(str(status), _answer(int(status))) for status in operation["responses"]],
        example=_example(description, tag, method, path, operation, root),
    )


def _answer(status: int) -> str:
    if status in KINDS:
        return str(KINDS[status][1])
    words = {200: _("Done"), 201: _("Made"), 204: _("Done, nothing to say"), 304: _("Not changed")}
    return words.get(status, "")


def _parameter(parameter: Mapping[str, Any]) -> Line:
    places = {"query": _("address"), "path": _("path"), "header": _("header")}
    words = parameter.get("description", "")
    kind = _kind(parameter["schema"])
    return Line(
        parameter["name"], kind, _(words) if words else "", places.get(parameter["in"], ""), parameter["required"]
    )


def _body(description: Mapping[str, Any], operation: Mapping[str, Any]) -> Mapping[str, Any]:
    content = operation.get("requestBody", {}).get("content", {})
    first: Mapping[str, Any] = next(iter(content.values()), {})
    schema: Mapping[str, Any] = first.get("schema", {})
    return _resolved(description, schema)


def _resolved(description: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in schema:
        return schema
    found: Mapping[str, Any] = description["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return found


def _fields(description: Mapping[str, Any], tag: str, body: Mapping[str, Any]) -> list[Line]:
    try:
        labels = {f.name: str(f.help or f.label) for f in all_fields(object_type(tag)).values()}
    except UnknownObject:
        labels = {}
    needed = body.get("required", [])
    found = []
    for name, schema in body.get("properties", {}).items():
        item = _resolved(description, schema.get("items", {}))
        if schema.get("type") == "array" and "properties" in item:
            needed_too, inner = item.get("required", []), item["properties"].items()
            found += [Line(f"{name}[].{n}", _kind(s), _said(s), is_needed=n in needed_too) for n, s in inner]
            continue
        words = labels.get(name) or _said(schema)
        found.append(Line(name, _kind(schema), words, is_needed=name in needed))
    return found


def _said(schema: Mapping[str, Any]) -> str:
    return _(schema["description"]) if schema.get("description") else ""


def _kind(schema: Mapping[str, Any]) -> str:
    """What a value is, in short: number, date, list, one of."""
    if "anyOf" in schema:
        kinds = [_kind(s) for s in schema["anyOf"] if s.get("type") != "null"]
        return " / ".join(dict.fromkeys(kinds))
    if "enum" in schema:
        return " | ".join(str(v) for v in schema["enum"])
    if "$ref" in schema:
        return str(schema["$ref"].rsplit("/", 1)[-1])
    if schema.get("type") == "array":
        return _("list of %(kind)s") % {"kind": _kind(schema.get("items", {}))}
    return str(schema.get("format") or schema.get("type") or "JSON")


def _example(
    description: Mapping[str, Any], tag: str, method: str, path: str, operation: Mapping[str, Any], root: str
) -> str:
    address = path.replace("{system}", "shop").replace("{external_id}", "1001")
    for part in [p for p in address.split("/") if p.startswith("{")]:
        address = address.replace(part, "1")
    query = "?limit=20" if operation["operationId"].startswith("list_") else ""
    lines = [f"curl -X {method.upper()}" if method != "get" else "curl", '-H "X-API-Key: $KEY"']
    body = _sample(description, tag, operation)
    if body is not None:
        kind = next(iter(operation["requestBody"]["content"]))
        data = json.dumps(body, ensure_ascii=False, indent=1) if kind == "application/json" else "@mail.eml"
        lines += [f'-H "Content-Type: {kind}"', f"--data-binary {shlex.quote(data)}"]
    return " \\\n  ".join([*lines, shlex.quote(f"{root}{address}{query}")])


def _sample(description: Mapping[str, Any], tag: str, operation: Mapping[str, Any]) -> Any:
    if "requestBody" not in operation:
        return None
    name = operation["operationId"]
    try:
        declared = object_type(tag)
    except UnknownObject:
        declared = None
    if declared is None or not name.endswith(f"_{declared.name}"):
        return dict.fromkeys(list(_body(description, operation).get("properties", {}))[:2], "…")
    if name.startswith("share_"):
        return {"user": 1, "level": "see"}
    by_name = {f.name: f for f in declared.fields}
    verb = "Change" if name.startswith("change_") else "Create"
    known = [by_name[n] for n in write_schema(declared, verb).model_fields if n in by_name]
    wanted = sorted(known, key=lambda f: not f.is_required)[: 1 if verb == "Change" else 3]
    values = {f.name: _value(f) for f in wanted}
    if name.startswith("batch_"):
        return {"items": [{"do": "create", "values": values}, {"do": "trash", "id": 1}], "atomic": False}
    return values


def _value(f: Any) -> Any:
    pairs = f.choice_pairs() if f.kind == "choice" else []
    return pairs[0][0] if pairs else SAMPLES.get(f.kind, str(f.label))
