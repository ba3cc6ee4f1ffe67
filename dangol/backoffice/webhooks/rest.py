"""What the REST of endpoints and of deliveries have in common. Annotations are evaluated here."""

from typing import Any

from ninja import Schema
from pydantic import Field

from dangol.platform.api.problems import Problem

MOST_ID = 2**63 - 1
LISTS: dict[int, Any] = dict.fromkeys((401, 403), Problem)
WRITES: dict[int, Any] = {**LISTS, 400: Problem, 409: Problem, 422: Problem}
ONE: dict[int, Any] = {**WRITES, 404: Problem}


class OneWebhook(Schema):
    """Which webhook."""

    webhook_id: int = Field(ge=1, le=MOST_ID)
