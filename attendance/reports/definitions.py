"""What every figure means: its name and its definition, in one place. Printed beside the figure on every skin.

The texts follow the handbook's definitions; whoever changes one raises DEFINITION_VERSION.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from django.utils.dates import WEEKDAYS as WEEKDAY_NAMES
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from attendance.models import GuestCount, ReachOut
from attendance.reports.shapes import MonthlyReport

DEFINITION_VERSION = "2"

# Names of the weekdays in files, whatever the language of the house.
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

DEFINITIONS = {
    "attendance.ada_wod": (
        _("Average daily attendance"),
        _(
            "Count the different members here on each open day. Add the days up and divide by the number of open days. "
            "Members only, each once a day. An open day with nobody counts; a closed day does not."
        ),
    ),
    "attendance.open_wod_days": (
        _("Open days"),
        _("Days on which the house's calendar says that the work-ordered day is open."),
    ),
    "attendance.member_days": (
        _("Member-days"),
        _("Each member counts once on each open day, also after leaving and coming back."),
    ),
    "attendance.distinct_members": (
        _("Members in the work-ordered day"),
        _("Different members who came to the work-ordered day at least once on an open day."),
    ),
    "attendance.minutes": (
        _("Minutes"),
        _(
            "Full minutes from time in to time out, added up. These are the visits on open days whose time out was "
            "written down."
        ),
    ),
    "attendance.median": (
        _("Median day"),
        _("Half of the open days had this many members or fewer, half this many or more."),
    ),
    "attendance.min": (_("Quietest day"), _("Members on the open day with the fewest.")),
    "attendance.max": (_("Fullest day"), _("Members on the open day with the most.")),
    "attendance.missing_sign_outs": (
        _("Times out not written down"),
        _("Visits on open days without a time out. They count for attendance and add no minutes."),
    ),
    "attendance.estimated_sign_outs": (
        _("Times out assumed"),
        _("Visits on open days whose time out is an estimate. They add no minutes until it is confirmed."),
    ),
    "attendance.estimated_minutes": (
        _("Minutes, estimated"),
        _("Full minutes of visits with an assumed time out; outside the minutes and the 15-minute units."),
    ),
    "attendance.by_weekday": (
        _("By weekday"),
        _("Count the different members on each open day of that weekday. Add up; divide by those days."),
    ),
    "attendance.by_unit": (
        _("By unit"),
        _(
            "Each member counts once in the unit on each open day. The average is over all open days. Somebody in "
            "two units counts in both, so units do not add up to the house. Visits without a unit are left out."
        ),
    ),
    "attendance.social": (
        _("Social programme"),
        _(
            "On evenings, at weekends and on holidays. Counted apart: days with a visit, member-days, and each member "
            "once."
        ),
    ),
    "attendance.virtual": (
        _("Virtual"),
        _("Taking part from afar. Counted apart: days with a visit, member-days, and each member once."),
    ),
    "attendance.offsite": (
        _("Off-site"),
        _("Together somewhere else. Counted apart: days with a visit, member-days, and each member once."),
    ),
    "attendance.distinct_served": (
        _("Members served"),
        _(
            "Members who came to work on an open day, or to the social programme, or took part from afar. "
            "Each counts once."
        ),
    ),
    "attendance.guests": (
        _("Guests"),
        _("People on a tour, visitors and students, as counted at reception. They are no part of attendance."),
    ),
    "attendance.visits_on_closed_days": (
        _("Visits on closed days"),
        _("Work-ordered day visits on days that the calendar calls closed. Kept, but in no figure of attendance."),
    ),
    "units_15.floor_per_day": (
        _("15-minute units, rounded down, per day"),
        _("A member's minutes of a day are added up; only full quarters of an hour count."),
    ),
    "units_15.eight_minute_per_day": (
        _("15-minute units, 8-minute rule, per day"),
        _("A member's minutes of a day are added up; a quarter of an hour counts from its eighth minute."),
    ),
    "units_15.up_to_per_day": (
        _("15-minute units, rounded up, per day"),
        _("A member's minutes of a day are added up; a started quarter of an hour counts."),
    ),
    "units_15.floor_per_visit": (
        _("15-minute units, rounded down, per visit"),
        _("Each visit by itself; only full quarters of an hour count."),
    ),
    "units_15.house_units": (
        _("15-minute units by the house's rule"),
        _("By the rule that stands in the settings of the house: %(rule)s."),
    ),
    "membership.roll": (
        _("On the roll"),
        _("All enrolled by %(until)s who have not withdrawn and have not died."),
    ),
    "membership.active_30": (
        _("Active in 30 days"),
        _(
            "Members who came or took part from afar at least once, from %(from_30)s to %(until)s. "
            "The social programme counts too."
        ),
    ),
    "membership.active_90": (
        _("Active in 90 days"),
        _(
            "Members who came or took part from afar at least once, from %(from_90)s to %(until)s. "
            "The social programme counts too."
        ),
    ),
    "membership.active_365": (
        _("Active in 365 days"),
        _(
            "Members who came or took part from afar at least once, from %(from_365)s to %(until)s. "
            "The social programme counts too."
        ),
    ),
    "membership.new": (_("New"), _("Members first enrolled in the month.")),
    "membership.returned": (
        _("Came back"),
        _(
            "Members whose first visit of the month came at least %(returned_after)s days after the one before. "
            "Those who are new are never in here."
        ),
    ),
    "reach_out.attempts": (
        _("Reach-outs"),
        _("Friendly contacts we tried: calls, messages, cards and visits."),
    ),
    "reach_out.replies": (_("Replies"), _("Reach-outs that were answered.")),
    "reach_out.distinct_members": (
        _("Members reached out to"),
        _("Different members we tried to be in touch with."),
    ),
    "reach_out.by_channel": (_("By channel"), _("Reach-outs by the way we tried.")),
    "reach_out.back_within_14_days": (
        _("Seen within 14 days"),
        _(
            "Members who came or took part from afar on one of the 14 days after a reach-out of the month. "
            "The social programme counts too. Each member counts once. Days that are not over do not count yet."
        ),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One figure, ready to be shown: `filter` says which part of it ("weekday=Monday"), empty for the whole."""

    key: str
    label: str
    value: int | Decimal | None
    definition: str
    filter: str = ""
    part: str = ""  # the filter for people: "Monday"


