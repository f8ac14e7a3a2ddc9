"""The month as pages and files: who may open them, what they say, what they cost."""

import csv
import datetime as dt
import io

import pytest
import time_machine
from django.urls import reverse

from attendance import exports
from attendance.models import GuestCount
from attendance.reports import monthly_report
from clubhouse.converters import Month
from clubhouse.spreadsheet import safe, to_csv
from tests import make

JUNE = Month(2026, 6)


@pytest.fixture(autouse=True)
def in_july():
    with time_machine.travel(dt.datetime(2026, 7, 15, 16, tzinfo=dt.UTC), tick=False):
        yield


def rows(content: bytes) -> list[dict]:
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_dana_takes_the_month_home_as_a_spreadsheet(amara, dana, as_):
    make.visit(amara, dt.date(2026, 6, 1), unit=make.unit("Kitchen"))
    response = as_(dana).get(reverse("attendance:export_monthly_report", kwargs={"span": JUNE, "format": "csv"}))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="monthly-report-2026-06.csv"'
    assert response.content == exports.to_csv(monthly_report(JUNE))
    told = {(row["figure"], row["filter"]): row for row in rows(response.content)}
    assert told["attendance.member_days", ""]["value"] == "1"
    assert told["attendance.by_unit", "unit=Kitchen; count=member_days"]["value"] == "1"
    assert [row["figure"] for row in told.values() if "." in row["figure"] and not row["definition"]] == []
    assert "Amara" not in response.content.decode()


def test_the_same_figures_for_programs(amara, stella, as_):
    make.visit(amara, dt.date(2026, 6, 1))
    response = as_(stella).get("/reports/2026-06.json")
    assert response["Content-Type"] == "application/json"
    assert response.json()["attendance"]["member_days"] == 1
    assert list(response.json())[:4] == ["house", "month", "definition_version", "data_as_of"]


def test_a_member_reads_the_month_and_takes_no_file(amara, as_):
    make.visit(amara, dt.date(2026, 6, 1))
    page = as_(amara).get("/reports/2026-06/")
    assert page.status_code == 200
    assert "2026-06.csv" not in page.content.decode()
    assert as_(amara).get("/reports/2026-06.csv").status_code == 403


@pytest.mark.parametrize("risky", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_cells_that_begin_like_a_formula_are_neutralised(risky):
    assert safe(risky) == f"'{risky}"


@pytest.mark.parametrize("harmless", [-1, 1.5, None, "", "Amara", "a=b", " "])
def test_other_cells_stay_as_they_are(harmless):
    assert safe(harmless) is harmless


def test_a_csv_opens_everywhere():
    assert to_csv([("name", "count"), ('Zoë, "Z"', 3)]) == b'\xef\xbb\xbfname,count\r\n"Zo\xc3\xab, ""Z""",3\r\n'


def test_every_definition_stands_on_the_page(amara, dana, as_):
    make.visit(amara, dt.date(2026, 6, 1), unit=make.unit())
    GuestCount.objects.create(day=dt.date(2026, 6, 1), kind="tour", count=3)
    page = as_(dana).get("/reports/2026-06/").content.decode()
    says = as_(dana).get("/reports/2026-06/").context["says"]
    new = {"hours", "minutes_per_visit", "by_day", "by_hour", "tours", "enquiries", "retention"}
    sections = {"attendance", "units_15", "membership", "reach_out"}
    assert [
        f"{section}.{name}"
        for section, figures in says.items()
        for name, words in figures.items()
        if section in sections and name not in new and str(words.definition).replace("'", "&#x27;") not in page
    ] == [
        "attendance.estimated_sign_outs",  # shown where there are some
        "attendance.estimated_minutes",
        "attendance.visits_on_closed_days",
        "reach_out.by_channel",
    ]
    assert "3 on a tour" in page


def test_visits_on_closed_days_are_pointed_out_to_who_can_mend_them(amara, sam, as_):
    make.visit(amara, dt.date(2026, 6, 6))
    assert "is written on a day that the calendar calls closed" in as_(sam).get("/reports/2026-06/").content.decode()
    assert "/arrivals/2026-06-06/" in as_(sam).get("/reports/2026-06/").content.decode()
    assert "calendar calls closed" not in as_(amara).get("/reports/2026-06/").content.decode()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("/reports/2026-07/", "Every figure stops at Tuesday 14 July"),
        ("/reports/2026-08/", "This month has not begun."),
        ("/reports/2026-06/", "Definitions, version 3."),
        ("/reports/1900-01/", "Definitions, version 3."),
        ("/reports/2199-12/", "This month has not begun."),
    ],
)
def test_the_page_says_how_far_it_counts(amara, as_, url, sentence):
    make.visit(amara, dt.date(2026, 6, 1))
    response = as_(amara).get(url)
    assert response.status_code == 200
    assert sentence in response.content.decode()


@pytest.mark.parametrize(
    "url", ["/reports/2026-13/", "/reports/2026-00.csv", "/reports/0000-01/", "/reports/2026-06.txt"]
)
def test_what_is_no_month_is_no_page(dana, as_, url):
    response = as_(dana).get(url)
    assert response.status_code == 404
    assert "Nothing at this address" in response.content.decode()


def test_the_list_begins_with_the_last_month_that_is_over(amara, as_):
    make.visit(amara, dt.date(2026, 4, 1))
    make.visit(amara, dt.date(2026, 7, 1))
    context = as_(amara).get("/reports/").context
    assert str(context["latest"].month) == "2026-06"
    assert [(str(line.month), line.member_days, line.running) for line in context["lines"]] == [
        ("2026-07", 1, True),
        ("2026-06", 0, False),
        ("2026-05", 0, False),
        ("2026-04", 1, False),
    ]


@pytest.mark.parametrize("until", ["2025-02", "2030-01", "nonsense", "2026-13"])
def test_earlier_months_are_one_step_away(amara, as_, until):
    make.visit(amara, dt.date(2024, 1, 10))
    response = as_(amara).get("/reports/", {"until": until})
    expected = until if until == "2025-02" else "2026-07"
    assert (response.status_code, str(response.context["lines"][0].month)) == (200, expected)
    assert len(response.context["lines"]) == 13


def test_a_house_without_visits_says_so(amara, as_):
    assert "There is no visit yet." in as_(amara).get("/reports/").content.decode()


@pytest.mark.parametrize("visits", [1, 3])
def test_pages_cost_the_same_however_much_there_is(amara, noor, rosa, as_, django_assert_num_queries, visits):
    for member in (amara, noor, rosa)[:visits]:
        make.visit(member, dt.date(2026, 6, 1), unit=make.unit(f"Unit of {member.pk}"))
        make.visit(member, dt.date(2026, 4, 30), kind="social")
        make.visit(member, dt.date(2026 - 10 * (visits // 2), 3, 2))  # ten years of history cost no more than none
    browser = as_(amara)
    browser.get("/reports/")
    with django_assert_num_queries(11):
        browser.get("/reports/")
    with django_assert_num_queries(38):
        browser.get("/reports/2026-06/")
