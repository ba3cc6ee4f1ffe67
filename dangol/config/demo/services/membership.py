"""The membership of the demo company: rules, grades, and what two years of orders made of them."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from dangol.core.membership.grades.models import Grade, GradeMove, Member, Programme
from dangol.core.membership.grades.services import regrade, save_grade, set_programme
from dangol.core.membership.points.services.expiring import expire_points
from dangol.core.membership.points.services.settling import settle_all
from dangol.platform.access.actor import Actor

WHY = "demo company"
GRADES = (
    ("friend", "Friend", "친구", 0, "1.00", "A sample with every third order.", "세 번째 주문마다 샘플을 드려요."),
    ("regular", "Regular", "단골", 300_000, "2.00", "Free delivery from ₩20,000.", "2만 원부터 무료로 배송해 드려요."),
    ("roaster", "Roaster", "로스터", 1_000_000, "3.00", "Free delivery always; new crops two days before all others.",
     "늘 무료로 배송하고, 햇커피를 이틀 먼저 보여 드려요."),
)  # fmt: skip
SPAN_DAYS, STEP_DAYS = 360, 90


def store_membership(today: date) -> None:
    """Set up rules and grades unless the house has its own, and work out who holds what."""
    actor = Actor.system(WHY)
    if Programme.objects.exists() or Grade.objects.exists():
        return
    set_programme(actor=actor, values={"starts_on": today - timedelta(days=540), "valid_months": 12})
    for code, name_en, name_ko, threshold, percent, benefits_en, benefits_ko in GRADES:
        values = {
            "name_en": name_en, "name_ko": name_ko, "threshold": Decimal(threshold), "earn_percent": Decimal(percent),
            "benefits_en": benefits_en, "benefits_ko": benefits_ko, "is_active": True,
        }  # fmt: skip
        save_grade(actor=actor, code=code, values=values, is_new=True)
    Grade.objects.filter(pk__in=[row[0] for row in GRADES]).update(is_demo=True)
    for days in range(SPAN_DAYS, -1, -STEP_DAYS):
        regrade(actor=actor, on=today - timedelta(days=days))
    settle_all(actor=actor)
    expire_points(actor=actor, on=today)


def remove_membership() -> None:
    """Take away the demo company's grades that nobody holds or held, and the rules that it set itself."""
    held = Member.objects.for_system(WHY).values("grade_id")
    moves = GradeMove.objects.for_system(WHY)
    used = moves.exclude(grade=None).values("grade_id")
    before = moves.exclude(before=None).values("before_id")
    gone = Grade.objects.filter(is_demo=True).exclude(pk__in=held).exclude(pk__in=used).exclude(pk__in=before)
    if gone.delete()[0]:
        Programme.objects.filter(set_by=None).delete()
