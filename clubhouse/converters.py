"""Days, weeks and months in URLs: 2026-10-05, 2026-W41, 2026-10. What the calendar does not know is no URL (404)."""

import datetime as dt
from dataclasses import dataclass


class DayConverter:
    regex = r"\d{4}-\d{2}-\d{2}"

    def to_python(self, value: str) -> dt.date:
        day = dt.date.fromisoformat(value)
        if not 1900 <= day.year <= 2199:  # room for date arithmetic on both sides
            raise ValueError(value)
        return day

    def to_url(self, value: dt.date) -> str:
        return value.isoformat()


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month. `str(month)` is "2026-10"."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Raises ValueError unless `text` is a month like "2026-10"."""
        first = dt.date.fromisoformat(f"{text}-01")
        if not 1900 <= first.year <= 2199:
            raise ValueError(text)
        return cls.of(first)

    @classmethod
    def of(cls, day: dt.date) -> "Month":
        return cls(day.year, day.month)

    @property
    def first(self) -> dt.date:
        return dt.date(self.year, self.number, 1)

    @property
    def last(self) -> dt.date:
        return self.next.first - dt.timedelta(days=1)

    @property
    def next(self) -> "Month":
        return Month(self.year + self.number // 12, self.number % 12 + 1)

    @property
    def previous(self) -> "Month":
        return Month.of(self.first - dt.timedelta(days=1))

    def __str__(self) -> str:
        return f"{self.year:04}-{self.number:02}"


class MonthConverter:
    regex = r"\d{4}-\d{2}"
    to_python = staticmethod(Month.parse)
    to_url = staticmethod(str)


@dataclass(frozen=True, order=True)
class IsoWeek:
    """Monday to Sunday, numbered as the ISO calendar does: some years have a 53rd. `str(week)` is "2026-W46"."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "IsoWeek":
        """Raises ValueError unless `text` is a week like "2026-W46"."""
        year, number = (int(part) for part in text.split("-W"))
        week = cls.of(dt.date.fromisocalendar(year, number, 1))
        if not 1900 <= year <= 2199 or str(week) != text:
            raise ValueError(text)
        return week

    @classmethod
    def of(cls, day: dt.date) -> "IsoWeek":
        year, number, _weekday = day.isocalendar()
        return cls(year, number)

    @property
    def first(self) -> dt.date:
        return dt.date.fromisocalendar(self.year, self.number, 1)

    @property
    def last(self) -> dt.date:
        return dt.date.fromisocalendar(self.year, self.number, 7)

    @property
    def days(self) -> list[dt.date]:
        return [self.first + dt.timedelta(days=offset) for offset in range(7)]

    @property
    def next(self) -> "IsoWeek":
        return self.of(self.first + dt.timedelta(days=7))

    @property
    def previous(self) -> "IsoWeek":
        return self.of(self.first - dt.timedelta(days=7))

    def __str__(self) -> str:
        return f"{self.year:04}-W{self.number:02}"


class IsoWeekConverter:
    regex = r"\d{4}-W\d{2}"
    to_python = staticmethod(IsoWeek.parse)
    to_url = staticmethod(str)
