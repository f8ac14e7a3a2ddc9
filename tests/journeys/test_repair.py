"""Sam puts the book right: a paper sheet, the end of the day, a visit that was somebody else's."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from attendance.models import Visit
from tests import make
from tests.journeys.well_made import assert_well_made, assert_well_made_at_night_on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
MONDAY, TUESDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 6)
FIRST = "Amara Noor Ines Otto Pilar Zoe Juan Mary Suki Bela Cleo Dario Esra Femi Gwen".split()
LAST = "Okafor Haddad Prado Kern Vega Lind Berg Castro Duarte Eklund".split()


def stays(day: dt.date) -> set[tuple]:
    """(name, in, out) of a day, in house time."""
    visits = Visit.objects.filter(day=day).select_related("member")

    def clock(at):
        return at and f"{timezone.localtime(at):%H:%M}"

    with timezone.override("America/Detroit"):
        return {(visit.member.full_name, clock(visit.arrived_at), clock(visit.left_at)) for visit in visits}


def count_keys(page: Page) -> None:
    page.evaluate("addEventListener('keydown', () => window.keys = (window.keys || 0) + 1, true)")


def sheet_of_thirty() -> list[tuple[str, str, str]]:
    """A roll of 150 people, and what thirty of them wrote: the name as short as it is clear, time in, time out."""
    people = [make.member(f"{first} {last}") for first in FIRST for last in LAST]
    return [
        (f"{person.first_name[:3]} {person.last_name[:2]}".lower(), f"9{number:02}", f"{2 + number % 2}{number:02}")
        for number, person in enumerate(people[::5])
    ]


def test_a_paper_sheet_of_thirty_is_typed_in(window, on_tuesday_at_ten, sam):
    rows = sheet_of_thirty()
    page = window(sam, size=(820, 1180))
    page.goto(f"/arrivals/{MONDAY}/paper/")
    expect(page.locator("[name=who]").first).to_be_focused()
    assert_well_made(page)
    count_keys(page)
    for who, arrived, left in rows:
        page.keyboard.type(who)
        page.keyboard.press("Tab")
        page.keyboard.type(arrived)
        page.keyboard.press("Tab")
        page.keyboard.type(left)
        page.keyboard.press("Enter")
    expect(page.locator("#paper-rows .is-saved")).to_have_count(30)
    assert page.locator("#paper-rows .is-look").count() == 0
    assert (len(rows), Visit.objects.filter(source="paper", ending="known").count()) == (30, 30)
    keys = page.evaluate("window.keys") / 30
    print(f"{keys:.1f} keystrokes a person")
    assert keys <= 17  # 30 people x 17 keys x 0.28 s = 143 s, of the 240 they may take
    assert_well_made_at_night_on_a_phone(page)


def test_what_is_not_clear_on_the_sheet_stays_until_it_is(window, on_tuesday_at_ten, rosa, amara, noor):
    make.member("Amara Obi", member_no="OBI")
    make.visit(noor, MONDAY, "09:00", "12:00")
    page = window(rosa)
    page.goto(f"/arrivals/{MONDAY}/paper/")
    page.keyboard.type("amara")
    expect(page.locator("#paper-rows").get_by_role("option")).to_have_count(2)
    assert_well_made(page)
    page.keyboard.press("Enter")
    page.keyboard.type("930")
    page.keyboard.press("Enter")
    row = page.locator("#paper-rows > li").first
    expect(row).to_contain_text("Several people may be meant. Choose one, or write more of the name.")
    expect(row.get_by_label("Time in")).to_have_value("930")
    # The next row is under the fingers already; its name is taken from the list by arrow and Tab.
    page.keyboard.type("haddad")
    expect(page.get_by_role("option", name="Noor H.")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type("10")
    page.keyboard.press("Tab")
    page.keyboard.type("1")
    page.keyboard.press("Enter")
    expect(page.locator("#paper-rows > li").nth(1)).to_contain_text("Noor is in the book from 9 am to noon already.")
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
    row.get_by_role("button", name="OBI").click()
    expect(row).to_contain_text("from 9:30 am, time out not written down", ignore_case=True)
    assert stays(MONDAY) == {("Noor Haddad", "09:00", "12:00"), ("Amara Obi", "09:30", None)}
    row.get_by_role("button", name="Undo").click()
    expect(row.get_by_label("Name or number")).to_have_value("")
    assert stays(MONDAY) == {("Noor Haddad", "09:00", "12:00")}


def test_the_sheet_without_javascript(window, on_tuesday_at_ten, sam, amara, noor, complaints):
    page = window(sam, java_script_enabled=False)
    page.goto(f"/arrivals/{MONDAY}/paper/")
    for at, (who, arrived, left) in enumerate([("amara", "9", "12"), ("xyz", "9", "12"), ("noor", "10", "")]):
        row = page.locator("#paper-rows > li").nth(at)
        row.get_by_label("Name or number").fill(who)
        row.get_by_label("Time in").fill(arrived)
        row.get_by_label("Time out").fill(left)
    page.get_by_role("button", name="Save all rows").last.click()
    complaints.remove(f"422 /arrivals/{MONDAY}/paper/")
    expect(page.locator("#messages")).to_contain_text("1 row needs a look.")
    expect(page.locator("#paper-rows > li").first.get_by_label("Name or number")).to_have_value("xyz")
    assert stays(MONDAY) == {("Amara Okafor", "09:00", "12:00"), ("Noor Haddad", "10:00", None)}
