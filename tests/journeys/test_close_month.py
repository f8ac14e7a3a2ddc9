"""Dana makes October: she opens a figure to its visits, corrects one, closes the month, and sees what changes later."""

import datetime as dt

import pytest
import time_machine
from playwright.sync_api import Page, expect

from tests import make
from tests.journeys.conftest import close_windows
from tests.journeys.well_made import assert_well_made, assert_well_made_at_night_on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
MONDAY = dt.date(2026, 10, 5)


@pytest.fixture
def october(transactional_db):
    """Before the house and its visits are made; the clock runs on from there."""
    with time_machine.travel(dt.datetime(2026, 11, 3, 15, 0, tzinfo=dt.UTC), tick=True):
        make.house(name="Elm House")
        yield
        close_windows()


def figure(page: Page, name: str):
    """The number of a figure on the page of the month."""
    return page.locator(".figure-card").filter(has=page.locator("dt", has_text=name)).first.locator(".figure-number")


def correct(page: Page, name: str, left: str) -> None:
    page.locator("li").filter(has_text=name).get_by_role("link", name="Correct").click()
    page.get_by_label("Left at", exact=True).fill(left)
    page.get_by_text("Wrong time").first.click()
    page.get_by_role("button", name="Save the visit").last.click()


def test_dana_closes_october_and_sees_what_was_revised(window, october, amara, noor, dana, stella, complaints):
    for member, left in ((amara, "12:00"), (noor, "11:00")):
        make.visit(member, MONDAY, "09:00", left, unit=make.unit())
    page = window(dana)
    page.goto("/reports/2026-10/")
    expect(figure(page, "Member-days")).to_contain_text("2")

    # From the figure to its days, to the visits of one, to one of them, and back.
    page.get_by_role("link", name="Member-days: what is behind it").click()
    assert_well_made(page, "Member-days")
    assert_well_made_at_night_on_a_phone(page)
    page.get_by_role("link", name="Monday 5 October").click()
    assert_well_made(page, "Monday 5 October")
    assert_well_made_at_night_on_a_phone(page)
    correct(page, "Amara Okafor", "13:00")
    expect(page.get_by_role("heading", level=1)).to_have_text("Monday 5 October")
    expect(page.locator("li").filter(has_text="Amara Okafor")).to_contain_text("240 minutes")
    page.get_by_role("link", name="Member-days").click()
    page.get_by_role("link", name="October 2026").click()

    page.get_by_role("button", name="Close this month").click()
    expect(page.get_by_text("Every figure stands as it was told then.")).to_be_visible()
    assert_well_made(page, "October 2026")

    # A mistake comes to light after all.
    page.goto(f"/reports/2026-10/figures/attendance.minutes/{MONDAY}/")
    correct(page, "Noor Haddad", "12:00")
    page.goto("/reports/2026-10/")
    page.get_by_role("link", name="See what changed, and why").click()
    row = page.locator("#revised tr").filter(has_text="Minutes").first
    expect(row.locator("td")).to_have_text(["360", "420"])
    why = page.locator("#revised li")
    expect(why).to_have_count(1)
    for words in ("Monday 5 October: Corrected", "Noor Haddad", "Left: 11 am", "noon", "Wrong time", "Dana"):
        expect(why).to_contain_text(words)
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
    # A printed report may go to the board: what changed is on it, and nobody's name.
    page.emulate_media(media="print")
    on_paper = page.get_by_role("main").inner_text()
    assert "Monday 5 October: Corrected" in on_paper and "Closed on" in on_paper
    assert [name for name in ("Noor", "Haddad", "Dana", "Left: 11 am", "Wrong time") if name in on_paper] == []
    page.emulate_media(media="screen")

    # A member with the statistics duty sees that and what, and nobody's name.
    other = window(stella)
    other.goto("/reports/2026-10/")
    expect(other.locator("#revised li")).to_contain_text("Monday 5 October: Corrected")
    expect(other.get_by_role("main")).not_to_contain_text("Noor")
    with other.expect_download() as download:
        other.locator("section").filter(has_text="As it was closed").get_by_role("link", name="CSV").click()
    assert "attendance.minutes,360," in download.value.path().read_text("utf-8-sig")

    page.get_by_role("link", name="Open it again").click()
    assert_well_made(page, "Open October 2026 again")
    page.get_by_role("button", name="Open the month again").click()
    expect(page.get_by_text("Say in a few words why the month is opened again.")).to_be_visible()
    assert "422" in complaints.pop()  # was asked for
    page.get_by_label("Why is it opened again?").fill("An hour was missing.")
    page.get_by_role("button", name="Open the month again").click()
    expect(page.get_by_text("An hour was missing.")).to_be_visible()
    page.get_by_role("button", name="Close this month").click()
    expect(page.get_by_text("Every figure stands as it was told then.")).to_be_visible()
    expect(page.locator("#revised")).to_have_count(0)
