"""In which hours of the clock on the wall a visit lay, as bits of one number: bit 8 is from 8 to 9."""

import datetime as dt
import math
import zoneinfo

HOUR, QUARTER = 3600, 900
FAR = dt.timedelta(days=2)
ALL_HOURS = (1 << 24) - 1


class Clock:
    """The house's clock. Most days have 24 hours of one length; the others, and long visits, are walked through."""

    def __init__(self, zone: zoneinfo.ZoneInfo) -> None:
        self.zone = zone
        self._day: dt.date | None = None
        self._midnight = 0
        self._is_plain = False

    def hours(self, day: dt.date, arrived: int, left: int | None) -> int:
        """Of a visit that began on `day`, in seconds since 1970. Without a time out it is the hour of arriving alone.

        A visit that ends on the hour was not there in the hour that begins then.
        """
        if day != self._day:
            self._turn_to(day)
        if self._is_plain:
            first = (arrived - self._midnight) // HOUR
            last = first if left is None else max(first, (left - self._midnight - 1) // HOUR)
            if first >= 0 and last < 24:
                return (2 << last) - (1 << first)
        return self._walk(arrived, arrived if left is None else left)

    def hours_of(self, day: dt.date, arrived_at: dt.datetime, left_at: dt.datetime | None) -> int:
        """The same from moments."""
        left = None if left_at is None else math.ceil(left_at.timestamp())
        return self.hours(day, int(arrived_at.timestamp()), left)

    def _turn_to(self, day: dt.date) -> None:
        midnight = dt.datetime.combine(day, dt.time(), tzinfo=self.zone)
        self._day, self._midnight = day, int(midnight.timestamp())
        self._is_plain = midnight.utcoffset() == (midnight + FAR).utcoffset()

    def _walk(self, arrived: int, left: int) -> int:
        """A quarter of an hour at a time: clocks differ from one another by whole quarters."""
        found = self._bit(arrived)
        for moment in range(arrived // QUARTER * QUARTER + QUARTER, left, QUARTER):
            found |= self._bit(moment)
            if found == ALL_HOURS:
                break
        return found

    def _bit(self, moment: int) -> int:
        return 1 << dt.datetime.fromtimestamp(moment, self.zone).hour
