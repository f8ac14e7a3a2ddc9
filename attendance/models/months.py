"""Months that were closed, what the house meeting decided about figures, and files that are being made."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clubhouse.converters import Month
from clubhouse.spans import Span

KEPT_FOR = dt.timedelta(days=1)  # a file that was made


class MonthClosingQuerySet(models.QuerySet):
    def standing(self) -> "MonthClosingQuerySet":
        """Without those that were opened again."""
        return self.filter(reopened_at=None)

    def holds(self, day: dt.date) -> bool:
        """Whether the month of `day` is closed."""
        return self.standing().filter(first_on=day.replace(day=1)).exists()


class MonthClosing(models.Model):
    """A month as it was when somebody closed it. Corrections stay possible and show as "revised" beside it."""

    first_on = models.DateField(_("month"))  # its first day
    report = models.TextField()  # the report's JSON file, byte for byte
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    reopened_at = models.DateTimeField(null=True)
    reopened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    why = models.CharField(_("why it is opened again"), max_length=300, blank=True)

    objects = MonthClosingQuerySet.as_manager()

    class Meta:
        ordering = ["first_on", "closed_at"]
        constraints = [
            models.UniqueConstraint(fields=["first_on"], condition=Q(reopened_at=None), name="a_month_is_closed_once"),
            models.CheckConstraint(
                condition=Q(reopened_at=None) | ~Q(why=""), name="a_month_is_opened_again_for_a_reason"
            ),
        ]

    class Privacy:
        plain = {"first_on", "report", "closed_at", "reopened_at"}
        personal = {"closed_by", "reopened_by"}
        sensitive = {"why"}
        forget = "stays"

    def __str__(self) -> str:
        return f"closing of {self.month}"

    @property
    def month(self) -> Month:
        return Month.of(self.first_on)


class HouseDecisionQuerySet(models.QuerySet):
    def in_force(self, day: dt.date) -> "HouseDecisionQuerySet":
        """Decided by `day`, not taken back, and not run out."""
        return self.filter(decided_on__lte=day, taken_back_at=None).filter(Q(until_on=None) | Q(until_on__gte=day))


class HouseDecision(models.Model):
    """What a house meeting decided about the house's own figures, in its own words."""

    class About(models.TextChoices):
        RESEARCH = "research", _("figures for research, without names")

    about = models.CharField(_("about"), max_length=12, choices=About.choices, default=About.RESEARCH)
    decided_on = models.DateField(_("day of the house meeting"))
    words = models.CharField(_("what the meeting decided"), max_length=600)
    until_on = models.DateField(_("it holds until"), null=True, blank=True)
    recorded_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    taken_back_at = models.DateTimeField(null=True)

    objects = HouseDecisionQuerySet.as_manager()

    class Meta:
        ordering = ["-decided_on", "-pk"]

    class Privacy:
        plain = {"about", "decided_on", "until_on", "recorded_at", "taken_back_at"}
        personal = {"recorded_by"}
        sensitive = {"words"}
        forget = "stays"

    def __str__(self) -> str:
        return f"decision {self.pk}"


class ReportFileQuerySet(models.QuerySet):
    def visible_to(self, user) -> "ReportFileQuerySet":
        """Its owner's only."""
        return self.filter(owner=user) if user.is_authenticated and user.is_active else self.none()

    def in_the_making(self) -> "ReportFileQuerySet":
        return self.filter(state__in=[ReportFile.State.WAITING, ReportFile.State.WORKING])

    def ready(self, now: dt.datetime) -> "ReportFileQuerySet":
        """Whole, and not a day old."""
        return self.filter(state=ReportFile.State.READY, ready_at__gt=now - KEPT_FOR)

    def over(self, now: dt.datetime) -> "ReportFileQuerySet":
        """What was ready, or did not work out, a day ago."""
        State = ReportFile.State
        before = now - KEPT_FOR
        return self.filter(Q(state=State.READY, ready_at__lte=before) | Q(state=State.FAILED, asked_at__lte=before))

    def not_over(self, now: dt.datetime) -> "ReportFileQuerySet":
        return self.exclude(pk__in=self.over(now).values("pk"))

    def claimable(self, now: dt.datetime) -> "ReportFileQuerySet":
        """Waiting, or left by a worker that died."""
        return self.filter(
            Q(state=ReportFile.State.WAITING) | Q(state=ReportFile.State.WORKING, claimed_until__lte=now)
        )


class ReportFile(models.Model):
    """A file that takes long to make: asked for by its owner, made by the worker, kept for them for a day."""

    class What(models.TextChoices):
        REPORT = "report", _("report")
        REPORT_WITH_NAMES = "report_names", _("report, with names")
        ROSTER = "roster", _("attendance roster")
        BREAKDOWN = "breakdown", _("figures by group")
        RESEARCH = "research", _("figures for research")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        WORKING = "working", _("being made")
        READY = "ready", _("ready")
        FAILED = "failed", _("did not work out")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="report_files")
    what = models.CharField(max_length=12, choices=What.choices)
    format = models.CharField(max_length=4)
    first_on = models.DateField()
    last_on = models.DateField()
    options = models.JSONField(default=dict)  # what this kind of file needs to know besides; no names
    why = models.CharField(_("what it is for"), max_length=300, blank=True)
    asked_at = models.DateTimeField()
    state = models.CharField(max_length=7, choices=State.choices, default=State.WAITING)
    claimed_until = models.DateTimeField(null=True)  # a worker that died leaves it to the next one after this
    attempts = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)  # rows so far
    total = models.PositiveIntegerField(default=0)  # rows there will be
    ready_at = models.DateTimeField(null=True)
    stored_as = models.CharField(max_length=40, blank=True)  # a random name in the folder of report files

    objects = ReportFileQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["state", "asked_at"])]
        constraints = [
            models.CheckConstraint(condition=Q(first_on__lte=F("last_on")), name="a_file_ends_after_it_begins")
        ]

    class Privacy:
        plain = {
            "what", "format", "first_on", "last_on", "options", "asked_at", "state", "claimed_until", "attempts",
            "done", "total", "ready_at", "stored_as",
        }  # fmt: skip
        personal = {"owner"}
        sensitive = {"why"}
        whose = ("owner__member",)
        forget = "goes"

    def __str__(self) -> str:
        return f"report file {self.pk}"

    @property
    def is_in_the_making(self) -> bool:
        return self.state in (self.State.WAITING, self.State.WORKING)

    @property
    def gone_at(self) -> dt.datetime | None:
        """When it is deleted; None while it is not ready."""
        return self.ready_at + KEPT_FOR if self.ready_at else None

    @property
    def span(self) -> Span:
        return Span(self.first_on, self.last_on)
