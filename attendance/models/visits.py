"""Visits: one stay each, and the taps by which they were marked."""

import datetime as dt
import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from activities.models import Unit
from activities.workdays import Day

# A visit of an earlier day that is this old has ended, only nobody wrote down when. Evenings run past midnight.
FORGOTTEN_AFTER = dt.timedelta(hours=12)


class Kind(models.TextChoices):
    WOD = "wod", _("Work-ordered day")
    SOCIAL = "social", _("Social programme")
    VIRTUAL = "virtual", _("Virtual")
    OFFSITE = "offsite", _("Off-site")

    @classmethod
    def suggested(cls, day: Day, time: dt.time) -> "Kind":
        """What the calendar says about arriving at house time `time`: an open day until it closes is work-ordered."""
        closed_by_then = day.closes_at is not None and time >= day.closes_at
        return cls.WOD if day.is_open and not closed_by_then else cls.SOCIAL


class VisitQuerySet(models.QuerySet):
    def on(self, day: dt.date) -> "VisitQuerySet":
        return self.filter(day=day)

    def here_now(self) -> "VisitQuerySet":
        return self.filter(ending=Visit.Ending.HERE)

    def of_the_day(self, day: dt.date, now: dt.datetime, today: dt.date) -> "VisitQuerySet":
        """The visits of `day`; today also those of who is here since an evening that ran past midnight."""
        if day != today:
            return self.on(day)
        ran_past_midnight = Q(ending=Visit.Ending.HERE, arrived_at__gt=now - FORGOTTEN_AFTER)
        return self.filter(Q(day=today) | ran_past_midnight, day__range=(today - dt.timedelta(days=1), today))

    def still_here(self, now: dt.datetime, today: dt.date) -> "VisitQuerySet":
        """*Here now*, and not forgotten there: since today, or since an evening that ran past midnight."""
        return self.here_now().of_the_day(today, now, today)

    def usual_on(self, day: dt.date) -> models.QuerySet:
        """Member ids (as rows) of who came on two or more of the last four same weekdays. Asked, never stored."""
        weekdays = [day - dt.timedelta(weeks=weeks) for weeks in range(1, 5)]
        came = self.filter(day__in=weekdays, kind__in=[Kind.WOD, Kind.SOCIAL]).values("member")
        return came.annotate(days=Count("day", distinct=True)).filter(days__gte=2).order_by().values("member")

    def lately(self, day: dt.date, days: int, *, limit: int) -> models.QuerySet:
        """Member ids (as rows) of the `limit` who were seen last, in the `days` before `day`.

        Asks for each person's last visit, so that the database goes back day by day only until enough are found.
        """
        same_person = Visit.objects.filter(member=OuterRef("member"), day__gte=OuterRef("day"), day__lt=day)
        later = same_person.filter(Q(day__gt=OuterRef("day")) | Q(pk__gt=OuterRef("pk")))
        last = self.filter(~Exists(later), day__gte=day - dt.timedelta(days=days), day__lt=day)
        return last.order_by("-day", "member_id").values("member")[:limit]

    def habit(self, day: dt.date) -> Coalesce:
        """For a query of members: id of the unit they most visited in 60 days up to `day`, else of their only unit."""
        visits = self.filter(member=OuterRef("pk"), unit__isnull=False, day__range=(day - dt.timedelta(days=60), day))
        favourite = visits.order_by().values("unit").annotate(times=Count("pk"), seen_on=Max("day"))
        homes: models.QuerySet = Unit.members.through.objects.filter(member=OuterRef("pk")).values("member")
        only: models.QuerySet = homes.annotate(homes=Count("pk"), only=Min("unit")).filter(homes=1)
        return Coalesce(
            Subquery(favourite.order_by("-times", "-seen_on", "unit").values("unit")[:1]),
            Subquery(only.values("only")[:1]),
            output_field=models.BigIntegerField(),
        )

    def at_once_with(self, visit: "Visit") -> "VisitQuerySet":
        """Other visits of the same member that share a moment with `visit`.

        Where nobody wrote down when it ended, only its beginning is sure; *here now* goes on.
        """
        goes_on = visit.arrived_at + FORGOTTEN_AFTER if visit.ending == Visit.Ending.HERE else visit.arrived_at
        end, day = visit.left_at or goes_on, dt.timedelta(days=1)
        goes_on_then = Q(ending=Visit.Ending.HERE, arrived_at__gt=visit.arrived_at - FORGOTTEN_AFTER)
        began_then = Q(ending=Visit.Ending.NOT_WRITTEN, arrived_at__gt=visit.arrived_at)
        others = self.filter(member=visit.member_id, day__range=(visit.day - day, visit.day + day)).exclude(pk=visit.pk)
        return others.filter(
            Q(arrived_at=visit.arrived_at)
            | Q(arrived_at__lt=end) & (Q(left_at__gt=visit.arrived_at) | goes_on_then | began_then)
        )

    def changeable_by(self, user, now: dt.datetime, today: dt.date) -> "VisitQuerySet":
        """Whose kind and unit `user` may change in one tap: reception today's, who corrects visits all of them."""
        if user.has_perm("attendance.correct_visit"):
            return self
        if not user.has_perm("attendance.change_visit"):
            return self.none()
        return self.filter(Q(day=today) | Q(pk__in=Visit.objects.still_here(now, today).values("pk")))

    def visible_to(self, user) -> "VisitQuerySet":
        if not user.is_authenticated or not user.is_active:
            return self.none()
        if user.has_perm("attendance.correct_visit"):
            return self
        return self.filter(member__user=user)


