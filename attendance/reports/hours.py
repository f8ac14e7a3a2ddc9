"""In which hours of the clock on the wall a visit lay, as bits of one number: bit 8 is from 8 to 9."""

import datetime as dt
import zoneinfo

HOUR, QUARTER = dt.timedelta(hours=1), dt.timedelta(minutes=15)
FAR = dt.timedelta(days=2)
ALL_HOURS = (1 << 24) - 1


class Clock:
    """The house's clock. Most days have 24 hours of one length; the others, and long visits, are walked through."""

    def __init__(self, zone: zoneinfo.ZoneInfo) -> None:
        self.zone = zone
        self._day: dt.date | None = None
        self._midnight = dt.datetime.min.replace(tzinfo=dt.UTC)
        self._is_plain = False

    def hours(self, day: dt.date, arrived_at: dt.datetime, left_at: dt.datetime | None) -> int:
        """Of a visit that began on `day`. Without a time out it is the hour of arriving alone.

        A visit that ends on the hour was not there in the hour that begins then.
        """
        if day != self._day:
            self._turn_to(day)
        if self._is_plain:
            first = (arrived_at - self._midnight) // HOUR
            last = first if left_at is None else max(first, -((self._midnight - left_at) // HOUR) - 1)
            if first >= 0 and last < 24:
                return (2 << last) - (1 << first)
        return self._walk(arrived_at, left_at)

    def _turn_to(self, day: dt.date) -> None:
        midnight = dt.datetime.combine(day, dt.time(), tzinfo=self.zone)
        later = midnight + FAR
        self._day, self._midnight = day, midnight.astimezone(dt.UTC)
        self._is_plain = midnight.utcoffset() == later.utcoffset()

    def _walk(self, arrived_at: dt.datetime, left_at: dt.datetime | None) -> int:
        """A quarter of an hour at a time: clocks differ from one another by whole quarters."""
        moment = arrived_at.astimezone(dt.UTC)
        found = 1 << moment.astimezone(self.zone).hour
        moment = moment.replace(minute=moment.minute // 15 * 15, second=0, microsecond=0) + QUARTER
        while left_at is not None and moment < left_at and found != ALL_HOURS:
            found |= 1 << moment.astimezone(self.zone).hour
            moment += QUARTER
        return found
