"""The page of a report: charts with their tables, on paper and without JavaScript; any days can be chosen."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from tests import make
from tests.journeys.test_printing import PT, printed
from tests.journeys.well_made import (
    assert_no_sideways_scrolling,
    assert_targets,
    assert_well_made,
    assert_well_made_at_night_on_a_phone,
)

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def half_a_year(on_tuesday_at_ten, amara, noor):
    unit = make.unit("Employment and Education")
    for number, day in enumerate(range(0, 180, 5)):
        for member in (amara, noor)[: 1 + number % 2]:
            make.visit(member, dt.date(2026, 4, 6) + dt.timedelta(days=day), unit=unit)


def test_dana_chooses_a_quarter_and_a_few_days(window, half_a_year, dana):
    page = window(dana)
    page.goto("/reports/")
    page.get_by_role("link", name="Last quarter").click()
    assert_well_made(page, "July to September 2026")
    assert_well_made_at_night_on_a_phone(page)
    page.get_by_role("link", name="All months, any days").click()
    page.get_by_label("From").fill("2026-10-05")
    page.get_by_role("button", name="Show these days").click()
    expect(page.get_by_text("Write the day like 2026-10-05.")).to_be_visible()
    expect(page.get_by_label("From")).to_have_value("2026-10-05")
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
    page.get_by_label("To").fill("2026-10-09")
    page.get_by_role("button", name="Show these days").click()
    assert_well_made(page, "5 October 2026 to 9 October 2026")
    expect(page.get_by_text("Every figure stops at Monday 5 October")).to_be_visible()


def test_every_chart_has_its_table_and_paper_shows_it(window, half_a_year, dana):
    page = window(dana)
    page.goto("/reports/2026-09/")
    assert_targets(page)
    charts = page.locator("figure:has([role=img])")
    assert charts.count() == 5
    assert page.locator("figure table:visible").count() == 0
    for chart in charts.all():
        chart.locator("summary").click()
        expect(chart.locator("table")).to_be_visible()
    assert_well_made(page)  # with every table open
    assert_well_made_at_night_on_a_phone(page)
    page.reload()
    page.emulate_media(media="print")
    assert page.locator("figure table:visible").count() == 5
    assert page.locator("main :is(nav, form, .btn, .take-along):visible").count() == 0
    for format in ("A4", "Letter"):
        sheets = printed(page, format)
        assert len(sheets) > 3
        assert all(sheet.left >= 0 for sheet in sheets)
        assert min(height for sheet in sheets for height in sheet.rows) > 11 * PT  # a cut row would be lower
    page.emulate_media(media="screen")
    assert page.locator("figure table:visible").count() == 0


def test_the_report_works_without_javascript_and_very_large(window, half_a_year, amara):
    page = window(amara, java_script_enabled=False, size=(320, 640))  # a page of 1280 pixels at 400 %
    page.goto("/reports/")
    page.get_by_label("From").fill("2026-04-01")
    page.get_by_label("To").fill("2026-06-30")
    page.get_by_role("button", name="Show these days").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("April to June 2026")
    page.get_by_text("The days as a table").click()
    expect(page.get_by_role("table").filter(has_text="6 Apr – 12 Apr")).to_be_visible()
    assert_no_sideways_scrolling(page)


def test_an_empty_house_and_a_month_that_runs_are_well_made(window, on_tuesday_at_ten, dana, noor):
    page = window(dana)
    for address in ("/reports/", "/reports/2026-09/"):
        page.goto(address)
        assert_well_made(page)
        assert_well_made_at_night_on_a_phone(page)
    make.visit(noor, dt.date(2026, 10, 5))
    page.goto("/reports/2026-10/")
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
    page.emulate_media(forced_colors="active")
    assert_well_made(page)
