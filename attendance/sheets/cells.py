"""Cells of a spreadsheet: text in, value out, or BadCell with what is wrong in plain words."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from clubhouse.clock import NoSuchTime, moment

YEARS = range(1900, 2200)  # room for date arithmetic on both sides


class BadCell(ValueError):
    """What is wrong with one cell: a sentence without the place, which the reader of the sheet adds."""


Cell = Callable[[str, str], Any]


def _nothing(name: str, needed: bool) -> None:
    if needed:
        raise BadCell(_("%(column)s is empty") % {"column": name})


def words(longest: int | None, *, needed: bool = False) -> Cell:
    def read(name: str, text: str) -> str:
        if not text:
            _nothing(name, needed)
        if longest and len(text) > longest:
            raise BadCell(_("%(column)s is longer than %(most)d letters") % {"column": name, "most": longest})
        return text

    return read


def one_of(*allowed: str) -> Cell:
    def read(name: str, text: str) -> str:
        if text.lower() not in allowed:
            raise BadCell(
                _("%(column)s is “%(value)s”; it can be %(allowed)s")
                % {"column": name, "value": short(text), "allowed": ", ".join(allowed)}
            )
        return text.lower()

    return read


def a_date(*, needed: bool = False) -> Cell:
    def read(name: str, text: str) -> dt.date | None:
        if not text:
            _nothing(name, needed)
            return None
        return as_date(name, text)

    return read


def as_date(name: str, text: str) -> dt.date:
    try:
        if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            raise ValueError
        day = dt.date.fromisoformat(text)
        if day.year not in YEARS:
            raise ValueError
    except ValueError:
        raise BadCell(
            _("%(column)s “%(value)s” is not a date like 2026-10-05") % {"column": name, "value": short(text)}
        ) from None
    return day


def a_time(*, needed: bool = False) -> Cell:
    def read(name: str, text: str) -> dt.time | None:
        if not text:
            _nothing(name, needed)
            return None
        return as_time(name, text)

    return read


def as_time(name: str, text: str) -> dt.time:
    match = re.fullmatch(r"([0-9]{1,2}):([0-9]{2})", text)
    try:
        if not match:
            raise ValueError
        return dt.time(int(match[1]), int(match[2]))
    except ValueError:
        raise BadCell(
            _("%(column)s “%(value)s” is not a time between 00:00 and 23:59") % {"column": name, "value": short(text)}
        ) from None


def a_number(most: int) -> Cell:
    def read(name: str, text: str) -> int:
        if not re.fullmatch(r"[0-9]{1,9}", text):
            raise BadCell(_("%(column)s “%(value)s” is not a number") % {"column": name, "value": short(text)})
        if int(text) > most:
            raise BadCell(_("%(column)s is more than %(most)d") % {"column": name, "most": most})
        return int(text)

    return read


def an_address(longest: int | None) -> Cell:
    def read(name: str, text: str) -> str:
        words(longest)(name, text)
        try:
            if text:
                validate_email(text)
        except ValidationError:
            raise BadCell(
                _("%(column)s “%(value)s” is not an e-mail address") % {"column": name, "value": short(text)}
            ) from None
        return text

    return read


def names(longest: int | None) -> Cell:
    def read(name: str, text: str) -> tuple[str, ...]:
        found = dict.fromkeys(part.strip() for part in text.split(";") if part.strip())
        return tuple(words(longest)(name, part) for part in found)

    return read


def short(text: str) -> str:
    return text if len(text) <= 40 else f"{text[:40]}…"


def at(column: str, day: dt.date, time: dt.time, zone: ZoneInfo) -> dt.datetime:
    try:
        return moment(day, time, zone)
    except NoSuchTime:
        raise BadCell(
            _("%(column)s %(time)s does not exist on %(day)s: the clock went forward")
            % {"column": column, "time": f"{time:%H:%M}", "day": day}
        ) from None


def a_day_and_time(name: str, text: str) -> tuple[dt.date, dt.time]:
    """`2026-10-05 09:30`."""
    day, _space, time = text.partition(" ")
    if not time:
        raise BadCell(
            _("%(column)s “%(value)s” is not a day and time like 2026-10-05 09:30")
            % {"column": name, "value": short(text)}
        )
    return as_date(name, day), as_time(name, time.strip())