def label(key: str) -> str:
    return str(DEFINITIONS[key][0])


def definition(report: MonthlyReport, key: str) -> str:
    """The definition of `key`, with the dates and rules that this report used."""

    def day(before: int = 0) -> str:
        return date_format(report.until - dt.timedelta(days=before))

    return str(DEFINITIONS[key][1]) % {
        "until": day(),
        "from_30": day(29),
        "from_90": day(89),
        "from_365": day(364),
        "returned_after": report.membership.returned_after_days,
        "rule": RULES[report.units_15.house_rule],
    }


RULES = {
    "floor_per_day": _("rounded down, per day"),
    "eight_minute_per_day": _("8-minute rule, per day"),
    "up_to_per_day": _("rounded up, per day"),
    "floor_per_visit": _("rounded down, per visit"),
    "eight_minute_per_visit": _("8-minute rule, per visit"),
    "up_to_per_visit": _("rounded up, per visit"),
}


def figures(report: MonthlyReport) -> list[Figure]:
    """Every figure of the report with its definition, in the order of DEFINITIONS."""
    found: list[Figure] = []
    for key in DEFINITIONS:
        section, name = key.split(".")
        words = definition(report, key)
        for value, part_key, part in _parts(key, getattr(getattr(report, section), name)):
            found.append(Figure(key, label(key), value, words, part_key, part))
    return found


def _parts(key: str, value) -> Iterator[tuple[int | Decimal | None, str, str]]:
    """A figure that has parts gives each as (value, filter, its name)."""
    if key == "attendance.by_weekday":
        for name, average in value.items():
            yield average, f"weekday={name}", str(WEEKDAY_NAMES[WEEKDAYS.index(name)])
    elif key == "attendance.by_unit":
        for name, unit in value.items():
            yield unit.member_days, f"unit={name}; count=member_days", gettext("%(unit)s, member-days") % {"unit": name}
            yield unit.ada, f"unit={name}; count=ada", gettext("%(unit)s, average") % {"unit": name}
    elif key in ("attendance.social", "attendance.virtual", "attendance.offsite"):
        yield value.days, "count=days", gettext("days")
        yield value.member_days, "count=member_days", gettext("member-days")
        yield value.distinct_members, "count=distinct_members", gettext("members")
    elif key == "reach_out.by_channel":
        for name, count in value.items():
            yield count, f"channel={name}", str(ReachOut.Channel(name).label)
    else:
        yield value, "", ""


def guests_by_kind(report: MonthlyReport) -> list[tuple[str, int]]:
    return [(str(GuestCount.Kind(kind).label), count) for kind, count in report.attendance.guests_by_kind.items()]


def parts(report: MonthlyReport) -> dict[str, list[Figure]]:
    """The figures that have parts, by name: "by_weekday", "by_channel"."""
    found: dict[str, list[Figure]] = {}
    for figure in figures(report):
        if figure.filter:
            found.setdefault(figure.key.split(".")[1], []).append(figure)
    return found
