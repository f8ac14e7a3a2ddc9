"""Rules by which work and events come again, written as RFC 5545 says ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU")."""

import datetime as dt
from collections.abc import Collection

from dateutil.rrule import FR, MO, SA, SU, TH, TU, WE, rrulestr
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

WEEKDAYS = (MO, TU, WE, TH, FR, SA, SU)
LAST = -1  # of a month
NTH_WORDS = {
    1: gettext_lazy("on the first %(weekday)s of the month"),
    2: gettext_lazy("on the second %(weekday)s of the month"),
    3: gettext_lazy("on the third %(weekday)s of the month"),
    4: gettext_lazy("on the fourth %(weekday)s of the month"),
    LAST: gettext_lazy("on the last %(weekday)s of the month"),
}


def weekly(weekdays: Collection[int], *, every: int = 1) -> str:
    """On `weekdays` (0 = Monday) of every `every`th week, counted from the week of the first day."""
    interval = f"INTERVAL={every};" if every > 1 else ""
    return f"FREQ=WEEKLY;{interval}BYDAY={','.join(str(WEEKDAYS[number]) for number in sorted(set(weekdays)))}"


def monthly(weekday: int, *, nth: int) -> str:
    """On the `nth` (1 to 4, or LAST) `weekday` (0 = Monday) of every month."""
    return f"FREQ=MONTHLY;BYDAY={nth}{WEEKDAYS[weekday]}"


def words_of(rule: str) -> str:
    """ "every second week on Tuesday", "on the first Monday of the month": a rule of this program, in words."""
    named = rule.partition("BYDAY=")[2].split(",")
    weekdays = [number for number, weekday in enumerate(WEEKDAYS) if str(weekday) in {name[-2:] for name in named}]
    if rule.startswith("FREQ=MONTHLY"):
        return NTH_WORDS[int(named[0][:-2])] % {"weekday": WEEKDAY_NAMES[weekdays[0]]}
    if "INTERVAL=2" in rule:
        return _("every second week %(on_days)s") % {"on_days": _days_in_words(weekdays)}
    if len(weekdays) == len(WEEKDAYS):
        return _("every day")
    return _("every week %(on_days)s") % {"on_days": _days_in_words(weekdays)}


def _days_in_words(weekdays: list[int]) -> str:
    """ "on Monday", "on Monday and Friday", "from Monday to Friday"."""
    names = [str(WEEKDAY_NAMES[number]) for number in weekdays]
    if len(weekdays) > 2 and weekdays[-1] - weekdays[0] == len(weekdays) - 1:
        return _("from %(first)s to %(last)s") % {"first": names[0], "last": names[-1]}
    return _("on %(days)s") % {"days": get_text_list(names, _("and"))}


def validate_rule(rule: str) -> None:
    """Raises ValidationError unless `rule` is a rule of days that this program makes."""
    try:
        rrulestr(rule, dtstart=dt.datetime.combine(dt.date(2026, 1, 1), dt.time()))
    except ValueError as error:
        raise ValidationError(_("This is not a rule for days.")) from error


def days_of(rule: str, starts_on: dt.date, first: dt.date, last: dt.date) -> list[dt.date]:
    """The days from `first` to `last`, both included, on which `rule` falls; none before `starts_on`."""
    midnight = dt.time()
    days = rrulestr(rule, dtstart=dt.datetime.combine(starts_on, midnight))
    found = days.between(dt.datetime.combine(first, midnight), dt.datetime.combine(last, midnight), inc=True)
    return [moment.date() for moment in found]


class RepeatingQuerySet(models.QuerySet):
    def running(self, first: dt.date, last: dt.date) -> "RepeatingQuerySet":
        """Those that may fall on a day from `first` to `last`."""
        return self.filter(starts_on__lte=last).filter(Q(ends_on=None) | Q(ends_on__gte=first))


class Repeating(models.Model):
    """Comes again by a rule, from `starts_on` until `ends_on` (None: on and on)."""

    rule = models.CharField(max_length=80, validators=[validate_rule])
    starts_on = models.DateField(gettext_lazy("from"))
    ends_on = models.DateField(gettext_lazy("last day"), null=True, blank=True)

    objects = RepeatingQuerySet.as_manager()

    class Meta:
        abstract = True

    def days(self, first: dt.date, last: dt.date) -> list[dt.date]:
        """The days from `first` to `last`, both included, on which this falls, closed days or not."""
        last = min(last, self.ends_on) if self.ends_on else last
        return days_of(self.rule, self.starts_on, first, last)

    def falls_on(self, day: dt.date) -> bool:
        return self.days(day, day) == [day]

    @property
    def words(self) -> str:
        """When it comes again, to stand alone or inside a sentence: "every second week on Tuesday"."""
        return words_of(self.rule)
