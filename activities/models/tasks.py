"""A day's work: unit tasks, those that repeat, and who said they would."""

import datetime as dt

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from activities.models.calendar import OpenDay
from activities.models.places import Offer, TakenPlace, TakenPlaceQuerySet, WaitingPlace
from activities.models.repeats import Repeating
from activities.models.units import Unit


class Part(models.TextChoices):
    MORNING = "morning", _("Morning")
    AFTERNOON = "afternoon", _("Afternoon")


# When a part of the day begins, for tasks without a time of their own.
PART_BEGINS_AT = {Part.MORNING: dt.time(9), Part.AFTERNOON: dt.time(13)}


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
    is_practice = models.BooleanField(_("for practice"), default=False)
    carries_over = models.BooleanField(_("goes on the next open day, when it is not done"), default=False)
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        abstract = True


TASK_FIELDS = {"unit", "title", "part", "starts_at", "places", "good_to_know", "is_practice", "carries_over"}


class RepeatingTask(TaskDetails, Repeating):
    """Posts the same task by a rule; `activities.actions` makes its days ahead, on open days only."""

    class Privacy:
        plain = {*TASK_FIELDS, "rule", "starts_on", "ends_on"}
        personal = {"posted_by"}
        sensitive: set[str] = set()
        forget = "stays"


class UnitTaskQuerySet(models.QuerySet):
    def standing(self) -> "UnitTaskQuerySet":
        return self.filter(called_off_at=None)

    def on(self, day: dt.date) -> "UnitTaskQuerySet":
        return self.filter(day=day)

    def visible_to(self, user) -> "UnitTaskQuerySet":
        """Every opportunity is listed to everybody (must-never 8)."""
        return self if user.is_authenticated and user.is_active else self.none()

    def changeable_by(self, user) -> "UnitTaskQuerySet":
        """Staff and coordinators change every task; members, where they may post, the ones they posted."""
        if user.has_perm("activities.change_any_task"):
            return self
        return self.filter(posted_by=user) if user.has_perm("activities.post_task") else self.none()

    def with_free_places(self) -> "UnitTaskQuerySet":
        """Annotates `taken_count` and keeps the tasks that somebody may still join."""
        return (
            self.standing()
            .filter(done_at=None)
            .annotate(taken_count=models.Count("sign_ups"))
            .filter(taken_count__lt=F("places"))
        )

    def with_closed_days(self) -> "UnitTaskQuerySet":
        """Annotates `is_day_closed`: the calendar closes just this day. A task posted on a free Saturday is meant."""
        closed = OpenDay.objects.filter(day=models.OuterRef("day"), is_open=False)
        return self.annotate(is_day_closed=models.Exists(closed))

    def left_over(self) -> "UnitTaskQuerySet":
        """Tasks that stand, are not done and were not carried over."""
        return self.standing().filter(done_at=None, carried_to=None)

    def free_by_day(self, first: dt.date, last: dt.date) -> dict[dt.date, int]:
        """How many tasks of each day somebody may still join; days without one are left out. One query."""
        days: dict[dt.date, int] = {}
        for day in self.filter(day__range=(first, last)).with_free_places().values_list("day", flat=True):
            days[day] = days.get(day, 0) + 1
        return days

    def free_by_unit(self, day: dt.date) -> dict[int, int]:
        """How many tasks of `day` somebody may still join, by unit id; units without one are left out. One query."""
        units: dict[int, int] = {}
        for unit in self.on(day).with_free_places().values_list("unit", flat=True):
            units[unit] = units.get(unit, 0) + 1
        return units

    def in_order(self) -> "UnitTaskQuerySet":
        """As a day goes: by unit, morning before afternoon, whole-morning tasks before timed ones."""
        when = models.Case(models.When(part=Part.MORNING, then=0), default=1)
        return self.order_by("unit__name", when, F("starts_at").asc(nulls_first=True), "title", "pk")


