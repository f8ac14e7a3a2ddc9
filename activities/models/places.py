"""What a task and an event share: a day, places, who took one, and who waits for one.

A concrete `Offer` has `places` (None: room for everybody), `begins_at(house)`, `when_and_where`, and the related
managers `sign_ups` (rows of a `TakenPlace`) and `waiting` (rows of a `WaitingPlace`), each at most once for one
`member`.
"""

import datetime as dt
from collections.abc import Callable, Iterator

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

EVENING, MORNING, NOON = dt.time(18), dt.time(9), dt.time(12)
QUARTERS = [dt.time(minutes // 60, minutes % 60) for minutes in range(0, 24 * 60, 15)]
TIME_TO_GET_READY = dt.timedelta(minutes=30)  # a reminder that comes later than this is no help
OFF = "off"


def nearest(
    house, day: dt.date, wished: dt.time, may_leave: Callable[[dt.datetime], bool], until: dt.datetime | None = None
) -> dt.datetime | None:
    """The quarter of an hour on `day` nearest to `wished` at which a message may leave; None when there is none."""
    at = house.at(day, wished)
    if may_leave(at) and (until is None or at <= until):
        return at
    quarters = (house.at(day, time) for time in QUARTERS)
    fitting = [each for each in quarters if (until is None or each <= until) and may_leave(each)]
    return min(fitting, key=lambda each: abs(each - at), default=None)


class Offer(models.Model):
    day = models.DateField(_("day"), db_index=True)
    called_off_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def is_called_off(self) -> bool:
        return self.called_off_at is not None

    def begins_at(self, house) -> dt.datetime:
        """The moment it begins, by the clock on the house's wall."""
        raise NotImplementedError

    @property
    def when_and_where(self) -> str:
        """When it begins and where, in three words of letters and digits."""
        raise NotImplementedError

    is_day_closed = False  # of a task, where somebody asked (`UnitTaskQuerySet.with_closed_days`)

    @property
    def counted_on(self) -> str:
        """What people on it count on, in few letters: "off", or when it begins and where. It changes with either."""
        return OFF if self.is_called_off or self.is_day_closed else self.when_and_where

    def reminder_due_at(
        self,
        house,
        now: dt.datetime,
        *,
        that_morning: bool = False,
        may_leave: Callable[[dt.datetime], bool] | None = None,
    ) -> dt.datetime | None:
        """When a reminder asked for at `now` leaves, None for never (handbook, Screens, Messages).

        The evening before at 18:00 house time; later than that, at 9:00 on the day for the afternoon. For who likes
        it `that_morning`: at 9:00, with half an hour to get ready; where that is too late, the evening before.
        `may_leave`: outside the quiet hours of the house and the person (default: of the house). Where they cover the
        time, it is the nearest quarter of an hour that day at which it may.
        """
        chances = self._chances(house, that_morning, may_leave or (lambda at: not house.is_quiet(at)))
        return next((at for at in chances if at is not None and now <= at), None)

    def _chances(self, house, that_morning: bool, may_leave: Callable[[dt.datetime], bool]) -> Iterator:
        begins_at = self.begins_at(house)

        def evening_before() -> dt.datetime | None:
            return nearest(house, self.day - dt.timedelta(days=1), EVENING, may_leave)

        def morning() -> dt.datetime | None:
            return nearest(house, self.day, MORNING, may_leave, until=begins_at - TIME_TO_GET_READY)

        if that_morning:
            yield morning()
            yield evening_before()
        else:
            yield (evening := evening_before())
            if evening is None or begins_at >= house.at(self.day, NOON):
                yield morning()


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
