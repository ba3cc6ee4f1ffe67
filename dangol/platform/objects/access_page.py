"""The access page of a record: who sees it and why, from whom which field is hidden, and sharing it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from dangol.platform.access.actor import Actor
from dangol.platform.access.models import Share
from dangol.platform.accounts.queries import staff
from dangol.platform.accounts.viewing.rules import may_view
from dangol.platform.objects import reading, sharing
from dangol.platform.objects.entrance import for_staff
from dangol.platform.objects.new_record import by_field
from dangol.platform.objects.record_page import RecordPage
from dangol.platform.objects.registry import fields_for
from dangol.platform.objects.types import ObjectType
from dangol.platform.objects.who_sees import FieldLine, Line, WhoSees, sentence
from dangol.platform.ui.viewer import viewer_of

Errors = Mapping[str, list[str]]


class AccessPage(RecordPage):
    """The record, and who reaches it; `asked` is a member of staff about whom one asks "why?"."""

    def __init__(self, request: HttpRequest, declared: ObjectType, record: Any) -> None:
        super().__init__(declared, request.actor, viewer_of(request), record)  # type: ignore[attr-defined]
        asked = request.GET.get("who", "")
        self.asked_id = int(asked) if asked.isdecimal() and len(asked) < 19 else None
        self.typed = request.GET.get("q", "").strip()
        self.general_errors: list[str] = []

    @cached_property
    def who(self) -> WhoSees:
        """The policies' answer."""
        return WhoSees(self.declared, self.record, self.viewer.language)

    @cached_property
    def seeing(self) -> list[Line]:
        """Who may see it, of those whose name was asked for."""
        return [line for line in self._found if line.sees]

    @cached_property
    def others(self) -> list[Line]:
        """Who may not."""
        return [line for line in self._found if not line.sees]

    @cached_property
    def _found(self) -> list[Line]:
        return [line for line in self.who.lines if self.typed.casefold() in line.user.name.casefold()]

    @cached_property
    def totals(self) -> tuple[int, int]:
        """How many see it, of how many."""
        return sum(line.sees for line in self.who.lines), len(self.who.lines)

    @cached_property
    def why(self) -> list[tuple[str, str]]:
        """The sentence for each action about the one who was asked for."""
        line = next((line for line in self.who.lines if line.user.pk == self.asked_id), None)
        heads = (("see", _("See")), ("change", _("Change")), ("delete", _("Delete")))
        return [(head, sentence(self.who, line, action)) for action, head in heads] if line else []

    @property
    def may_view_as(self) -> bool:
        """Whether the viewer may look through the eyes of the one who was asked for."""
        if self.asked_id is None or self.actor.viewed_by is not None:
            return False
        line = next((line for line in self.who.lines if line.user.pk == self.asked_id), None)
        return line is not None and may_view(self.actor, line.colleague.actor)

    @cached_property
    def fields(self) -> list[FieldLine]:
        """Fields that are not open to everybody who sees the record, of those that the viewer sees."""
        return self.who.fields(fields_for(self.declared, self.actor))

    @cached_property
    def shares(self) -> list[Share]:
        """With whom it is shared."""
        return sharing.shares_of(self.declared, self.record.pk)

    @cached_property
    def may_share(self) -> bool:
        """Whether the viewer may share it and take shares back."""
        return not self.is_in_trash and sharing.may_share(self.declared, self.actor, self.record)

    @cached_property
    def colleagues(self) -> list[tuple[str, str]]:
        """With whom it may be shared: everybody but oneself."""
        return [(str(u.pk), u.name) for u in staff() if u.pk != self.actor.user_id]

    @property
    def levels(self) -> list[tuple[str, Any]]:
        """How far a share may go."""
        return list(Share.Level.choices)

    @cached_property
    def followed_url(self) -> str:
        """The access page of the record that decides, as far as the viewer may see that one."""
        other = self.who.followed
        if other is None or self.who.deciding is None:
            return ""
        seen = other.model.objects.visible_to(self.actor).filter(pk=self.who.deciding.pk).exists()
        return f"/{other.slug}/{self.who.deciding.pk}/access" if seen else ""

    @cached_property
    def followed_title(self) -> str:
        """What people call the record that decides; empty where the viewer may not see it."""
        return self.who.followed.title(self.who.deciding) if self.who.followed and self.followed_url else ""


def _answer(
    request: HttpRequest, declared: ObjectType, record_id: int, errors: Errors | None = None, status: int = 200
) -> HttpResponse:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    shown = AccessPage(request, declared, reading.find(declared, actor, record_id))
    shown.general_errors = list((errors or {}).get("__all__", []))
    context = {"page": shown, "declared": declared, "errors": errors or {}, "sent": request.POST}
    return render(request, "objects/access.html", context, status=status)


@require_GET
@for_staff
def access(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """Who sees, changes and deletes the record, and by which rule. For whoever sees it."""
    return _answer(request, declared, record_id)


@require_POST
@for_staff
def share(request: HttpRequest, declared: ObjectType, record_id: int) -> HttpResponse:
    """Share the record with a colleague, or change how far."""
    try:
        found = sharing.share_record(
            actor=request.actor,  # type: ignore[attr-defined]
            object_name=declared.name,
            record_id=record_id,
            user=sharing.colleague(request.POST.get("user")),
            level=request.POST.get("level", ""),
            ends_on=_day(request.POST.get("ends_on", "")),
        )
    except ValidationError as error:
        return _answer(request, declared, record_id, by_field(error), 422)
    messages.success(request, _("Shared with %(name)s.") % {"name": found.user.name})
    return redirect(f"/{declared.slug}/{record_id}/access")


@require_POST
@for_staff
def unshare(request: HttpRequest, declared: ObjectType, record_id: int, user_id: int) -> HttpResponse:
    """Take a share back. Who gives up their own goes to the list, since they may no longer see the record."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    sharing.unshare_record(actor=actor, object_name=declared.name, record_id=record_id, user_id=user_id)
    messages.success(request, _("The share is taken back."))
    return redirect(f"/{declared.slug}" if user_id == actor.user_id else f"/{declared.slug}/{record_id}/access")


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip()) if text.strip() else None
    except ValueError:
        raise ValidationError({"ends_on": _("Write a day, such as 2026-03-31.")}) from None