class VisitDetails(models.Model):
    """What a visit says, also after it was taken out of the book."""

    class Ending(models.TextChoices):
        HERE = "here", _("here now")
        KNOWN = "known", _("time out known")
        ASSUMED = "assumed", _("time out assumed")
        NOT_WRITTEN = "not_written", _("time out not written down")

    class UnitFrom(models.TextChoices):
        """How the unit came to stand there: a guess gives way to work that was done, and both to a person's word."""

        HABIT = "habit", _("where they usually are")
        TASK = "task", _("a task they did")
        WORD = "word", _("somebody chose it")

    class Source(models.TextChoices):
        SCREEN = "screen", _("arrivals page")
        IMPORT = "import", _("spreadsheet")
        PAPER = "paper", _("paper sheet")
        DOOR = "door", _("door tablet")
        SELF = "self", _("own phone")

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="%(class)ss")
    day = models.DateField(_("day"))  # the day it began, in house time
    arrived_at = models.DateTimeField(_("arrived"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    ending = models.CharField(max_length=11, choices=Ending.choices, default=Ending.HERE)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind.choices, default=Kind.WOD)
    unit = models.ForeignKey("activities.Unit", models.PROTECT, null=True, blank=True, verbose_name=_("unit"))
    unit_from = models.CharField(max_length=5, choices=UnitFrom.choices, default=UnitFrom.HABIT)
    source = models.CharField(max_length=6, choices=Source.choices, default=Source.SCREEN)
    noted_at = models.DateTimeField()  # when it was first written down; late when that is another day
    # A colleague looked at something odd (an overlap, a very long day, an assumed time) and said that it is right.
    confirmed_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True


class Visit(VisitDetails):
    """One stay: *here now*, or ended in one of three ways. A missing time out is never filled in silently."""

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["arrived_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member"], condition=Q(ending="here"), name="one_visit_here_now_per_member"
            ),
            models.UniqueConstraint(fields=["member", "arrived_at", "kind"], name="one_visit_per_arrival"),
            models.CheckConstraint(
                condition=Q(ending__in=["here", "not_written"], left_at=None)
                | Q(ending__in=["known", "assumed"], left_at__gte=F("arrived_at")),
                name="a_visit_ends_after_it_began",
            ),
        ]
        # docs/decisions/0008-a-page-that-does-not-grow.md
        indexes = [models.Index(fields=["-day", "member", "kind"]), models.Index(fields=["member", "day"])]

    class Privacy:
        plain = {"unit_from", "source", "noted_at", "confirmed_at"}
        personal = {"member", "day", "arrived_at", "left_at", "ending", "kind", "unit"}
        sensitive: set[str] = set()
        forget = "stays"

    def __str__(self) -> str:
        return f"visit {self.pk}"

    @property
    def minutes(self) -> int | None:
        """Elapsed minutes, None while there is no time out."""
        return int((self.left_at - self.arrived_at).total_seconds()) // 60 if self.left_at else None

    @property
    def version(self) -> str:
        """Another one after whatever a person may look at was changed."""
        said = (self.member_id, self.arrived_at, self.left_at, self.ending, self.kind, self.unit_id)
        return hashlib.blake2s(repr(said).encode(), digest_size=8).hexdigest()

    def is_forgotten(self, now: dt.datetime, today: dt.date) -> bool:
        """*Here now* in the books only; `still_here` asks the same of many."""
        is_over = self.day != today and self.arrived_at <= now - FORGOTTEN_AFTER
        return self.ending == self.Ending.HERE and is_over


class RemovedVisit(VisitDetails):
    """A visit that was taken out of the book, as it was, so that it can be put back."""

    visit_pk = models.BigIntegerField(unique=True)  # the number it had, and gets again
    removed_at = models.DateTimeField()
    removed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["removed_at"]

    class Privacy:
        plain = {"unit_from", "source", "noted_at", "confirmed_at", "visit_pk", "removed_at"}
        personal = {"member", "day", "arrived_at", "left_at", "ending", "kind", "unit", "removed_by"}
        sensitive = {"why"}
        forget = {
            "stays": {"member", "day", "arrived_at", "left_at", "ending", "kind", "unit", "removed_by"},
            "goes": {"why"},
        }
        forget_row = "goes if erased"


class Mark(models.Model):
    """One tap, exactly once: the key is made by the device, so that sending it again changes nothing.

    Same key and same payload: the same answer. Same key and another payload: refused (409).
    """

    class Action(models.TextChoices):
        ARRIVE = "arrive"
        LEAVE = "leave"
        UNDO = "undo"

    key = models.UUIDField(unique=True)
    payload = models.CharField(max_length=64)  # digest of everything that was posted with the key
    action = models.CharField(max_length=6, choices=Action.choices)
    member = models.ForeignKey("members.Member", models.PROTECT, related_name="+")
    visit = models.ForeignKey(Visit, models.SET_NULL, null=True, related_name="marks")
    day = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField()
    undone = models.BooleanField(default=False)
    batch = models.UUIDField(null=True, db_index=True)  # marked together with others, and taken back with them
    tablet = models.ForeignKey("members.Tablet", models.PROTECT, null=True, related_name="+")

    is_repeat = False  # not stored: this key was there before, and the row is the answer of that time

    class Meta:
        indexes = [models.Index(fields=["member", "day"])]

    class Privacy:
        plain = {"key", "payload", "action", "noted_at", "undone", "batch", "tablet"}
        personal = {"member", "visit", "day", "at", "by"}
        sensitive: set[str] = set()
        forget = {"stays": {"member", "visit", "day", "at", "by"}, "goes": {"payload"}}
