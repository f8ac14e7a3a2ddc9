"""Whom we were in touch with."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from activities.models import Unit


class ReachOutQuerySet(models.QuerySet):
    def made_in(self, unit: Unit) -> "ReachOutQuerySet":
        """Made by staff who work in `unit`, or by members whose home base it is."""
        return self.filter(Q(by__staff__units=unit) | Q(by__member__units=unit)).distinct()


class ReachOut(models.Model):
    """A friendly contact with a member, answered or not."""

    class Channel(models.TextChoices):
        PHONE = "phone", _("phone")
        TEXT = "text", _("text message")
        EMAIL = "email", _("e-mail")
        CARD = "card", _("card")
        VISIT = "visit", _("visit")

    member = models.ForeignKey("members.Member", models.PROTECT, related_name="reach_outs")
    at = models.DateTimeField()
    channel = models.CharField(max_length=5, choices=Channel.choices)
    replied = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    objects = ReachOutQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "at", "channel"], name="one_reach_out_per_moment")]
        indexes = [models.Index(fields=["at"])]

    class Privacy:
        plain: set[str] = set()
        personal = {"member", "at", "channel", "replied", "by"}
        sensitive: set[str] = set()
