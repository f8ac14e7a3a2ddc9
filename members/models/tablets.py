import datetime as dt
import hashlib

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


def tablet_digest(secret: str) -> str:
    """What the database keeps of a pairing code and of a tablet's token."""
    return hashlib.sha256(secret.casefold().encode()).hexdigest()


class TabletQuerySet(models.QuerySet):
    def paired(self) -> "TabletQuerySet":
        return self.filter(revoked_at=None).exclude(token_digest="")

    def waiting(self, now: dt.datetime) -> "TabletQuerySet":
        """A pairing code was made and may still be typed in."""
        return self.filter(revoked_at=None, token_digest="", code_expires_at__gt=now)

    def for_token(self, token: str) -> "TabletQuerySet":
        return self.paired().filter(token_digest=tablet_digest(token))


class Tablet(models.Model):
    """A device that stands in the house, at the door or at reception; paired by a code that works once."""

    class Place(models.TextChoices):
        DOOR = "door", _("Door")
        RECEPTION = "reception", _("Reception")

    place = models.CharField(_("place"), max_length=9, choices=Place.choices)
    name = models.CharField(_("name"), max_length=60)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    code_digest = models.CharField(max_length=64, blank=True)  # gone once it was used
    code_expires_at = models.DateTimeField()
    token_digest = models.CharField(max_length=64, blank=True)  # the token itself is only on the device
    paired_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # Door only: somebody who looks people up and never taps makes the tablet pause until a colleague lets it go on.
    searches_without_tap = models.PositiveSmallIntegerField(default=0)
    paused_at = models.DateTimeField(null=True)

    objects = TabletQuerySet.as_manager()

    class Meta:
        ordering = ["place", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["code_digest"], condition=~models.Q(code_digest=""), name="one_tablet_per_code"
            ),
            models.UniqueConstraint(
                fields=["token_digest"], condition=~models.Q(token_digest=""), name="one_tablet_per_token"
            ),
        ]

    class Privacy:
        plain = {
            "place", "name", "made_at", "code_expires_at", "paired_at", "seen_at", "revoked_at",
            "searches_without_tap", "paused_at",
        }  # fmt: skip
        personal = {"made_by"}
        sensitive = {"code_digest", "token_digest"}
        forget = "stays"

    def __str__(self) -> str:
        return f"tablet {self.pk}"

    @property
    def is_paired(self) -> bool:
        return bool(self.token_digest) and self.revoked_at is None
