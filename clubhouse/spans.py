"""A stretch of whole days: a month, a quarter, a year, or whatever was asked for."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clubhouse.converters import Month


@dataclass(frozen=True, order=True)
class Span:
    """From `first` to `last`, both included. `str(span)` is "2026-10" for a month, else "2026-07-01_2026-09-30"."""

    first: dt.date
    last: dt.date

    @classmethod
    def of(cls, first: Month, last: Month | None = None) -> Span:
        """A month, or from the first of one month to the last day of another."""
        return cls(first.first, (last or first).last)

    @classmethod
    def parse(cls, text: str) -> Span:
        """Raises ValueError unless `text` is what `str(span)` gives."""
        if "_" not in text:
            return cls.of(Month.parse(text))
        first, last = (dt.date.fromisoformat(part) for part in text.split("_", 1))
        span = cls(first, last)
        if not 1900 <= first.year <= last.year <= 2199 or first > last or str(span) != text:
            raise ValueError(text)
        return span

    @classmethod
    def year_to(cls, last: Month, starts_in: int) -> Span:
        """From the start of the year that holds `last` to its end; the year begins in month number `starts_in`."""
        year = last.year - (last.number < starts_in)
        return cls.of(Month(year, starts_in), last)

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    @property
    def is_whole_months(self) -> bool:
        return self.first.day == 1 and (self.last + dt.timedelta(days=1)).day == 1

    @property
    def month(self) -> Month | None:
        """The month that this is, None for anything else."""
        month = Month.of(self.first)
        return month if (self.first, self.last) == (month.first, month.last) else None

    @property
    def months(self) -> list[Month]:
        """Every month that it touches, the first one first."""
        found = [Month.of(self.first)]
        while found[-1] < Month.of(self.last):
            found.append(found[-1].next)
        return found

    @property
    def is_for_outside(self) -> bool:
        """Whether files for people outside the house exist: a month, a quarter of the calendar, whole years."""
        if not self.is_whole_months:
            return False
        months = len(self.months)
        return months == 1 or (months == 3 and self.first.month % 3 == 1) or months % 12 == 0

    @property
    def words(self) -> str:
        """As people say it: "October 2026", "July to September 2026", "2026", or with days."""
        if self.month:
            return date_format(self.first, "YEAR_MONTH_FORMAT")
        if (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31):
            first, last = str(self.first.year), str(self.last.year)
            return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}
        if self.first == self.last:
            return date_format(self.first)
        same_year = self.first.year == self.last.year
        if self.is_whole_months:
            first = date_format(self.first, "F" if same_year else "YEAR_MONTH_FORMAT")
            last = date_format(self.last, "YEAR_MONTH_FORMAT")
        else:
            first, last = date_format(self.first), date_format(self.last)
        return _("%(first)s to %(last)s") % {"first": first, "last": last}

    def __str__(self) -> str:
        return str(self.month) if self.month else f"{self.first}_{self.last}"


class SpanConverter:
    """In URLs: 2026-10, or 2026-07-01_2026-09-30. A whole month has one address only."""

    regex = r"\d{4}-\d{2}(?:-\d{2}_\d{4}-\d{2}-\d{2})?"
    to_python = staticmethod(Span.parse)
    to_url = staticmethod(str)
