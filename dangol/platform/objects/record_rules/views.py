"""Set-up of rules: those of each object, and the form of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.objects.custom_fields.queries import taker, takers
from dangol.platform.objects.new_record import by_field
from dangol.platform.objects.record_rules import queries, services
from dangol.platform.objects.record_rules.known import usable
from dangol.platform.objects.record_rules.models import Rule
from dangol.platform.objects.record_rules.queries import RIGHT
from dangol.platform.objects.types import Field, ObjectType

MOST_VALUES = 12
TEXTS = ("kind", "formula", "message_en", "message_ko")


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """The rules of every object, or of one (`object=`)."""
    actor = _actor(request)
    require(actor, "see", RIGHT)
    asked = request.GET.get("object", "")
    shown = [taker(asked)] if asked else takers()
    groups = [(declared, [_line(declared, r) for r in queries.rules_of(actor, declared.name)]) for declared in shown]
    context = {"groups": groups, "may_add": actor.may("create", RIGHT), "one": shown[0] if asked else None}
    return render(request, "objects/record_rules/list.html", context)


def _line(declared: ObjectType, rule: Rule) -> tuple[Rule, str]:
    labels = {f.name: str(f.label) for f in declared.fields}
    return rule, ", ".join(labels.get(name, name) for name in rule.fields)


@login_required
@require_http_methods(["GET", "POST"])
def new(request: HttpRequest, slug: str) -> HttpResponse:
    """A new rule of an object."""
    actor = _actor(request)
    require(actor, "create", RIGHT)
    declared = taker(slug)
    if request.method == "GET":
        kind = request.GET.get("kind", "")
        values = {"kind": kind if kind in Rule.Kind.values else "require", "is_active": True, "fields": []}
        return _form(request, declared, values, {}, None)
    values = _sent(request.POST)
    try:
        services.add_rule(actor=actor, object_name=declared.name, values=values)
    except ValidationError as error:
        return _form(request, declared, values, by_field(error), None)
    messages.success(request, _("The rule holds from now on: in forms, imports, bulk edits and the API."))
    return redirect(f"/setup/rules?object={declared.slug}")


@login_required
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, number: int) -> HttpResponse:
    """One rule."""
    actor = _actor(request)
    found = queries.find(actor, number)
    declared = taker(found.object_name)
    if request.method == "GET":
        return _form(request, declared, {n: getattr(found, n) for n in services.WRITTEN}, {}, found)
    values = _sent(request.POST)
    try:
        services.change_rule(actor=actor, number=number, values=values)
    except ValidationError as error:
        return _form(request, declared, values, by_field(error), found)
    messages.success(request, _("Saved."))
    return redirect(f"/setup/rules?object={declared.slug}")


@login_required
@require_POST
def remove(request: HttpRequest, number: int) -> HttpResponse:
    """Take a rule away."""
    actor = _actor(request)
    slug = taker(queries.find(actor, number).object_name).slug
    services.remove_rule(actor=actor, number=number)
    messages.success(request, _("The rule is gone."))
    return redirect(f"/setup/rules?object={slug}")


def _sent(post: QueryDict) -> dict[str, Any]:
    return {**{n: post.get(n, "") for n in TEXTS}, "fields": post.getlist("fields"), "is_active": "is_active" in post}


def _form(
    request: HttpRequest, declared: ObjectType, values: Mapping[str, Any], errors: Mapping[str, Any],
    standing: Rule | None,
) -> HttpResponse:  # fmt: skip
    actor, known = _actor(request), usable(declared.name)
    right = "create" if standing is None else "change"
    context = {
        "declared": declared, "values": values, "errors": errors, "rule": standing, "kinds": Rule.Kind.choices,
        "general": errors.get("__all__", ()), "usable": [(f, _values(f)) for f in declared.fields if f.name in known],
        "writable": [(f.name, f.label) for f in declared.fields if f.is_editable], "may_save": actor.may(right, RIGHT),
        "may_remove": standing is not None and actor.may("delete", RIGHT),
    }  # fmt: skip
    return render(request, "objects/record_rules/rule.html", context, status=422 if errors else 200)


def _values(f: Field) -> list[Any]:
    """What a formula can compare a choice with."""
    return [value for value, _label in f.choice_pairs()][:MOST_VALUES]


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
