"""Whom we were in touch with."""

import datetime as dt

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models import Unit


class ReachOutQuerySet(models.QuerySet):
    def made_in(self, unit: Unit) -> "ReachOutQuerySet":
        """Made by staff who work in `unit`, or by members whose home base it is."""
        return self.filter(Q(by__in=unit.staff.values("user")) | Q(by__in=unit.members.values("user")))


class ReachOut(models.Model):
    """A friendly contact with a member, answered or not."""

    class Channel(models.TextChoices):
        PHONE = "phone", _("phone")
        TEXT = "text", _("text message")
        EMAIL = "email", _("e-mail")
        CARD = "card", _("card")
        VISIT = "visit", _("visit")

    class Outcome(models.TextChoices):
        SPOKE = "spoke", _("We spoke")
        LEFT_MESSAGE = "left_message", _("Left a message")
        NO_ANSWER = "no_answer", _("Nobody answered")
        WILL_COME = "will_come", _("Will come by")
        QUIET = "quiet", _("Would like quiet")
        HOSPITAL = "hospital", _("In hospital: a visit is welcome")

    ANSWERED = {Outcome.SPOKE, Outcome.WILL_COME, Outcome.QUIET, Outcome.HOSPITAL}
    WRITTEN = {Channel.TEXT, Channel.EMAIL, Channel.CARD}
    # They heard from us: somebody answered, or a message waits for them. Whatever is written is a message.
    HEARD = Q(replied=True) | Q(outcome=Outcome.LEFT_MESSAGE) | Q(channel__in=WRITTEN)

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="reach_outs")
    at = models.DateTimeField()
    channel = models.CharField(max_length=5, choices=Channel.choices)
    replied = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    outcome = models.CharField(max_length=12, choices=Outcome.choices, blank=True)  # empty: from a spreadsheet
    topic = models.CharField(_("what we talked about"), max_length=80, blank=True)  # something friendly, for next time
    note = models.TextField(_("note"), max_length=500, blank=True)  # the member reads it on their page (must-never 5)
    key = models.UUIDField(null=True, unique=True)  # made by the browser: a second tap is the same reach-out

    objects = ReachOutQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "at", "channel"], name="one_reach_out_per_moment")]
        indexes = [models.Index(fields=["at"])]

    class Privacy:
        plain: set[str] = set()
        personal = {"member", "at", "channel", "replied", "by", "outcome", "key"}
        sensitive = {"topic", "note"}
        forget = {"stays": {"member", "at", "channel", "replied", "by"}, "goes": {"outcome", "key", "topic", "note"}}


class ReachOutClaim(models.Model):
    """A colleague said: I call today. So nobody is called twice."""

    member = models.ForeignKey("members.Member", models.CASCADE, related_name="reach_out_claims")
    day = models.DateField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "day"], name="one_claim_per_member_and_day")]

    class Privacy:
        plain = {"day", "at"}
        personal = {"member", "by"}
        sensitive: set[str] = set()
        forget = "goes"


class TimeAwayQuerySet(models.QuerySet):
    def on(self, day: dt.date) -> "TimeAwayQuerySet":
        """Begun, and not over on `day`: the last day counts."""
        return self.not_over(day).filter(from_on__lte=day)

    def not_over(self, day: dt.date) -> "TimeAwayQuerySet":
        """Those that run on `day` or are to come."""
        return self.filter(until_on__gte=day)


class TimeAway(models.Model):
    """A stretch at home or in hospital, said by the member or by staff, with an end: somebody to think of."""

    class Place(models.TextChoices):
        HOME = "home", _("Mostly at home")
        HOSPITAL = "hospital", _("In hospital")

    member = models.ForeignKey("members.Member", models.CASCADE, related_name="times_away")
    place = models.CharField(_("where"), max_length=8, choices=Place.choices)
    from_on = models.DateField(_("from"))
    until_on = models.DateField(_("until"))
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = TimeAwayQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(until_on__gte=models.F("from_on")), name="time_away_ends_after_it_began")
        ]

    class Privacy:
        plain = {"at"}
        personal = {"member", "by"}
        sensitive = {"place", "from_on", "until_on"}
        forget = "goes"
