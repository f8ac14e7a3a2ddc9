"""What the page of a report shows beside its figures: comparisons, charts and their tables, what is not known."""

import datetime as dt
import html
import re
from decimal import Decimal
from itertools import pairwise

import pytest
import time_machine
from django.utils import translation

from attendance import report_page
from attendance import reports as count
from attendance.models import DayCount, ReachOut
from clubhouse.converters import Month
from clubhouse.spans import Span
from tests import make

pytestmark = pytest.mark.page

JUNE, MAY = Span.of(Month(2026, 6)), Span.of(Month(2026, 5))


@pytest.fixture(autouse=True)
def in_july():
    with time_machine.travel(dt.datetime(2026, 7, 15, 16, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def a_year(amara, noor, rosa):
    """June 2025: one a day on the first two days. May 2026: two on each of four days; June: three on each of four."""
    kitchen, clerical = make.unit("Kitchen"), make.unit("Clerical")
    for day in (2, 3):
        make.visit(amara, dt.date(2025, 6, day))
    for day in (5, 6, 7, 8):
        for member in (amara, noor):
            make.visit(member, dt.date(2026, 5, day))
    for day in (1, 2, 3, 4):
        for member in (amara, noor, rosa):
            make.visit(member, dt.date(2026, 6, day), unit=clerical if member == rosa else kitchen)


def text_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", page.split("<main")[1].split("</main>")[0]).split())


def test_the_figure_stands_beside_last_month_and_the_year_before(a_year, amara, as_):
    page = text_of(as_(amara).get(f"/reports/{JUNE}/").content.decode())
    assert "The house was open on 22 days, with 0.55 members a day. 3 different members came" in page
    assert "0.17 more than in May 2026" in page  # 12 / 22 against 8 / 21
    assert "0.45 more than in June 2025" in page  # against 2 / 21


def test_a_running_month_is_not_held_against_a_whole_one(a_year, amara, as_):
    make.visit(amara, dt.date(2026, 7, 14))
    response = as_(amara).get("/reports/2026-07/")
    assert response.context["head_changes"] == []
    assert "stops at Tuesday 14 July" in text_of(response.content.decode())


def test_any_days_are_compared_with_the_days_before_them(a_year, amara, as_):
    page = text_of(as_(amara).get("/reports/2026-06-01_2026-06-14/").content.decode())
    assert "more than from 18 May 2026 to 31 May 2026" in page


def test_the_budget_year_of_the_house_is_marked(a_year, amara, as_):
    for starts_in, marked in [(7, "Fiscal year from July"), (10, "Fiscal year from October"), (4, None)]:
        make.house(fiscal_year_starts_in=starts_in)
        page = text_of(as_(amara).get(f"/reports/{JUNE}/").content.decode())
        assert (page.count("Our budget year"), f"{marked} Our budget year" in page) == (
            (1, True) if marked else (0, False)
        )


def test_each_chart_says_the_essence_and_has_its_table(a_year, amara, as_):
    page = as_(amara).get(f"/reports/{JUNE}/").content.decode()
    pictures = re.findall(r'role="img"\s+aria-label="([^"]+)"', page)
    assert pictures == [
        "Bars for 13 months. The most were here in June 2026: 0.55 a day. The fewest were here in July 2025: 0 a day.",
        "A calendar with 22 open days. The fullest day was Monday 1 June with 3. "
        "The quietest was Friday 5 June with 0.",
        "A bar for each weekday. The most come on Wednesday: 0.75. The fewest come on Friday: 0.",
        "A line through the hours of an open day, from 9 am on. The most are here at 9 am: 0.55.",
        "A bar for each of 2 units. The most are in Kitchen: 0.36 a day.",
    ]
    figures = re.findall(r"<figure.*?</figure>", page, re.S)
    assert len(figures) == len(pictures)
    assert all("<details>" in one and "<table" in one for one in figures)


def test_a_quarter_has_its_weeks_in_columns(a_year, amara, as_):
    response = as_(amara).get("/reports/2026-04-01_2026-06-30/")
    assert (response.status_code, response.context["charts"].month) == (200, None)
    (strip,) = response.context["charts"].strips
    assert sum(cell.value or 0 for cell in strip.cells) == 20
    weeks = response.context["weeks"]
    assert [(str(week.first), str(week.last)) for week in (weeks[0], weeks[-1])] == [
        ("2026-04-01", "2026-04-05"),
        ("2026-06-29", "2026-06-30"),
    ]
    assert [day.is_over for day in weeks[0].days] == [False, False, True, True, True, True, True]


def test_what_nobody_counted_is_not_counted_and_no_zero(a_year, dana, as_):
    page = text_of(as_(dana).get(f"/reports/{JUNE}/").content.decode())
    assert page.count("not counted") == 3
    assert "Nobody has counted the staff on duty in this time." in page
    DayCount.objects.create(day=dt.date(2026, 6, 1), kind="staff", count=2)
    DayCount.objects.create(day=dt.date(2026, 6, 1), kind="enquiry", count=0)
    page = text_of(as_(dana).get(f"/reports/{JUNE}/").content.decode())
    assert "not counted" not in page
    assert "Nobody has counted" not in page


def test_a_time_with_nobody_says_so_kindly(a_year, amara, as_):
    for span, sentence in [
        ("2025-07", "The house was open on 23 days. No visit of those days is in the book."),
        ("2026-06-06_2026-06-07", "The house was closed on all of these days."),
        ("2026-07-15_2026-07-20", "This time began today."),
    ]:
        page = text_of(as_(amara).get(f"/reports/{span}/").content.decode())
        assert sentence in page
        assert page.count("The house was") == (0 if "began" in sentence else 1)


def test_a_time_that_begins_before_the_book_says_so(a_year, amara, as_):
    page = text_of(as_(amara).get("/reports/2025-05-01_2025-06-30/").content.decode())
    assert "The first visit in our book is from June 2025." in page
    assert "our book" not in text_of(as_(amara).get(f"/reports/{MAY}/").content.decode())


def test_hours_with_nobody_between_two_with_somebody_are_told(amara):
    make.visit(amara, dt.date(2026, 6, 1), "09:00", "09:30")
    make.visit(amara, dt.date(2026, 6, 1), "12:00", "12:30")
    report = count.report_of(JUNE)
    assert [(hour.time, hour.number) for hour in report_page.hours(report, {})] == [
        ("9 am", Decimal("0.05")), ("10 am", 0), ("11 am", 0), ("noon", Decimal("0.05")),
    ]  # fmt: skip


def test_from_right_to_left_the_latest_month_stands_at_the_left(a_year):
    report = count.report_of(JUNE)
    for language, turned in [("en", False), ("ar", True)]:
        with translation.override(language):
            bars = report_page.drawn(JUNE, report, report_page.days_of(report), []).trend.bars
        assert all((one.middle > two.middle) == turned for one, two in pairwise(bars))
        assert [bar.mark for bar in bars if bar.mark] == ["own"]


@pytest.mark.parametrize(
    ("span", "previous", "following"),
    [
        ("2026-06", "2026-05", "2026-07"),
        ("2026-07", "2026-06", None),
        ("2025-06", None, "2025-07"),
        ("2026-04-01_2026-06-30", "2026-01-01_2026-03-31", "2026-07-01_2026-09-30"),
        ("2026-01-01_2026-12-31", "2025-01-01_2025-12-31", None),
        ("2026-06-01_2026-06-14", "2026-05-18_2026-05-31", "2026-06-15_2026-06-28"),
    ],
)
def test_the_next_step_is_as_long(a_year, amara, as_, span, previous, following):
    context = as_(amara).get(f"/reports/{span}/").context
    assert tuple(str(one) if one else None for one in (context["previous"], context["next"])) == (previous, following)


@pytest.mark.parametrize("span", ["1900-01", "2199-12", "1900-01-01_1900-12-31", "2199-12-30_2199-12-31"])
def test_at_the_ends_of_the_calendar_there_is_a_page_too(a_year, amara, as_, span):
    assert as_(amara).get(f"/reports/{span}/").status_code == 200


@pytest.mark.slow
def test_every_figure_leads_to_what_is_behind_it(a_year, amara, dana, as_):
    ReachOut.objects.create(member=amara, at=dt.datetime(2026, 6, 3, 15, tzinfo=dt.UTC), channel="card", replied=True)
    DayCount.objects.create(day=dt.date(2026, 6, 1), kind="staff", count=2)
    DayCount.objects.create(day=dt.date(2026, 6, 1), kind="enquiry", count=1)
    browser = as_(dana)
    page = browser.get(f"/reports/{JUNE}/").content.decode()
    links = {html.unescape(link) for link in re.findall(rf'href="(/reports/{JUNE}/figures/[^"]+)"', page)}
    assert set(count.DEFINITIONS) - {link.split("/")[4] for link in links} == {
        "attendance.estimated_sign_outs",  # shown where there are some
        "attendance.estimated_minutes",
        "attendance.visits_on_closed_days",  # its days stand there with their links
        "membership.retention",  # never opened
        "trend.months",  # each month has its report
    }
    assert {link: answer for link in links if (answer := browser.get(link).status_code) != 200} == {}


def test_each_share_of_a_cohort_says_what_it_is_or_why_it_is_not_there(amara, as_):
    """The first visit in the book is of April 2025; five joined at the start of that year, five a year later."""
    for year in (2025, 2026):
        for number in range(5):
            make.visit(make.member(f"J{year}{number}", enrolled_on=dt.date(year, 2, 3)), dt.date(year, 4, 7))
    lines = {line.words: line for line in report_page.cohorts(count.report_of(JUNE))}
    assert [share[1:] for share in lines["January to March 2025"].seen] == [
        (None, "not in the book"),
        (Decimal(0), "not in the book"),
        (Decimal(0), "not in the book"),
    ]
    assert [share[1:] for share in lines["January to March 2026"].seen] == [
        (Decimal(100), "not in the book"),
        (None, "not yet"),
        (None, "not yet"),
    ]
    page = as_(amara).get(f"/reports/{JUNE}/").content.decode()
    for words in ("Days 31 to 90", "Days 91 to 180", "Days 181 to 365"):
        assert page.count(f'data-label="{words}"') == 2  # of fewer than five nothing is told
