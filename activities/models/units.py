"""Units: the work groups that are members' home bases."""

import datetime as dt
import re

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _


class Unit(models.Model):
    """The work group that is a member's home base. A member chooses it, and may have more than one."""

    class Icon(models.TextChoices):
        """Names of pictures in static/icons.svg."""

        HOUSE = "house", _("House")
        KITCHEN = "kitchen", _("Kitchen")
        DESK = "desk", _("Desk")
        BROOM = "broom", _("Broom")
        BRIEFCASE = "briefcase", _("Briefcase")
        PLANT = "plant", _("Plant")
        PHONE = "phone", _("Phone")
        MEMBERS = "members", _("People")
        HEART = "heart", _("Heart")
        STAR = "star", _("Star")

        @classmethod
        def suggested(cls, name: str) -> "Unit.Icon":
            """The picture that fits a unit of this name; the house where none does."""
            words = name.casefold()
            return next((icon for icon, parts in FITTING if any(part in words for part in parts)), cls.HOUSE)

    name = models.CharField(_("name"), max_length=60, unique=True)
    colour = models.PositiveSmallIntegerField(
        _("colour"), default=1, validators=[MinValueValidator(1), MaxValueValidator(8)]
    )  # number of a design token
    icon = models.CharField(_("picture"), max_length=12, choices=Icon.choices, default=Icon.HOUSE)
    description = models.CharField(
        _("what we do"), max_length=600, blank=True, help_text=_("A few sentences for somebody who is new.")
    )
    # House time, on open days; empty for none.
    morning_meeting_at = models.TimeField(_("morning meeting"), null=True, blank=True)
    afternoon_meeting_at = models.TimeField(_("afternoon meeting"), null=True, blank=True)
    members = models.ManyToManyField("members.Member", related_name="units", blank=True)
    staff = models.ManyToManyField("members.Staff", related_name="units", blank=True)

    class Meta:
        ordering = ["name"]

    class Privacy:
        plain = {"name", "colour", "icon", "description", "morning_meeting_at", "afternoon_meeting_at"}
        personal = {"members", "staff"}
        sensitive: set[str] = set()
        forget = "stays"

    def __str__(self) -> str:
        return self.name

    @property
    def about(self) -> str:
        """The first sentence of the description, for lists."""
        return re.split(r"(?<=[.!?。।؟])\s+", self.description.strip(), maxsplit=1)[0]

    @property
    def meetings(self) -> list[dt.time]:
        """When the unit meets on an open day, house time."""
        return sorted(filter(None, [self.morning_meeting_at, self.afternoon_meeting_at]))


# Parts of the names that houses give their units, for units that come with a spreadsheet.
FITTING: list[tuple[Unit.Icon, tuple[str, ...]]] = [
    (Unit.Icon.KITCHEN, ("kitchen", "culinary", "cook", "food", "café", "cafe", "snack")),
    (Unit.Icon.PLANT, ("garden", "plant", "green", "horticult", "farm")),
    (Unit.Icon.BRIEFCASE, ("employ", "career", "education", "job")),
    (Unit.Icon.PHONE, ("reception", "phone", "communication")),
    (Unit.Icon.DESK, ("clerical", "office", "business", "admin")),
    (Unit.Icon.BROOM, ("hospitality", "housekeep", "cleaning", "maintenance", "laundry")),
    (Unit.Icon.HEART, ("wellness", "health", "wellbeing")),
    (Unit.Icon.MEMBERS, ("member", "outreach", "reach-out", "orientation")),
]
