"""Which days a report is about: the shortcuts, two days by hand, and what is too long for a page."""

import datetime as dt

import pytest
import time_machine

from attendance.forms.spans import ChooseSpanForm, shortcuts
from tests import make

pytestmark = pytest.mark.page

NOVEMBER = dt.date(2026, 11, 25)


@pytest.fixture(autouse=True)
def in_november():
    with time_machine.travel(dt.datetime(2026, 11, 25, 17, tzinfo=dt.UTC), tick=False):
        yield


@pytest.mark.once
@pytest.mark.parametrize(
    ("today", "starts_in", "offered"),
    [
        (
            NOVEMBER,
            7,
            [
                "2026-10", "2026-10-01_2026-12-31", "2026-07-01_2026-09-30", "2026-07-01_2027-06-30",
                "2025-07-01_2026-06-30", "2026-01-01_2026-12-31", "2025-11-01_2026-10-31",
            ],
        ),
        (
            dt.date(2026, 1, 1),
            10,
            [
                "2025-12", "2026-01-01_2026-03-31", "2025-10-01_2025-12-31", "2025-10-01_2026-09-30",
                "2024-10-01_2025-09-30", "2026-01-01_2026-12-31", "2025-01-01_2025-12-31",
            ],
        ),
        (
            dt.date(2026, 6, 30),
            1,
            [
                "2026-05", "2026-04-01_2026-06-30", "2026-01-01_2026-03-31", "2026-01-01_2026-12-31",
                "2025-01-01_2025-12-31", "2025-06-01_2026-05-31",
            ],
        ),
    ],
)  # fmt: skip
def test_what_is_asked_for_most_is_one_tap_away(today, starts_in, offered):
    assert [str(span) for _, span in shortcuts(today, starts_in)] == offered


def test_the_shortcuts_stand_on_the_page_and_lead_somewhere(amara, as_):
    make.house(fiscal_year_starts_in=10)
    make.visit(amara, dt.date(2026, 10, 6))
    browser = as_(amara)
    page = browser.get("/reports/").content.decode()
    for name, span in shortcuts(NOVEMBER, 10):
        assert name in page and f"/reports/{span}/" in page
        assert browser.get(f"/reports/{span}/").status_code == 200


def test_two_days_lead_to_their_report(amara, as_):
    response = as_(amara).get("/reports/", {"first": "2026-10-05", "last": "2026-10-16"})
    assert (response.status_code, response["Location"]) == (302, "/reports/2026-10-05_2026-10-16/")
    response = as_(amara).get("/reports/", {"first": "2026-10-01", "last": "2026-10-31"})
    assert response["Location"] == "/reports/2026-10/"


@pytest.mark.parametrize(
    ("first", "last", "wrong"),
    [
        ("", "", {"first": ["Write the day like 2026-10-05."], "last": ["Write the day like 2026-10-05."]}),
        ("soon", "2026-10-05", {"first": ["Write the day like 2026-10-05."]}),
        ("2026-10-05", "2026-02-30", {"last": ["Write the day like 2026-10-05."]}),
        ("2026-10-05", "2026-10-04", {"last": ["This day comes before the first one. Change one of them."]}),
        ("0001-01-01", "9999-12-31", dict.fromkeys(("first", "last"), ["Choose a year from 1900 to 2199."])),
    ],
)
def test_what_cannot_be_is_said_beside_the_field_and_what_was_typed_stays(amara, as_, first, last, wrong):
    response = as_(amara).get("/reports/", {"first": first, "last": last})
    assert (response.status_code, response.context["form"].errors) == (200, wrong)
    page = response.content.decode()
    for typed in filter(None, (first, last)):
        assert f'value="{typed}"' in page
    for name in wrong:
        assert f'aria-describedby="id_{name}_error"' in page


@pytest.mark.once
def test_what_waits_for_oneself_is_a_tap_away(amara, stella, as_):
    assert 'href="/reports/files/"' in as_(stella).get("/reports/").content.decode()
    assert 'href="/reports/files/"' not in as_(amara).get("/reports/").content.decode()  # she may take no files


@pytest.mark.once
def test_one_day_is_a_span_too():
    form = ChooseSpanForm({"first": "2026-10-05", "last": "2026-10-05"})
    assert form.is_valid() and str(form.span) == "2026-10-05_2026-10-05"


@pytest.mark.parametrize(
    ("span", "status", "sentence"),
    [
        ("2024-01-01_2024-12-31", 200, "Average daily attendance"),  # 366 days
        ("2025-01-01_2026-01-01", 200, "Average daily attendance"),
        ("2025-01-01_2026-01-02", 200, "This is too long for one page."),
        ("1900-01-01_2199-12-31", 200, "This is too long for one page."),
        ("2026-12-01_2026-11-01", 404, "Nothing at this address"),
    ],
)
def test_more_than_a_year_comes_as_a_file(amara, as_, span, status, sentence):
    response = as_(amara).get(f"/reports/{span}/")
    assert response.status_code == status
    assert sentence in response.content.decode()
