"""What a task and an event share: a day, places, who took one, and who waits for one.

A concrete `Offer` has `places` (None: room for everybody), `begins_at(house)`, and the related managers `sign_ups`
(rows of a `TakenPlace`) and `waiting` (rows of a `WaitingPlace`), each at most once for one `member`.
"""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Offer(models.Model):
    day = models.DateField(_("day"), db_index=True)
    called_off_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_called_off(self) -> bool:
        return self.called_off_at is not None


class TakenPlaceQuerySet(models.QuerySet):
    def came_free(self) -> "TakenPlaceQuerySet":
        """Places of people who had waited for one."""
        return self.exclude(moved_up_at=None)


class TakenPlace(models.Model):
    """`by` is the member's own login, or the colleague who put the name up at the member's word."""

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    moved_up_at = models.DateTimeField(null=True, editable=False)  # when a place came free for somebody who waited

    is_new = False  # set by the action on a row that it just made

    class Meta:
        abstract = True


class WaitingPlace(models.Model):
    """First come, first up: rows are made under the lock of their offer, so `pk` is the order of the commits."""

    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    is_new = False

    class Meta:
        abstract = True
