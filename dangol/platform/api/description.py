"""Makes ninja's OpenAPI file whole: every status that an operation can answer, problems as such, headers."""

from __future__ import annotations

from typing import Any

from dangol.platform.api.problems import KINDS, MEDIA_TYPE, Problem

PROBLEM = {"$ref": "#/components/schemas/Problem"}
ALWAYS = (401, 403, 406, 429)
WITH_BODY = (400, 413, 415, 422)
TEXT: dict[str, Any] = {"schema": {"type": "string"}}
RATE = {
    "RateLimit": {"description": "What is left: calls (r), seconds until all are there again (t)", **TEXT},
    "RateLimit-Policy": {"description": "Calls (q) in so many seconds (w), by key and by member of staff", **TEXT},
}
ETAG = {"ETag": {"description": "The record's state as the asker sees it; send it back in If-Match", **TEXT}}
SECONDS = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 0}}}
LINK = {"Link": {"description": "The next page, rel=next; left out on the last", **TEXT}}
IDEMPOTENCY = {
    "in": "header", "name": "Idempotency-Key", "required": False,
    "description": "The same key and body again within 24 hours give the same answer, and nothing twice",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": "^[A-Za-z0-9_.:-]{1,255}$"},
}  # fmt: skip
IF_MATCH = {
    "in": "header", "name": "If-Match", "required": False, "description": "Only while the record has this ETag",
    "schema": {"type": "string", "pattern": '^"[0-9a-f]{32}"$'},
}  # fmt: skip
IF_NONE_MATCH = {
    "in": "header", "name": "If-None-Match", "required": False,
    "description": "304 while the record has this ETag", "schema": {"type": "string", "pattern": '^"[0-9a-f]{32}"$'},
}  # fmt: skip


def complete(schema: Any) -> Any:
    """Add to each operation what holds for all; returns the same file."""
    components = schema["components"]
    components["schemas"].setdefault("Problem", _problem_schema())
    schema["info"]["description"] = (
        "Every object of this installation. Keys go in X-API-Key or Authorization: Bearer. Errors are RFC 9457."
    )
    for path in schema["paths"].values():
        for method, operation in path.items():
            _complete(method, operation)
    return schema


def _problem_schema() -> dict[str, Any]:
    found = Problem.model_json_schema(ref_template="#/components/schemas/{model}", mode="serialization")
    found.pop("$defs", None)
    return found


def _complete(method: str, operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    wanted = set(ALWAYS) | (set(WITH_BODY) if "requestBody" in operation else set())
    if operation.get("parameters"):
        wanted |= {400, 422}
    if method != "get":
        wanted |= {400, 409, 413, 422}
        operation.setdefault("parameters", []).append(IDEMPOTENCY)
    for status in wanted:
        responses.setdefault(status, {})
    for status in list(responses):
        if int(status) >= 400:
            responses[status] = _problem(int(status))
        _add_headers(operation, int(status), responses[status])
    _add_conditions(method, operation)
    operation["responses"] = dict(sorted(responses.items(), key=lambda item: int(item[0])))


def _problem(status: int) -> dict[str, Any]:
    return {"description": str(KINDS[status][2]), "content": {MEDIA_TYPE: {"schema": PROBLEM}}}


def _add_headers(operation: dict[str, Any], status: int, response: dict[str, Any]) -> None:
    name = operation["operationId"]
    headers = dict(response.get("headers", {}))
    if status != 401:
        headers |= RATE
    if status in (429, 503):
        headers |= SECONDS
    if status < 400 and _is_single(name):
        headers |= ETAG
    if status == 200 and name.startswith("list_"):
        headers |= LINK
    response["headers"] = headers


def _is_single(name: str) -> bool:
    return name.split("_")[0] in ("get", "create", "change", "upsert") and "rules" not in name


def _add_conditions(method: str, operation: dict[str, Any]) -> None:
    responses, parameters = operation["responses"], operation.setdefault("parameters", [])
    if 412 in responses and not operation["operationId"].startswith(("create_", "batch_")):
        parameters.append(IF_MATCH)
    if 304 in responses:
        parameters.append(IF_NONE_MATCH)
