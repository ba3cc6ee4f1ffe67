"""Grades in the list of people and in the set-up."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from dangol.core.membership.grades.models import Member
from dangol.core.membership.grades.queries import grades
from dangol.platform.events.titles import EventTitle, register_title
from dangol.platform.objects.registry import register_score
from dangol.platform.objects.types import Field, Score
from dangol.platform.ui.navigation import item, register, register_command

NEEDS = ("change", "workspace")
MEMBERSHIP = _("Membership")


def grade_choices() -> list[tuple[str, str]]:
    """Every grade by its code."""
    return [(grade.pk, str(grade)) for grade in grades()]


register_score(
    "person",
    Score(
        name="member_row",
        model=Member,
        link="person",
        lake="member",
        fields=(
            Field("grade", _("Grade"), "choice", path="grade_id", group=MEMBERSHIP, choices=grade_choices,
                  is_editable=False, is_fact=False),
            Field("grade_since", _("Grade since"), "date", path="since", group=MEMBERSHIP, is_editable=False,
                  is_fact=False),
            Field("grade_until", _("Grade kept until"), "date", path="keeps_until", group=MEMBERSHIP,
                  is_editable=False, is_fact=False, is_sortable=True),
        ),
    ),
)  # fmt: skip
register_title("programme.set", EventTitle(_("Rules of the membership set"), "adjustments"))
register_title("grade.saved", EventTitle(_("Grade of the membership saved"), "award"))
register_title("member.moved", EventTitle(_("Came to another grade"), "award"))
register("setup", item("membership", _("Membership"), "award", "membership:programme", 48,
                       is_open=lambda viewer: viewer.may(*NEEDS)))  # fmt: skip
register_command(
    _("Membership"), "/setup/membership", "award", _("grade points loyalty programme expiry benefit"), NEEDS
)
