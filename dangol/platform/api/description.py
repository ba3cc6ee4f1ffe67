"""Makes ninja's OpenAPI file whole: every status that an operation can answer, problems as such, headers."""

from __future__ import annotations

from typing import Any

from dangol.platform.api.problems import KINDS, MEDIA_TYPE, Problem

PROBLEM = {"$ref": "#/components/schemas/Problem"}
ALWAYS = (401, 403, 406, 429, 500, 503)
WITH_BODY = (400, 413, 415, 422)
TEXT: dict[str, Any] = {"schema": {"type": "string"}}
RATE = {
    "RateLimit": {"description": "What is left: calls (r), seconds until all are there again (t)", **TEXT},
    "RateLimit-Policy": {"description": "Calls (q) in so many seconds (w), by key and by member of staff", **TEXT},
}
ETAG = {"ETag": {"description": "The record's state as the asker sees it; send it back in If-Match", **TEXT}}
MADE = {
    "responses": {
        201: {"headers": {**ETAG, "Location": {"description": "The new record's address", **TEXT}}},
    }
}
"""What is told of a new record, too; for `openapi_extra`."""
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
    "description": "304 while the record has this ETag", "schema": {"type": "string", "pattern": '^"[!#-~]*"$'},
}  # fmt: skip


def complete(schema: Any) -> Any:
    """Add to each operation what holds for all; returns the same file."""
    components = schema["components"]
    components["schemas"].setdefault("Problem", _problem_schema())
    components["responses"] = {_named(status): _problem(status) for status in KINDS if status != 405}
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
    responses = operation["responses"] = {int(status): answer for status, answer in operation["responses"].items()}
    wanted = set(ALWAYS) | (set(WITH_BODY) if "requestBody" in operation else set())
    if operation.get("parameters"):
        wanted |= {400, 422}
    if method != "get":
        wanted |= {400, 409, 413, 422}
        operation.setdefault("parameters", []).append(IDEMPOTENCY)
    for status in wanted:
        responses.setdefault(status, {})
    is_tagged = _is_tagged(operation)
    for status in list(responses):
        if status in KINDS:
            responses[status] = {"$ref": f"#/components/responses/{_named(status)}"}
        else:
            _add_headers(operation, status, responses[status], is_tagged=is_tagged)
    _add_conditions(operation)
    operation["responses"] = dict(sorted(responses.items()))


def _named(status: int) -> str:
    return f"Problem{status}"


def _problem(status: int) -> dict[str, Any]:
    """An answer that does not work out: written once, for every operation to point to."""
    headers: dict[str, Any] = {} if status == 401 else dict(RATE)
    if status in (429, 503):
        headers |= SECONDS
    return {
        "description": str(KINDS[status][2]), "content": {MEDIA_TYPE: {"schema": PROBLEM}}, "headers": headers,
    }  # fmt: skip


def _add_headers(operation: dict[str, Any], status: int, response: dict[str, Any], *, is_tagged: bool) -> None:
    headers = {**response.get("headers", {}), **RATE}
    if is_tagged and status in (200, 201, 304):
        headers |= ETAG
    if status == 200 and operation["operationId"].startswith("list_"):
        headers |= LINK
    response["headers"] = headers


def _is_tagged(operation: dict[str, Any]) -> bool:
    """Whether it answers one record with its state's tag: what can be asked for, or written, on a condition."""
    responses = operation["responses"]
    return (304 in responses or 412 in responses) and not operation["operationId"].startswith("batch_")


def _add_conditions(operation: dict[str, Any]) -> None:
    responses, parameters = operation["responses"], operation.setdefault("parameters", [])
    if 412 in responses and not operation["operationId"].startswith("batch_"):
        parameters.append(IF_MATCH)
    if 304 in responses:
        parameters.append(IF_NONE_MATCH)
