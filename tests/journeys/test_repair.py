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


@pytest.mark.slow
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
    expect(row.get_by_label("Name or number")).to_be_focused()
    assert stays(MONDAY) == {("Noor Haddad", "09:00", "12:00")}


@pytest.mark.slow
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


def press_to(page: Page, target, key: str = "Tab", most: int = 60) -> None:
    """By keyboard alone, as far as it takes."""
    for _ in range(most):
        if target.evaluate("one => one === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError("the keyboard does not lead there")


def test_yesterday_is_put_right_by_keyboard_alone(window, on_tuesday_at_ten, sam, amara, noor):
    visit = make.visit(amara, MONDAY, "09:00", "12:00", unit=make.unit("Kitchen", colour=2))
    page = window(sam)
    page.goto("/arrivals/")
    press_to(page, page.get_by_role("link", name="Day before"), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("You are changing Monday 5 October.")).to_be_visible()
    press_to(page, page.get_by_role("link", name="Forgot to tap"), "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("[name=why][value=forgot]").first).to_be_attached()
    page.wait_for_load_state()

    press_to(page, page.get_by_role("searchbox"))
    page.keyboard.type("noor")
    expect(page.get_by_role("heading", name="Found 1")).to_be_visible()
    noors = page.locator(f"[data-member-no={noor.member_no}]")
    press_to(page, noors.get_by_label("Arrived at"))
    page.keyboard.type("1015AM")
    press_to(page, noors.get_by_role("button", name="Arrive"))
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved. Noor arrived at 10:15 am on Monday 5 October.")

    page.goto(f"/arrivals/visits/{visit.pk}/")
    press_to(page, page.get_by_label("Left at", exact=True))
    page.keyboard.type("0130PM")
    press_to(page, page.get_by_label("Whose visit"))
    page.keyboard.press("Control+a")
    page.keyboard.type("idr")
    make.member("Idris Bello", member_no="IDRIS")
    page.keyboard.type("i")
    expect(page.get_by_role("option", name="Idris B.")).to_be_visible()
    page.keyboard.press("ArrowDown")
    assert_well_made(page)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Whose visit")).to_have_value("Idris B. (IDRIS)")
    press_to(page, page.get_by_label("Forgot to tap").first)
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Saved. The visit of Idris was corrected.")
    assert stays(MONDAY) == {("Noor Haddad", "10:15", None), ("Idris Bello", "09:00", "13:30")}
    changed = page.locator(".audit-line")
    expect(changed).to_contain_text("Whose visit: Amara Okafor")
    expect(changed).to_contain_text("Wrong person")
    expect(changed).to_contain_text("Forgot to tap")
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)


def test_a_visit_is_taken_out_and_put_back(window, on_tuesday_at_ten, sam, amara):
    visit = make.visit(amara, MONDAY, "09:00", "12:00")
    page = window(sam)
    page.goto(f"/arrivals/visits/{visit.pk}/")
    page.get_by_text("This visit never was").click()
    removal = page.locator("details", has=page.get_by_role("button", name="Remove the visit"))
    removal.get_by_text("Wrong person").click()
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
    removal.get_by_role("button", name="Remove the visit").click()
    expect(page.locator("#messages")).to_contain_text("Saved. That visit of Amara is gone from the book.")
    assert stays(MONDAY) == set()
    assert_well_made(page)
    page.goto(f"/arrivals/{MONDAY}/changes/")
    assert_well_made_at_night_on_a_phone(page)
    page.get_by_role("button", name="Put it back").click()
    expect(page.locator("#messages")).to_contain_text("Undone. The visit of Amara is in the book again.")
    expect(page.locator(".history")).to_contain_text("Put back into the book: Sam")
    assert stays(MONDAY) == {("Amara Okafor", "09:00", "12:00")}


def test_the_day_is_closed_and_what_was_assumed_is_looked_at(window, on_tuesday_at_ten, sam, amara, noor):
    make.house(closing_estimate=True)
    for who in (amara, noor):
        make.visit(who, MONDAY, "09:00", None, ending="not_written")
    page = window(sam, size=(820, 1180))
    page.goto(f"/arrivals/{MONDAY}/")
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="Close the day").click()
    expect(page.get_by_text("2 people have no time out.")).to_be_visible()
    page.wait_for_load_state()
    page.get_by_label("Noor H. left at").fill("15:00")
    page.get_by_role("button", name="All left at closing").click()
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
    page.get_by_role("button", name="Save the times").click()
    expect(page.locator("#messages")).to_contain_text("Saved. 2 people have a time out now.")
    both = {("Amara Okafor", "09:00", "16:30"), ("Noor Haddad", "09:00", "15:00")}
    assert stays(MONDAY) == both
    page.get_by_role("button", name="Undo all of it").click()
    expect(page.locator("#messages")).to_contain_text("Undone. 2 visits are as before.")
    assert stays(MONDAY) == {("Amara Okafor", "09:00", None), ("Noor Haddad", "09:00", None)}
    page.get_by_label("Noor H. left at").fill("15:00")
    page.get_by_role("button", name="All left at closing").click()
    page.get_by_role("button", name="Save the times").click()
    expect(page.locator("#messages")).to_contain_text("Saved. 2 people have a time out now.")

    page.goto("/arrivals/")
    expect(page.locator("summary .mark.is-look")).to_contain_text("1")
    page.locator("summary", has_text="More").click()
    page.get_by_role("link", name="Needs a look").click()
    expect(page.get_by_text("The time out is assumed: 4:30 pm.")).to_be_visible()
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
    page.get_by_role("button", name="That’s right").click()
    expect(page.locator(".check")).to_contain_text("Right as it is")
    expect(page.locator(".check .is-good")).to_be_focused()
    assert set(Visit.objects.values_list("ending", flat=True)) == {"known"}
