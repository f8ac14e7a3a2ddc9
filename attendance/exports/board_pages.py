"""What stands in the board pack, as plain data for the page maker: words, numbers as people read them, sizes of bars.

No member's name is in a report, so none can be in here.
"""

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from django.template.defaultfilters import floatformat
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language_bidi, ngettext
from django.utils.translation import gettext as _

from attendance.exports.board_pieces import NONE, Value, chart, plain, row, shown, table
from attendance.exports.board_sections import definitions, sections
from attendance.reports import Report, Stretch, definition, label
from clubhouse.clock import time_words
from clubhouse.converters import Month
from clubhouse.spans import Span


def pages(report: Report) -> dict:
    """Everything but the letterhead."""
    attendance = report.attendance
    return {
        "title": f"{report.house}: {report.span.words}",
        "house": report.house,
        "kicker": _("Report for the board"),
        "period": report.span.words,
        "right_to_left": get_language_bidi(),
        "notice": _notice(report),
        "foot": _("Counted until %(day)s. Definitions, version %(version)s. No member's name is in here.")
        % {"day": date_format(report.until), "version": report.definition_version},
        "page": _("Page %(number)s of %(all)s") % {"number": "{n}", "all": "{of}"},
        "hero": {
            "label": label("attendance.ada_wod"),
            "value": shown(attendance.ada_wod),
            "definition": definition(report, "attendance.ada_wod"),
        },
        "comparisons": _comparisons(report),
        "trend": _trend(report),
        "groups": list(_groups(report)),
        "sections": [one for one in sections(report) if one["parts"]],
        "as_of": _moment(report.data_as_of),
        "definitions": {
            "heading": _("What each figure means"),
            "lead": _("Every figure of this report. Those that have parts stand in the tables before."),
            "head": [_("Figure"), _("What it means"), _("Value")],
            "rows": list(definitions(report)),
            "as_of": _as_of(report),
        },
    }


def _notice(report: Report) -> str:
    if not report.begun:
        return _("None of these days is over yet, so there is nothing to count.")
    if report.running:
        return _("This time is still running. Every figure stops at %(day)s, the last day that is over.") % {
            "day": date_format(report.until)
        }
    return ""


def _moment(at: dt.datetime | None) -> dict | None:
    """For the file's own data: its making is no part of it, the latest change behind it is."""
    if at is None:
        return None
    at = at.astimezone(dt.UTC)
    return {part: getattr(at, part) for part in ("year", "month", "day", "hour", "minute", "second")}


def _as_of(report: Report) -> str:
    if report.data_as_of is None:
        return ""
    at = timezone.localtime(report.data_as_of)
    return _("The latest change behind these figures was written down on %(day)s, %(time)s.") % {
        "day": date_format(at),
        "time": time_words(at),
    }


# -- The first page ----------------------------------------------------------------------------------------------------


def _comparisons(report: Report) -> dict:
    """Beside which other times the average stands, and how far it is from those that are over."""
    ours, before = report.attendance.ada_wod, report.comparisons
    beside: list[tuple[str, Stretch | None, bool]] = [
        ("comparisons.last_month", before.last_month, True),
        ("comparisons.same_month_last_year", before.same_month_last_year, True),
        ("comparisons.rolling_12", before.rolling_12, False),
        ("comparisons.year_to_date", before.year_to_date, False),
        ("comparisons.fiscal_july", before.fiscal_july, False),
        ("comparisons.fiscal_october", before.fiscal_october, False),
    ]
    rows = []
    for key, stretch, is_other in beside:
        average = stretch.ada_wod if stretch else None
        change = ours - average if is_other and ours is not None and average is not None else None
        when = _short(Span(stretch.first, stretch.until)) if stretch else _("no book yet")
        name = _("The month before") if report.month and key == "comparisons.last_month" else label(key)
        rows.append(row([[name, when], shown(average), shown(change, signed=True) if change is not None else ""]))
    return table([_("Beside other times"), _("Average"), _("Difference")], rows)


