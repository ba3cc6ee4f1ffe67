"""A program that calls the API with a key."""

from __future__ import annotations

import json
from typing import Any

from django.test import Client

from dangol.platform.accounts.models import ApiKey
from dangol.platform.accounts.services import create_api_key
from tests.cast import Cast


class Program:
    """Calls under /api/v1 with the key of a member of the cast."""

    def __init__(self, cast: Cast, who: str = "admin", **more: Any) -> None:
        scopes = more.pop("scopes", [])
        self.key, self.secret = create_api_key(actor=cast.actor("admin"), user=cast.users[who], name="t", **more)
        if scopes:
            ApiKey.objects.filter(pk=self.key.pk).update(scopes=scopes)
        self.client = Client(raise_request_exception=False)

    def __call__(self, method: str, path: str, body: Any = None, headers: dict[str, str] | None = None) -> Any:
        sent = {"X-API-Key": self.secret, **(headers or {})}
        data = b"" if body is None else json.dumps(body, default=str).encode()
        kind = "application/json" if body is not None else ""
        return self.client.generic(method, f"/api/v1{path}", data, content_type=kind, headers=sent)

    def person(self, **values: Any) -> Any:
        """A new person, as the API answers it."""
        answer = self("POST", "/people", {"name": "Kim", **values})
        assert answer.status_code == 201, answer.content
        return answer.json()


def faults(answer: Any) -> dict[str, str]:
    """Place (pointer or parameter) and sentence of each fault of a problem."""
    assert answer["Content-Type"] == "application/problem+json", answer["Content-Type"]
    return {f.get("pointer") or f.get("parameter", ""): f["detail"] for f in answer.json()["errors"]}
