"""What there is to do, and who said they would; and the calendar of the house."""

import datetime as dt

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.dates import WEEKDAYS
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
    posted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        abstract = True


class RepeatingTaskQuerySet(models.QuerySet):
    def running(self, first: dt.date, last: dt.date) -> "RepeatingTaskQuerySet":
        """Those that may fall on a day from `first` to `last`."""
        return self.filter(starts_on__lte=last).filter(Q(ends_on=None) | Q(ends_on__gte=first))


class RepeatingTask(TaskDetails):
    """Posts the same task on weekdays of one's choice; `activities.actions` makes its days ahead."""

    weekdays = models.CharField(max_length=7)  # digits, 0 = Monday: "024"
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)

    objects = RepeatingTaskQuerySet.as_manager()

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

    @property
    def weekday_names(self) -> list[str]:
        return [str(WEEKDAYS[int(digit)]) for digit in self.weekdays]


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
        return self.standing().annotate(taken_count=models.Count("sign_ups")).filter(taken_count__lt=F("places"))

    def free_by_day(self, first: dt.date, last: dt.date) -> dict[dt.date, int]:
        """How many tasks of each day somebody may still join; days without one are left out. One query."""
        days: dict[dt.date, int] = {}
        for day in self.filter(day__range=(first, last)).with_free_places().values_list("day", flat=True):
            days[day] = days.get(day, 0) + 1
        return days

    def in_order(self) -> "UnitTaskQuerySet":
        """As a day goes: by unit, morning before afternoon, whole-morning tasks before timed ones."""
        when = models.Case(models.When(part=Part.MORNING, then=0), default=1)
        return self.order_by("unit__name", when, F("starts_at").asc(nulls_first=True), "title", "pk")


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

    @property
    def is_called_off(self) -> bool:
        return self.called_off_at is not None

    def begins_at(self, house) -> dt.datetime:
        """The moment the work begins: its own time, else 9:00 or 13:00 house time."""
        return house.at(self.day, self.starts_at or PART_BEGINS_AT[Part(self.part)])

    def reminder_due_at(self, house, now: dt.datetime) -> dt.datetime | None:
        """When a reminder asked for at `now` leaves, None for never (handbook, Screens, Messages).

        The evening before at 18:00 house time; later than that, at 9:00 on the day for an afternoon task.
        """
        evening_before = house.at(self.day - dt.timedelta(days=1), dt.time(18))
        if now <= evening_before:
            return evening_before
        morning = house.at(self.day, dt.time(9))
        if self.part == Part.AFTERNOON and now <= morning < self.begins_at(house):
            return morning
        return None


class SignUp(models.Model):
    """A member said they would. Withdrawing removes the row and leaves nothing for others to see (Standard 3)."""

    task = models.ForeignKey(UnitTask, models.CASCADE, related_name="sign_ups")
    member = models.ForeignKey("members.Member", models.CASCADE, related_name="sign_ups")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    is_new = False  # set by the action on a row that it just made

    class Meta:
        ordering = ["at", "pk"]
        constraints = [models.UniqueConstraint(fields=["task", "member"], name="one_sign_up_per_task_and_member")]

    class Privacy:
        plain = {"task"}
        personal = {"member", "at", "by"}
        sensitive: set[str] = set()
