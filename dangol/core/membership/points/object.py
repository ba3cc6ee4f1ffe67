"""Points on a person's page: grade, balance, ledger and the form for a line by hand; the column; the timeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from dangol.core.membership.grades.models import Grade, Member, Programme
from dangol.core.membership.grades.queries import active_grades, is_by_amount, measured, programme, today
from dangol.core.membership.points.models import Kind, PointsAccount, PointsEntry
from dangol.core.membership.points.queries import SHOWN, entries_of, expiring
from dangol.core.membership.points.services.recording import BY_HAND
from dangol.platform.access.actor import Actor
from dangol.platform.accounts.roles.registry import Right, register_right
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.beside import has, once, register_presence
from dangol.platform.objects.listing import figures_beside
from dangol.platform.objects.registry import (
    StoryItem,
    StoryKind,
    object_type,
    register_kind,
    register_panel,
    register_score,
    register_story,
    sees_fields,
)
from dangol.platform.objects.types import Field, Panel, Score

TONES = {"earn": "good", "cancel": "warn", "spend": "held", "expire": "", "adjust": "held"}
READ = 40
"""Lines that panel and story of a page read once."""
ICONS = {"earn": "plus", "cancel": "receipt-refund", "spend": "gift", "expire": "hourglass-empty", "adjust": "pencil"}
TOLD = ("grade", "grade_since", "grade_until", "points_balance")
"""What the panel is made of: from whom one of them is hidden, the panel and the lines of the timeline are."""

register_score(
    "person",
    Score(
        name="points_row",
        model=PointsAccount,
        link="person",
        lake="points_account",
        fields=(
            Field("points_balance", _("Points"), "number", path="balance", group=_("Membership"), is_editable=False,
                  is_fact=False, is_sortable=True),
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Line:
    """A line of the ledger as the page shows it."""

    entry: PointsEntry

    @property
    def tone(self) -> str:
        """The colour of its pill."""
        return TONES[self.entry.kind]

    @property
    def short(self) -> Decimal | None:
        """What should have gone back but was not there any more; None where nothing was missing."""
        if self.entry.kind != Kind.CANCEL or self.entry.due is None or self.entry.due >= self.entry.points:
            return None
        return self.entry.points - self.entry.due


@dataclass(frozen=True)
class Ahead:
    """The next grade, and what is missing to reach it."""

    grade: Grade
    missing: Decimal
    is_money: bool


def points_panel(actor: Actor, person: Any) -> Mapping[str, Any] | None:
    """A panel that asks for its figures when the page stands; None where there is nothing to say or no right to."""
    if not sees_fields(actor, "person", *TOLD):
        return None
    is_member = has(person, "points") or has(person, "member")
    return {"person_id": person.pk} if is_member or programme().starts_on is not None else None


def membership_of(actor: Actor, person: Any) -> dict[str, Any]:
    """Grade, points and the newest lines of a person in hand."""
    set_to, steps = programme(), active_grades()
    held = figures_beside(object_type("person"), "member_row", person)
    account = figures_beside(object_type("person"), "points_row", person) if has(person, "points") else None
    grade = next((step for step in steps if held and step.pk == held.grade_id), None)
    soon = today() + timedelta(days=max(set_to.notice_days, 1))
    return {
        "grade": grade, "held": held, "balance": account.balance if account else Decimal(0),
        "ahead": ahead_of(steps, set_to, grade, person.pk), "lines": [Line(e) for e in lines_of(actor, person)[:SHOWN]],
        "soon": expiring(actor, person.pk, soon) if account and account.balance else None,
        "form": form_context(actor), "percent": grade.earn_percent if grade else set_to.base_percent,
        "starts_on": set_to.starts_on,
    }  # fmt: skip


def lines_of(actor: Actor, person: Any) -> list[PointsEntry]:
    """The newest lines of a person in hand; panel and story share the answer."""
    if not has(person, "points"):
        return []
    return once(person, ("points", actor.user_id), lambda: entries_of(actor, person.pk, limit=READ))


def ahead_of(steps: Sequence[Grade], set_to: Programme, held: Grade | None, person_id: int) -> Ahead | None:
    """The next grade above the one held; None at the top, and where grades go by points."""
    above = [step for step in steps if held is None or step.threshold > held.threshold]
    if not above or not is_by_amount(set_to):
        return None
    missing = above[0].threshold - measured(person_id, set_to, today())
    return Ahead(above[0], missing, True) if missing > 0 else None


def form_context(actor: Actor) -> dict[str, Any] | None:
    """What the form for a line by hand offers; None for who may not."""
    if not actor.may("create", "points"):
        return None
    return {"kinds": [(kind.value, kind.label) for kind in BY_HAND]}


def points_story(actor: Actor, person: Any, before: datetime | None, limit: int) -> Sequence[StoryItem]:
    """The lines of a ledger for the timeline; what came with an order stands there with the order, quietly."""
    if not sees_fields(actor, "person", *TOLD) or not has(person, "points"):
        return []
    is_known = before is None and limit <= READ
    entries = lines_of(actor, person)[:limit] if is_known else entries_of(actor, person.pk, before=before, limit=limit)
    return [
        StoryItem(
            at=entry.at,
            key=f"points-{entry.pk}",
            icon=ICONS[entry.kind],
            title=_title(entry),
            detail=entry.reason,
            url=f"/orders/{entry.order_id}" if entry.order_id and actor.may("see", "order") else "",
            group="points",
            template="membership/points/story.html",
            data={"line": entry},
            is_quiet=entry.kind in (Kind.EARN, Kind.EXPIRE),
        )
        for entry in entries
    ]


def _title(entry: PointsEntry) -> str:
    words = {
        "earn": translate("Points earned"), "cancel": translate("Points taken back with an order"),
        "spend": translate("Points spent"), "expire": translate("Points expired"),
        "adjust": translate("Points adjusted"),
    }  # fmt: skip
    return words[entry.kind]


register_panel("person", Panel("points", _("Membership"), "membership/points/panel.html", points_panel, order=45))
register_kind(
    StoryKind(
        "points", _("Points"), "coins", order=55, fold_from=3,
        many=ngettext_lazy("%(count)s line of points", "%(count)s lines of points", "count"),
    )
)  # fmt: skip
register_story("person", points_story, kinds=["points"])
register_presence("person", "points", PointsEntry, "person_id")
register_presence("person", "member", Member, "person_id")
register_title("points.recorded", EventTitle(_("Points recorded"), "coins", is_quiet=True))
register_title("points.earned", EventTitle(_("Points earned by orders"), "coins", is_quiet=True))
register_title("points.expired", EventTitle(_("Points expired"), "hourglass-empty", is_quiet=True))
register_title("points.expiring", EventTitle(_("Points expire soon"), "hourglass-low"))
register_right(Right("points", _("Points"), ("create",), order=115))
