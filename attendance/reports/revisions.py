"""A closed month beside the month as it stands now: which figures say something else, and why."""

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils import timezone

from attendance.models import MonthClosing
from attendance.reports.causes import Cause, causes, who
from attendance.reports.definitions import DEFINITION_VERSION, label
from attendance.reports.figures import Figure, figures
from attendance.reports.reading import read_report
from attendance.reports.shapes import Headline, Report
from clubhouse.converters import Month
from members.models import AuditRecord, User

# Figures that look at days after the month: they may grow for so long without anybody having changed anything.
GROWS_FOR = {"reach_out.back_within_14_days": dt.timedelta(days=14)}


@dataclass(frozen=True)
class Changed:
    """A figure that was one thing when the month was closed and is another now; None for a part that is not there."""

    key: str
    filter: str
    label: str
    part: str
    was: int | Decimal | None
    now: int | Decimal | None


@dataclass(frozen=True)
class Closing:
    """One time that the month was closed. Names and reasons are empty for those who may not read them."""

    closed_at: dt.datetime
    closed_by: str
    reopened_at: dt.datetime | None = None
    reopened_by: str = ""
    why: str = ""


@dataclass(frozen=True)
class MonthState:
    """What the page of a month says about its closing. `standing` is None while the month is open."""

    month: Month
    may_be_closed: bool
    standing: Closing | None = None
    earlier: tuple[Closing, ...] = ()
    changed: tuple[Changed, ...] = ()
    growing: tuple[Changed, ...] = ()
    newer: tuple[str, ...] = ()  # names of figures that were not counted then
    in_every_format: bool = True
    causes: list[Cause] = field(default_factory=list)
    more_causes: bool = False

    @property
    def changed_wholes(self) -> list[Changed]:
        return [figure for figure in self.changed if not figure.part]

    @property
    def changed_parts(self) -> list[Changed]:
        return [figure for figure in self.changed if figure.part]


def month_state(report: Report, month: Month, user: User, begin: Month | None) -> MonthState:
    """One query; nine more while a closed month is revised. `begin`: the first month of the book."""
    names = user.has_perm("attendance.see_visits_behind")
    closings = list(
        MonthClosing.objects.filter(first_on=month.first).select_related(
            "closed_by__member", "closed_by__staff", "reopened_by__member", "reopened_by__staff"
        )
    )
    earlier = tuple(_closing(closing, user, names) for closing in closings if closing.reopened_at)
    kept = next((closing for closing in closings if not closing.reopened_at), None)
    if kept is None:
        return MonthState(month, not report.running and begin is not None and begin <= month, earlier=earlier)
    different, newer = compare(kept.report, report)
    still = {key for key, days in GROWS_FOR.items() if _closed_on(kept) <= month.last + days}
    changed = tuple(change for key, change in different if key not in still)
    own = AuditRecord.objects.filter(verb="attendance.close_month", subject=f"{kept._meta.label_lower} {kept.pk}")
    since = own.first()
    why, more = causes(since, report.first, report.until, names=names) if changed and since else ([], False)
    return MonthState(
        month,
        False,
        _closing(kept, user, names),
        earlier,
        changed,
        tuple(change for key, change in different if key in still),
        newer,
        same_words(kept.report),
        why,
        more,
    )


def compare(kept: str, report: Report) -> tuple[list[tuple[str, Changed]], tuple[str, ...]]:
    """The figures that differ from those of the `kept` JSON, by key; and the names of those it does not know."""
    stored = json.loads(kept)
    newer = [key for key in dict.fromkeys(figure.key for figure in figures(report)) if not _knows(stored, key)]
    was, now = (
        {(figure.key, figure.filter): figure for figure in figures(of) if figure.key not in newer}
        for of in (read_report(json.dumps(_filled(stored, report))), report)
    )
    different = [
        (key, Changed(key, part, *_words(was.get((key, part)) or now[key, part]), *_values(was, now, (key, part))))
        for key, part in dict.fromkeys([*now, *was])
        if len(set(_values(was, now, (key, part)))) > 1
    ]
    return different, tuple(label(key) for key in newer)


def same_words(kept: str) -> bool:
    """Whether a `kept` report can be dressed today: with other definitions beside it, it would say something else."""
    return json.loads(kept)["definition_version"] == DEFINITION_VERSION


def closed_months(lines: Iterable[Headline]) -> dict[Month, bool]:
    """Those of `lines` whose month is closed; True where the line says something else than when it was closed."""
    told = {line.month.first: line for line in lines}
    kept = MonthClosing.objects.standing().filter(first_on__in=told).values_list("first_on", "report")
    return {Month.of(first): _line(json.loads(report)) != _told(told[first]) for first, report in kept}


def _knows(stored: dict, key: str) -> bool:
    section, name = key.split(".")
    return section in stored and (not isinstance(stored[section], dict) or name in stored[section])


def _filled(stored: dict, report: Report) -> dict:
    """`stored` in today's shape: what it does not know is as it is now, and left out of the comparison."""
    plain = json.loads(json.dumps(report.as_dict(), default=str))
    sections = {name: plain[name] | stored[name] for name in plain if isinstance(stored.get(name), dict)}
    return plain | stored | sections


def _values(was: dict, now: dict, which: tuple[str, str]) -> tuple:
    return tuple(figures[which].value if which in figures else None for figures in (was, now))


def _words(figure: Figure) -> tuple[str, str]:
    return figure.label, figure.part


def _line(stored: dict) -> tuple:
    attendance = stored["attendance"]
    ada = attendance["ada_wod"]
    return attendance["open_wod_days"], attendance["member_days"], None if ada is None else Decimal(str(ada))


def _told(line: Headline) -> tuple:
    return line.open_wod_days, line.member_days, line.ada_wod


def _closed_on(closing: MonthClosing) -> dt.date:
    return timezone.localdate(closing.closed_at)


def _closing(closing: MonthClosing, user: User, names: bool) -> Closing:
    return Closing(
        closing.closed_at,
        who(closing.closed_by, names=names or closing.closed_by == user),
        closing.reopened_at,
        who(closing.reopened_by, names=names or closing.reopened_by == user),
        closing.why if names or closing.reopened_by == user else "",
    )
