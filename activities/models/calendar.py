"""The calendar of the house: its usual week, and the days that differ from it."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


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
