"""Set-up of pick lists: all of them, one with its values, the merging of two values, and taking it back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dangol.platform.access.actor import Actor
from dangol.platform.access.checks import require
from dangol.platform.events.models import BulkRun
from dangol.platform.objects.added.rules import Choice
from dangol.platform.objects.custom_fields.forms import TONES
from dangol.platform.objects.pick_lists import merging, queries, services
from dangol.platform.objects.pick_lists.queries import Listed
from dangol.platform.objects.pick_lists.services import RIGHT
from dangol.platform.objects.undoing.services import StillRunning

BLANK = 2
COLUMNS = ("value", "en", "ko", "tone")


@dataclass(frozen=True)
class Row:
    """One value of the editor: how often it stands, and the word that the slice has for it."""

    number: int
    choice: Choice
    count: int
    own: str


@login_required
@require_GET
def listing(request: HttpRequest) -> HttpResponse:
    """Every list, by object."""
    actor = _actor(request)
    require(actor, "see", RIGHT)
    return render(request, "objects/pick_lists/list.html", {"groups": queries.lists(actor)})


@login_required
@require_http_methods(["GET", "POST"])
def editor(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """One list. Without script each step comes back with what was moved; saved is what is saved."""
    actor = _actor(request)
    require(actor, "see", RIGHT)
    listed = queries.list_of(actor, slug, name)
    if request.method == "GET":
        added = request.GET.get("add", "").strip() if listed.sort == queries.WORDS else ""
        more = [Choice(added, "")] if added and added not in {c.value for c in listed.values} else []
        return _page(request, listed, [*listed.standing, *more], listed.default, is_touched=bool(more))
    require(actor, "change", RIGHT)
    rows, default = _sent(request.POST), request.POST.get("default", "")
    step, _colon, at = request.POST.get("do", "").partition(":")
    if step:
        return _page(request, listed, [_choice(r) for r in _stepped(rows, step, at)], default, is_touched=True)
    try:
        services.save_list(actor=actor, slug=slug, name=name, rows=rows, default=default)
    except ValidationError as error:
        return _page(request, listed, [_choice(r) for r in rows], default, errors=error.messages, status=422)
    messages.success(request, _("Saved. Records are as they were; lists, forms and filters say the new words."))
    return redirect("pick_lists:editor", listed.declared.slug, name)


def _sent(post: QueryDict) -> list[dict[str, Any]]:
    """The rows in the order of the page."""
    columns = [post.getlist(f"row_{n}") for n in COLUMNS]
    off = set(post.getlist("row_off"))
    return [
        {**dict(zip(COLUMNS, row, strict=True)), "off": bool(row[0]) and row[0] in off}
        for row in zip(*columns, strict=False)
    ]


def _stepped(rows: list[dict[str, Any]], step: str, at: str) -> list[dict[str, Any]]:
    place = int(at) if at.isdigit() else -1
    other = place + {"up": -1, "down": 1}.get(step, 0)
    if 0 <= place < len(rows) and 0 <= other < len(rows):
        rows[place], rows[other] = rows[other], rows[place]
    return rows


def _choice(row: dict[str, Any]) -> Choice:
    return Choice(row["value"], row["en"], row["ko"], row["tone"], row["off"])


def _page(
    request: HttpRequest, listed: Listed, values: list[Choice], default: Any, *, is_touched: bool = False,
    errors: list[str] | None = None, status: int = 200,
) -> HttpResponse:  # fmt: skip
    actor, counts = _actor(request), queries.counted(listed)
    own = {str(v): str(label) for v, label in listed.field.choice_pairs()} if listed.sort == queries.FIXED else {}
    given = [c for c in values if c.value or c.en or c.ko]
    blank = [] if listed.sort == queries.FIXED else [Choice("", "")] * BLANK
    known = {c.value for c in listed.values}

    def called(value: str) -> str:
        return queries.label_of(listed, value)

    context = {
        "listed": listed, "declared": listed.declared, "tones": TONES, "default": default, "is_touched": is_touched,
        "rows": [Row(n, c, counts.get(c.value, 0), own.get(c.value, "")) for n, c in enumerate([*given, *blank])],
        "others": [(v, n) for v, n in counts.items() if v not in known] if listed.sort == queries.WORDS else [],
        "doubles": [(a, counts[a], b, counts[b]) for a, b in queries.doubles(counts, listed)],
        "merged": [(c, called(c.value), called(c.into)) for c in listed.merged],
        "merges": [
            (m, called(m.old), called(m.new), counts.get(m.old, 0)) for m in queries.merges(listed)
        ],
        "may_change": actor.may("change", RIGHT), "may_merge": listed.may_merge and actor.may("merge", RIGHT),
        "errors": errors or [],
    }  # fmt: skip
    return render(request, "objects/pick_lists/editor.html", context, status=status)


@login_required
@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Choose two values, see what would be rewritten, do it."""
    actor = _actor(request)
    require(actor, "merge", RIGHT)
    listed = queries.list_of(actor, slug, name)
    sent = request.POST if request.method == "POST" else request.GET
    old, new = sent.get("old", "").strip(), sent.get("new", "").strip()
    errors: list[str] = []
    target = None
    if new or request.method == "POST":
        try:
            target = merging.check(actor, listed, old, new)
            if request.method == "POST":
                return _merged(request, merging.merge(actor=actor, slug=slug, name=name, old=old, new=new), listed)
        except ValidationError as error:
            errors = error.messages
    counts = queries.counted(listed)
    context = {
        "listed": listed, "declared": listed.declared, "old": old, "new": new, "errors": errors,
        "old_label": queries.label_of(listed, old), "new_label": queries.label_of(listed, new),
        "values": [(c.value, queries.label_of(listed, c.value)) for c in listed.standing if c.value != old],
        "words": [v for v in counts if v != old], "target": target,
        "number": queries.rows_with(listed, old).count() if target else 0,
        "places": queries.named(target) if target else [],
    }  # fmt: skip
    return render(request, "objects/pick_lists/merge.html", context, status=422 if errors else 200)


def _merged(request: HttpRequest, made: Any, listed: Listed) -> HttpResponse:
    """A long run is watched on its own page; a short one is told over the list."""
    run = BulkRun.objects.filter(pk=made.run).first()
    words = {"old": queries.label_of(listed, made.old), "new": queries.label_of(listed, made.new)}
    undo = f"undo:{reverse('pick_lists:undo', args=[made.pk])}"
    messages.success(request, _("“%(old)s” is “%(new)s” now.") % words, extra_tags=undo)
    if run is not None and run.finished_at is None:
        return redirect("objects:bulk_run", run.pk)
    return redirect("pick_lists:editor", listed.declared.slug, listed.field.name)


@login_required
@require_POST
def take_back(request: HttpRequest, number: int) -> HttpResponse:
    """Take a merge back."""
    actor = _actor(request)
    try:
        made = merging.undo_merge(actor=actor, number=number)
    except StillRunning as running:
        messages.error(request, str(running))
        return redirect("objects:bulk_run", running.run.pk)
    messages.success(request, _("The two values are apart again."))
    listed = queries.list_of(actor, made.object_name, made.field_name)
    return redirect("pick_lists:editor", listed.declared.slug, made.field_name)


def _actor(request: HttpRequest) -> Actor:
    return request.actor  # type: ignore[attr-defined,no-any-return]