class UnitTask(TaskDetails, Offer):
    """A piece of one day's work, and how many people it needs."""

    repeats = models.ForeignKey(RepeatingTask, models.PROTECT, null=True, editable=False, related_name="tasks")
    # What the unit's library knows of this work: its guide, and who can show it.
    library_task = models.ForeignKey(
        "activities.LibraryTask", models.SET_NULL, null=True, editable=False, related_name="tasks"
    )
    done_at = models.DateTimeField(null=True, editable=False)
    # The undone task of which this one is the rest: work is carried over once.
    carried_from = models.OneToOneField("self", models.SET_NULL, null=True, editable=False, related_name="carried_to")

    objects = UnitTaskQuerySet.as_manager()

    class Meta:
        constraints = [
            # A repeating task is made once for a day, also when two workers make it; one that was called off stays so.
            models.UniqueConstraint(fields=["repeats", "day"], name="one_task_per_repeat_and_day"),
            models.CheckConstraint(condition=Q(places__gte=1), name="a_task_has_a_place"),
        ]

    class Privacy:
        plain = {*TASK_FIELDS, "day", "repeats", "called_off_at", "library_task", "done_at", "carried_from"}
        personal = {"posted_by"}
        sensitive: set[str] = set()
        forget = "stays"

    def __str__(self) -> str:
        return self.title

    @property
    def is_done(self) -> bool:
        return self.done_at is not None

    def has(self, member) -> bool:
        """Whether `member` has a place on it. One query."""
        return self.sign_ups.filter(member=member).exists()

    def begins_at(self, house) -> dt.datetime:
        """The moment the work begins: its own time, else 9:00 or 13:00 house time."""
        return house.at(self.day, self.starts_at or PART_BEGINS_AT[Part(self.part)])

    @property
    def when_and_where(self) -> str:
        time = f"{self.starts_at:%H%M}" if self.starts_at else str(self.part)
        return f"{self.day:%Y%m%d} {time} {self.unit_id}"


class PlaceRole(models.TextChoices):
    """Two do a task together, so that one learns by seeing (the founding documents' social modelling)."""

    DOING = "doing", _("Doing")
    SHOWING = "showing", _("Showing")
    LEARNING = "learning", _("Learning")


class SignUp(TakenPlace):
    """A member said they would. Withdrawing removes the row and leaves nothing for others to see (Standard 3)."""

    task = models.ForeignKey(UnitTask, models.CASCADE, related_name="sign_ups")
    member = models.ForeignKey("members.Member", models.CASCADE, related_name="sign_ups")
    role = models.CharField(max_length=8, choices=PlaceRole.choices, default=PlaceRole.DOING)

    objects = TakenPlaceQuerySet.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["task", "member"], name="one_sign_up_per_task_and_member")]

    class Privacy:
        plain = {"task"}
        personal = {"member", "at", "by", "role", "moved_up_at"}
        sensitive: set[str] = set()
        forget = {"stays": {"member", "at", "by", "moved_up_at"}, "goes if erased": {"role"}}


class Waiting(WaitingPlace):
    """A member waits for a place on a task that is full."""

    task = models.ForeignKey(UnitTask, models.CASCADE, related_name="waiting")
    member = models.ForeignKey("members.Member", models.CASCADE, related_name="task_waits")
    role = models.CharField(max_length=8, choices=PlaceRole.choices, default=PlaceRole.DOING)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["task", "member"], name="a_member_waits_once_for_a_task")]

    class Privacy:
        plain = {"task"}
        personal = {"member", "at", "by", "role"}
        sensitive: set[str] = set()
        forget = "goes"

    @property
    def number(self) -> int:
        """Which place in line, from 1. One query."""
        return Waiting.objects.filter(task=self.task_id, pk__lte=self.pk).count()


class Thanks(models.Model):
    """A few words of thanks to the people of a task, for everybody to read. There is nothing to count."""

    task = models.ForeignKey(UnitTask, models.CASCADE, related_name="thanks")
    words = models.CharField(_("thanks"), max_length=200)
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    class Privacy:
        plain = {"task"}
        personal = {"words", "at", "by"}
        sensitive: set[str] = set()
        whose = ("by__member",)
        forget = "goes"
