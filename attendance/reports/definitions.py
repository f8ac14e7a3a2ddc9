"""What every figure means: its name and its definition, in one place. Printed beside the figure on every skin.

The texts follow the handbook's definitions; whoever changes one raises DEFINITION_VERSION.
"""

import datetime as dt

from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from attendance.reports.shapes import Report, Stretch
from clubhouse.spans import Span

DEFINITION_VERSION = "3"

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
    "attendance.hours": (_("Hours"), _("The minutes above, in hours.")),
    "attendance.minutes_per_visit": (
        _("Minutes of a visit"),
        _("The minutes, divided by the visits on open days whose time out was written down."),
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
    "attendance.by_day": (_("Day by day"), _("Members here on each open day, each once.")),
    "attendance.by_weekday": (
        _("By weekday"),
        _("Count the different members on each open day of that weekday. Add up; divide by those days."),
    ),
    "attendance.by_hour": (
        _("Hour by hour"),
        _(
            "Members who were here in that hour of an open day, for all of it or a part. Add up the days; divide by "
            "the open days. Without a time out, a visit counts in the hour it began. A time out that was assumed "
            "counts as it stands."
        ),
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
    "membership.new": (_("New"), _("Members first enrolled from %(first)s to %(until)s.")),
    "membership.returned": (
        _("Came back"),
        _(
            "Members whose first visit of this time came at least %(returned_after)s days after the one before. "
            "Those who are new are never in here."
        ),
    ),
    "membership.tours": (_("On a tour"), _("Guests who came to look at the house, as counted at reception.")),
    "membership.enquiries": (
        _("Asked about joining"),
        _("People who asked how to join, added up. Days on which nobody counted are left out."),
    ),
    "membership.retention": (
        _("Seen again"),
        _(
            "Of all who joined in a quarter of the year, how many of a hundred were seen again. They came, or took "
            "part from afar, in days 31 to 90 after they joined. The same is counted for days 91 to 180 and 181 to "
            "365. It shows when that time is over for all of them, and where at least five joined. It is never about "
            "one person."
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
            "Members who came or took part from afar on one of the 14 days after a reach-out of this time. "
            "The social programme counts too. Each member counts once. Days that are not over do not count yet."
        ),
    ),
    "comparisons.last_month": (
        _("The time before"),
        _("The month before, or as many days before. %(last_month)s"),
    ),
    "comparisons.same_month_last_year": (
        _("A year before"),
        _("The same days, a year before. %(same_month_last_year)s"),
    ),
    "comparisons.rolling_12": (_("Twelve months"), _("The twelve months that end here. %(rolling_12)s")),
    "comparisons.year_to_date": (
        _("The year so far"),
        _("From 1 January. %(year_to_date)s"),
    ),
    "comparisons.fiscal_july": (
        _("Fiscal year from July"),
        _("From 1 July. %(fiscal_july)s"),
    ),
    "comparisons.fiscal_october": (
        _("Fiscal year from October"),
        _("From 1 October. %(fiscal_october)s"),
    ),
    "trend.months": (
        _("Month after month"),
        _("Average daily attendance of each month by itself. A month that is not over stops at yesterday."),
    ),
    "tasks.posted": (
        _("Tasks posted"),
        _("Tasks that stood on the board of these days and were not called off. A task that goes on stands twice."),
    ),
    "tasks.taken": (_("Tasks taken"), _("Those with at least one name on them.")),
    "tasks.done": (_("Tasks done"), _("Those that somebody marked as done.")),
    "tasks.done_together": (_("Done together"), _("Tasks that are done, with two or more names on them.")),
    "tasks.carried_over": (
        _("Carried over"),
        _("Tasks of which the rest went on, in the afternoon or on another day."),
    ),
    "meetings.unit_meetings": (
        _("Unit meetings"),
        _(
            "Times that units meet on open days, as their pages say now. No meeting is held while the house is closed."
        ),
    ),
    "meetings.house_decisions": (
        _("Decisions of the house meeting"),
        _("Decisions of these days that were written down here and not taken back."),
    ),
    "programme.events": (_("Events"), _("Events of these days that were not called off.")),
    "programme.attendances": (
        _("Member-days at the social programme"),
        _("Each member counts once on each day with a social visit."),
    ),
    "programme.distinct_members": (
        _("Members at the social programme"),
        _("Different members who came to it at least once."),
    ),
    "programme.evenings": (
        _("Evenings"),
        _("Mondays to Fridays with a social visit or an event at the house. Each day counts once."),
    ),
    "programme.weekend_days": (
        _("Days at the weekend"),
        _("Saturdays and Sundays with a social visit or an event at the house. Each day counts once."),
    ),
    "programme.holidays": (
        _("Holidays"),
        _("Weekdays on which the house is closed, with a social visit or an event. Each day counts once."),
    ),
    "staff.days_counted": (
        _("Days with staff counted"),
        _("Open days for which somebody wrote down how many staff were here."),
    ),
    "staff.mean_on_duty": (_("Staff on duty"), _("Staff of those days, added up and divided by the days.")),
    "staff.ada_per_staff": (
        _("Members for each staff"),
        _("Members here on those days, divided by the staff of those days."),
    ),
}  # fmt: skip
STRETCHES = ("last_month", "same_month_last_year", "rolling_12", "year_to_date", "fiscal_july", "fiscal_october")
DAYS_BEFORE = {"until": 0, "from_30": 29, "from_90": 89, "from_365": 364}


def label(key: str) -> str:
    return str(DEFINITIONS[key][0])


def definition(report: Report, key: str) -> str:
    """The definition of `key`, with the dates and rules that this report used."""
    return str(DEFINITIONS[key][1]) % _Words(report)


class _Words:
    """What a definition may name, worked out when it does: a page asks for a hundred definitions."""

    def __init__(self, report: Report) -> None:
        self.report = report

    def __getitem__(self, name: str) -> str | int:
        report = self.report
        if name in STRETCHES:
            return _when(getattr(report.comparisons, name))
        if name == "first":
            return date_format(report.first)
        if name == "returned_after":
            return report.membership.returned_after_days
        if name == "rule":
            return str(RULES[report.units_15.house_rule])
        return date_format(report.until - dt.timedelta(days=DAYS_BEFORE[name]))


def _when(stretch: Stretch | None) -> str:
    if stretch is None:
        return gettext("The book had not begun then.")
    return gettext("Here: %(time)s.") % {"time": Span(stretch.first, stretch.until).words}


RULES = {
    "floor_per_day": _("rounded down, per day"),
    "eight_minute_per_day": _("8-minute rule, per day"),
    "up_to_per_day": _("rounded up, per day"),
    "floor_per_visit": _("rounded down, per visit"),
    "eight_minute_per_visit": _("8-minute rule, per visit"),
    "up_to_per_visit": _("rounded up, per visit"),
}
