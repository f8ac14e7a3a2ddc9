"""Numbers of a day, never a person."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class GuestCount(models.Model):
    """Guests of a day by kind: a number, never a person."""

    class Kind(models.TextChoices):
        TOUR = "tour", _("on a tour")
        VISITOR = "visitor", _("visitors")
        STUDENT = "student", _("students")

    day = models.DateField()
    kind = models.CharField(max_length=7, choices=Kind.choices)
    count = models.PositiveSmallIntegerField(validators=[MinValueValidator(0), MaxValueValidator(2000)])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "kind"], name="one_guest_count_per_day_and_kind")]

    class Privacy:
        plain = {"day", "kind", "count"}
        personal: set[str] = set()
        sensitive: set[str] = set()


class DayCount(models.Model):
    """What else of a day is a number. No row: nobody knows; a row with 0: there was none."""

    class Kind(models.TextChoices):
        STAFF = "staff", _("staff on duty")
        ENQUIRY = "enquiry", _("people who asked about joining")

    day = models.DateField()
    kind = models.CharField(max_length=7, choices=Kind.choices)
    count = models.PositiveSmallIntegerField(validators=[MinValueValidator(0), MaxValueValidator(2000)])

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "kind"], name="one_day_count_per_day_and_kind")]

    class Privacy:
        plain = {"day", "kind", "count"}
        personal: set[str] = set()
        sensitive: set[str] = set()
