"""What there is to do, and who said they would; and the calendar of the house."""

import datetime as dt

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Unit(models.Model):
    """The work group that is a member's home base."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    colour = models.PositiveSmallIntegerField(
        _("colour"), default=1, validators=[MinValueValidator(1), MaxValueValidator(8)]
    )  # number of a design token
    members = models.ManyToManyField("members.Member", related_name="units", blank=True)
    staff = models.ManyToManyField("members.Staff", related_name="units", blank=True)

    class Meta:
        ordering = ["name"]

    class Privacy:
        plain = {"name", "colour"}
        personal = {"members", "staff"}
        sensitive: set[str] = set()

    def __str__(self) -> str:
        return self.name


class OpeningWeek(models.Model):
    """The usual week, in force from `starts_on` until the next one starts: a new week never changes past days."""

    starts_on = models.DateField(_("in force from"), unique=True)

    class Meta:
        ordering = ["starts_on"]

    class Privacy:
        plain = {"starts_on"}
        personal: set[str] = set()
        sensitive: set[str] = set()


class OpeningHours(models.Model):
    """One weekday (0 = Monday) of an opening week. A weekday without a row is closed."""

    week = models.ForeignKey(OpeningWeek, models.CASCADE, related_name="hours")
    weekday = models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)])
    opens_at = models.TimeField()
    closes_at = models.TimeField()

    class Meta:
        ordering = ["weekday"]
        constraints = [
            models.UniqueConstraint(fields=["week", "weekday"], name="one_row_per_weekday"),
            models.CheckConstraint(condition=Q(closes_at__gt=models.F("opens_at")), name="week_closes_after_it_opens"),
        ]

    class Privacy:
        plain = {"week", "weekday", "opens_at", "closes_at"}
        personal: set[str] = set()
        sensitive: set[str] = set()


class OpenDay(models.Model):
    """A day that differs from the opening week: closed with a reason, or open with hours of its own."""

    day = models.DateField(_("day"), unique=True)
    is_open = models.BooleanField(_("open"))
    opens_at = models.TimeField(_("opens at"), null=True, blank=True)
    closes_at = models.TimeField(_("closes at"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=120, blank=True)

    class Meta:
        ordering = ["day"]

    class Privacy:
        plain = {"day", "is_open", "opens_at", "closes_at", "note"}
        personal: set[str] = set()
        sensitive: set[str] = set()


class Part(models.TextChoices):
    MORNING = "morning", _("Morning")
    AFTERNOON = "afternoon", _("Afternoon")


class TaskDetails(models.Model):
    """What a task and a repeating task have in common."""

    unit = models.ForeignKey(Unit, models.PROTECT, related_name="%(class)ss", verbose_name=_("unit"))
    title = models.CharField(_("task"), max_length=80)
    part = models.CharField(_("part of the day"), max_length=9, choices=Part.choices, default=Part.MORNING)
    starts_at = models.TimeField(_("starts at"), null=True, blank=True)
    places = models.PositiveSmallIntegerField(
        _("places"), default=1, validators=[MinValueValidator(1), MaxValueValidator(60)]
    )
    good_to_know = models.CharField(_("good to know"), max_length=200, blank=True)
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        abstract = True


class RepeatingTask(TaskDetails):
    """Posts the same task on weekdays of one's choice; `activities.actions` makes its days ahead."""

    weekdays = models.CharField(max_length=7)  # digits, 0 = Monday: "024"
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    class Privacy:
        plain = {
            "unit", "title", "part", "starts_at", "places", "good_to_know", "weekdays", "starts_on", "ends_on",
        }  # fmt: skip
        personal = {"posted_by"}
        sensitive: set[str] = set()

    def falls_on(self, day: dt.date) -> bool:
        return (
            str(day.weekday()) in self.weekdays
            and day >= self.starts_on
            and (self.ends_on is None or day <= self.ends_on)
        )


class UnitTaskQuerySet(models.QuerySet):
    def standing(self) -> "UnitTaskQuerySet":
        return self.filter(called_off_at=None)

    def on(self, day: dt.date) -> "UnitTaskQuerySet":
        return self.filter(day=day)


class UnitTask(TaskDetails):
    """A piece of one day's work, and how many people it needs."""

    day = models.DateField(_("day"), db_index=True)
    repeats = models.ForeignKey(RepeatingTask, models.PROTECT, null=True, editable=False, related_name="tasks")
    called_off_at = models.DateTimeField(null=True, editable=False)

    objects = UnitTaskQuerySet.as_manager()

    class Meta:
        constraints = [
            # A repeating task is made once for a day, also when two workers make it; one that was called off stays so.
            models.UniqueConstraint(fields=["repeats", "day"], name="one_task_per_repeat_and_day"),
            models.CheckConstraint(condition=Q(places__gte=1), name="a_task_has_a_place"),
        ]

    class Privacy:
        plain = {
            "unit", "title", "part", "starts_at", "places", "good_to_know", "day", "repeats", "called_off_at",
        }  # fmt: skip
        personal = {"posted_by"}
        sensitive: set[str] = set()

    def __str__(self) -> str:
        return self.title


class SignUp(models.Model):
    """A member said they would. Withdrawing removes the row and leaves nothing for others to see (Standard 3)."""

    task = models.ForeignKey(UnitTask, models.CASCADE, related_name="sign_ups")
    member = models.ForeignKey("members.Member", models.CASCADE, related_name="sign_ups")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["task", "member"], name="one_sign_up_per_task_and_member")]

    class Privacy:
        plain = {"task"}
        personal = {"member", "at", "by"}
        sensitive: set[str] = set()
