"""Mail that came back, handed in by a program (a mail server's hook, a provider). Annotations are evaluated here."""

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from dangol.collaborative.channels.messages.services.bounces import take_bounce
from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.api.problems import Problem

router = Router(tags=["mail"])
_ERRORS = {400: Problem, 401: Problem, 403: Problem, 422: Problem}


class Came(Schema):
    """Which way it came."""

    recipient: str = Field("", max_length=320, description="The address for which it came, as on the envelope")


class Done(Schema):
    """What was done with it."""

    done: str = Field(description="hard, soft, complaint, unsubscribed, delayed, delivered, automatic, again or aside")


@router.post(
    "/bounces",
    response={200: Done, **_ERRORS},
    summary="Hand in a mail that came back",
    openapi_extra={"requestBody": {"required": True, "content": {"message/rfc822": {"schema": {"type": "string"}}}}},
)
def take(request: HttpRequest, came: Query[Came]) -> Done:
    """The body is the whole mail as it came. One that is not understood is put aside, and the answer is 200, too."""
    actor: Actor = request.auth  # type: ignore[attr-defined]
    require(actor, "create", "message")
    return Done(done=take_bounce(request.body, came.recipient))
