"""What one member keeps for themselves: a calendar address, and a plate at lunch."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class CalendarFeed(models.Model):
    """The secret address at which a calendar program finds one member's days. A new address ends the old one."""

    member = models.OneToOneField("members.Member", models.CASCADE, related_name="calendar_feed")
    digest = models.CharField(max_length=64, unique=True)  # the address itself is shown once and kept nowhere
    neutral_titles = models.BooleanField(_("only “Busy” instead of what it is"), default=False)
    made_at = models.DateTimeField()

    class Privacy:
        plain = {"neutral_titles"}
        personal = {"member", "made_at"}
        sensitive = {"digest"}


class SavedLunch(models.Model):
    """ "Save me one": a plate kept at lunch. Taking it back removes the row."""

    day = models.DateField(db_index=True)
    member = models.ForeignKey("members.Member", models.CASCADE, related_name="saved_lunches")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "member"], name="one_saved_lunch_per_day_and_member")]

    class Privacy:
        plain = {"day"}
        personal = {"member", "at", "by"}
        sensitive: set[str] = set()