def _short(span: Span) -> str:
    """So that it fits on one line: "Nov 2025 to Oct 2026"."""
    if span.month or span.first == span.last:
        return span.words
    looks = "M Y" if span.is_whole_months else "SHORT_DATE_FORMAT"
    return _("%(first)s to %(last)s") % {
        "first": date_format(span.first, looks),
        "last": date_format(span.last, looks),
    }


def _trend(report: Report) -> dict | None:
    if len(report.trend) < 2:
        return None
    last = report.trend[-1].month
    bars = [
        {
            "label": date_format(Month.parse(one.month).first, "M" if n and not one.month.endswith("-01") else "M Y"),
            "value": plain(one.ada_wod),
            "shown": NONE if one.ada_wod is None else floatformat(one.ada_wod, "1g"),
            "tone": "running" if one.running else "now" if one.month == last else "",
        }
        for n, one in enumerate(report.trend)
    ]
    alt = _("Bars for %(months)s months that end with %(last)s. The numbers stand in the table on the next page.") % {
        "months": len(bars),
        "last": date_format(Month.parse(last).first, "YEAR_MONTH_FORMAT"),
    }
    return {"heading": _("Average daily attendance, month after month"), "chart": chart(bars, alt)}


def _groups(report: Report) -> Iterator[dict]:
    """Four rows of four: what a board asks first."""
    a, m, t, p, r = report.attendance, report.membership, report.tasks, report.programme, report.reach_out
    yield _group(
        _("Coming to the house"),
        _card("attendance.member_days", a.member_days, _of_days(a.open_wod_days)),
        _card("attendance.distinct_served", a.distinct_served, _("each counts once")),
        _card("attendance.hours", a.hours.quantize(Decimal(1)), _("from time in to time out")),
        _card("attendance.median", a.median, _range(a.min, a.max)),
    )
    both = {"short": shown(m.active_30), "long": shown(m.active_365)}
    yield _group(
        _("Members"),
        _card("membership.roll", m.roll, _("on %(day)s") % {"day": date_format(report.until)}),
        _card("membership.active_90", m.active_90, _("30 days: %(short)s; 365 days: %(long)s") % both),
        _card("membership.new", m.new, ""),
        _card("membership.returned", m.returned, _("after %(days)s days or more") % {"days": m.returned_after_days}),
    )
    social = ngettext("on %(days)s day", "on %(days)s days", a.social.days) % {"days": a.social.days}
    yield _group(
        _("Work and evenings"),
        _card("tasks.done", t.done, _("of %(posted)s posted") % {"posted": shown(t.posted)}),
        _card("tasks.done_together", t.done_together, ""),
        _card("attendance.social", a.social.member_days, _("member-days, %(days)s") % {"days": social}),
        _card("programme.events", p.events, ""),
    )
    staff = report.staff
    yield _group(
        _("Friendly contacts, and who helps"),
        _card("reach_out.attempts", r.attempts, _("%(replies)s answered") % {"replies": shown(r.replies)}),
        _card("reach_out.back_within_14_days", r.back_within_14_days, _("members, after a reach-out")),
        _card("attendance.guests", a.guests, _("no part of attendance")),
        _card(
            "staff.ada_per_staff",
            staff.ada_per_staff,
            _("not counted") if staff.ada_per_staff is None else _of_days(staff.days_counted),
        ),
    )


def _group(heading: str, *cards: dict) -> dict:
    return {"heading": heading, "cards": list(cards)}


def _card(key: str, value: Value, detail: str) -> dict:
    return {"label": label(key), "value": shown(value), "detail": detail}


def _of_days(days: int) -> str:
    return ngettext("on %(days)s open day", "on %(days)s open days", days) % {"days": shown(days)}


def _range(least: int | None, most: int | None) -> str:
    return _("from %(least)s to %(most)s") % {"least": shown(least), "most": shown(most)} if least is not None else ""
