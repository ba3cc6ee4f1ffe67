"""The fragment beside a form that says who is known already and looks alike."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects import inputs
from dangol.platform.objects.alike import lookalikes
from dangol.platform.objects.entrance import for_staff
from dangol.platform.objects.new_record import asked_fields
from dangol.platform.objects.types import ObjectType


@require_POST
@for_staff
def alike(request: HttpRequest, declared: ObjectType) -> HttpResponse:
    """Who looks like what stands in the form by now; what cannot be read yet is not compared."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    require(actor, "create", declared.name)
    values, _errors = inputs.read(asked_fields(declared, actor), request.POST)
    found = lookalikes(actor, declared.name, {n: v for n, v in values.items() if v not in (None, "")})
    return render(request, "objects/alike.html", {"alike": found, "alike_holds": False})
