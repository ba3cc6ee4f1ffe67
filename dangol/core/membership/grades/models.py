from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dangol.platform.access.guard import GuardedModel, Link, OneLink
from dangol.platform.access.policies import Through
from dangol.platform.db.models import Tracked


class Measure(models.TextChoices):
    """What grades are reached by."""

    AMOUNT = "amount", _("Amount bought")
    POINTS = "points", _("Points earned")


class Programme(models.Model):
    """The rules of the membership; the newest row is in force, the older ones are its history.

    Orders earn points from `starts_on` on (empty: none do). `base_percent` of an order's value is earned without a
    grade, rounded down to `point_digits` decimals. Points expire at the end of the month `valid_months` after they were
    earned (0: never), told `notice_days` before. Grades count the last `window_months` and keep `keeps_months`.
    """

    starts_on = models.DateField(_("Orders earn points from"), null=True)
    base_percent = models.DecimalField(_("Points in percent of an order"), max_digits=5, decimal_places=2, default=1)
    point_digits = models.SmallIntegerField(default=0)
    valid_months = models.IntegerField(default=24)
    notice_days = models.IntegerField(default=30)
    measure = models.TextField(choices=Measure, default=Measure.AMOUNT)
    window_months = models.IntegerField(default=12)
    keeps_months = models.IntegerField(default=12)
    set_at = models.DateTimeField(db_default=Now())
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(base_percent__range=(0, 100)), name="programme_percent_fits"),
            models.CheckConstraint(
                condition=Q(point_digits__range=(0, 2)) & Q(valid_months__range=(0, 240)) & Q(notice_days__gte=0)
                & Q(window_months__range=(1, 120)) & Q(keeps_months__range=(0, 120)),
                name="programme_fits",
            ),
        ]  # fmt: skip


class Grade(models.Model):
    """A grade of the membership: what it takes in the programme's measure, and what it gives. Its code is for good."""

    code = models.SlugField(_("Code"), primary_key=True, max_length=40)
    name_en = models.TextField(_("Name in English"))
    name_ko = models.TextField(_("Name in Korean"))
    threshold = models.DecimalField(_("From"), max_digits=19, decimal_places=2)
    earn_percent = models.DecimalField(_("Points in percent of an order"), max_digits=5, decimal_places=2, default=1)
    benefits_en = models.TextField(_("Benefits in English"), blank=True, default="")
    benefits_ko = models.TextField(_("Benefits in Korean"), blank=True, default="")
    is_active = models.BooleanField(default=True)
    is_demo = models.BooleanField(default=False, db_default=False)

    class Meta:
        ordering = ["threshold", "code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(threshold__gte=0) & Q(earn_percent__range=(0, 100)), name="grade_fits"
            )
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name_ko if (get_language() or "").startswith("ko") else self.name_en

    @property
    def benefits(self) -> str:
        """What it gives, in the running language."""
        return self.benefits_ko if (get_language() or "").startswith("ko") else self.benefits_en


class Member(GuardedModel, Tracked):
    """The grade that a person holds now; `measured` is what was bought or earned in the window when it was reached."""

    access_name = "person"
    row_policy = Through("person")

    person = OneLink("customers.Person", models.CASCADE, primary_key=True, related_query_name="member_row")
    grade = models.ForeignKey(Grade, models.PROTECT, related_name="+", verbose_name=_("Grade"))
    since = models.DateField(_("Grade since"))
    keeps_until = models.DateField(_("Grade kept until"))
    measured = models.DecimalField(max_digits=19, decimal_places=2, default=0)

    class Meta(GuardedModel.Meta):
        abstract = False
        indexes = [models.Index(fields=["keeps_until", "person"], name="member_by_end")]


class GradeMove(GuardedModel):
    """That a person came to `grade` (None: to none any more) on a day, from `before`. Only added to."""

    access_name = "person"
    row_policy = Through("person")

    person = Link("customers.Person", models.CASCADE, db_index=False)
    moved_on = models.DateField()
    grade = models.ForeignKey(Grade, models.PROTECT, null=True, related_name="+")
    before = models.ForeignKey(Grade, models.PROTECT, null=True, related_name="+")
    measured = models.DecimalField(max_digits=19, decimal_places=2, default=0)

    class Meta(GuardedModel.Meta):
        abstract = False
        db_table = "membership_grade_move"
        indexes = [models.Index(fields=["person", "moved_on", "id"], name="grade_move_by_person")]
