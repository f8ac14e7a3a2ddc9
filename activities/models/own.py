"""What one member keeps for themselves: a calendar address, and a plate at lunch."""

import datetime as dt
import hashlib

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from members.models import Member


def feed_digest(token: str) -> str:
    """What the database keeps of a calendar address."""
    return hashlib.sha256(token.encode()).hexdigest()


class CalendarFeedQuerySet(models.QuerySet):
    def for_token(self, token: str) -> "CalendarFeedQuerySet":
        return self.filter(digest=feed_digest(token))

    def answering(self, today: dt.date) -> "CalendarFeedQuerySet":
        """Of members on the roll whose sign-in is switched on. Sample accounts have theirs in a sample house only."""
        feeds = self.filter(member__in=Member.objects.on_roll(today), member__user__is_active=True)
        return feeds if settings.DEMO else feeds.exclude(member__user__is_sample=True)


class CalendarFeed(models.Model):
    """The secret address at which a calendar program finds one member's days. A new address ends the old one."""

    member = models.OneToOneField("members.Member", models.CASCADE, related_name="calendar_feed")
    digest = models.CharField(max_length=64, unique=True)  # the address itself is shown once and kept nowhere
    neutral_titles = models.BooleanField(_("only “Busy” instead of what it is"), default=False)
    made_at = models.DateTimeField()

    objects = CalendarFeedQuerySet.as_manager()

    class Privacy:
        plain = {"neutral_titles"}
        personal = {"member", "made_at"}
        sensitive = {"digest"}
        forget = "goes"


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
        forget = "goes"
