"""Rosa at reception, on a tablet: somebody new, several at once, everyone out, guests. Sam: the same person twice."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from attendance.models import DayCount, GuestCount, Visit
from members.models import Member
from tests import make
from tests.journeys.well_made import assert_well_made, assert_well_made_at_night_on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
TUESDAY = dt.date(2026, 10, 6)
TABLET = (820, 1180)


@pytest.fixture
def roll(on_tuesday_at_ten, amara, noor):
    """Amara and Noor were here last week, Ines is here, Ana was last seen years ago."""
    kitchen = make.unit("Kitchen", colour=2)
    for member in (amara, noor):
        make.visit(member, dt.date(2026, 9, 30), "09:00", "12:00", unit=kitchen)
    make.visit(make.member("Ines Prado", member_no="INES"), TUESDAY, "08:52", None, unit=kitchen)
    make.visit(make.member("Ana Park", member_no="ANA"), dt.date(2021, 3, 1))


def here() -> set[str]:
    return set(Visit.objects.here_now().values_list("member__first_name", flat=True))


def tile(page: Page, number: str):
    return page.locator(f"#people [data-member-no='{number}']")


def look_well(page: Page) -> None:
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)


def test_rosa_writes_somebody_new_down_by_keyboard(window, roll, rosa):
    page = window(rosa, size=TABLET)
    page.goto("/arrivals/")
    page.keyboard.type("Ann Porkova")
    again = page.get_by_role("button", name="New here? Write them down")
    expect(page.locator(".new-here [name=words]")).to_have_value("Ann Porkova")  # not the answer to a part of it
    expect(page.get_by_text("Nobody found by that name.")).to_be_visible()
    again.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_label("First name")).to_have_value("Ann")
    expect(page.get_by_label("Family name")).to_have_value("Porkova")
    assert re.search("porkova", page.url, re.IGNORECASE) is None
    look_well(page)
    page.get_by_label("Family name").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("Parc")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Looks like Ana P.. The same person?")).to_be_visible()
    expect(page.get_by_role("button", name="Yes, Ana P. is here")).to_be_focused()
    look_well(page)
    page.get_by_role("button", name="No, somebody new").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Welcome, Ann! Saved: on the roll, and here since 10 am.")
    assert here() == {"Ines", "Ann"}

    page.get_by_role("link", name="New here").click()
    page.get_by_label("First name").fill("Ana")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Yes, Ana P. is here").first.click()
    expect(page.locator("#messages")).to_contain_text("Saved. Ana is here since 10 am. Welcome back!")
    assert here() == {"Ines", "Ann", "Ana"}
    assert Member.objects.filter(last_name__startswith="Par").count() == 2


def test_rosa_marks_several_sends_everyone_home_and_takes_it_back(window, roll, rosa, amara, noor):
    page = window(rosa, size=TABLET, has_touch=True)
    page.goto("/arrivals/")
    page.get_by_role("link", name="Several at once").tap()
    chosen, mark_in = page.locator("[data-chosen]"), page.get_by_role("button", name="Mark in")
    expect(mark_in).to_have_attribute("aria-disabled", "true")
    mark_in.tap(force=True)  # nobody is chosen yet: nothing happens
    for number in (amara.member_no, noor.member_no, "INES"):
        page.locator("label", has=page.locator(f"[value='{number}']")).tap()
    page.get_by_role("searchbox").fill("ana park")
    page.keyboard.press("Enter")
    page.locator("label", has=page.locator("[value='ANA']")).tap()
    expect(chosen).to_have_text("4")
    look_well(page)
    mark_in.tap()
    said = page.locator("#messages")
    expect(said).to_contain_text("Saved. Here since 10 am: Amara, Ana and Noor.")
    expect(said).to_contain_text("Ines is here already, since 8:52 am.")
    expect(tile(page, amara.member_no)).to_have_attribute("data-state", "here")
    assert_well_made(page)
    said.get_by_role("button", name="Undo").tap()
    expect(said).to_contain_text("Undone. 3 visits are as before.")
    assert here() == {"Ines"}
    page.get_by_role("link", name="Several at once").tap()
    expect(mark_in).to_have_attribute("aria-disabled", "true")
    page.keyboard.press("Escape")
    page.wait_for_url(lambda url: url.endswith("/arrivals/"))

    tile(page, noor.member_no).get_by_role("button", name="Arrive").tap()
    expect(tile(page, noor.member_no)).to_have_attribute("data-state", "here")
    page.locator("summary", has_text="More").tap()
    page.get_by_role("link", name="Everyone out").tap()
    page.get_by_label("When did they leave?").fill("09:30")
    page.get_by_role("button", name="Look again").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Everyone out at 9:30 am")
    expect(page.get_by_role("heading", name="Came later and stay 1")).to_be_visible()
    look_well(page)
    page.get_by_role("button", name="They left at 9:30 am").tap()
    expect(said).to_contain_text("Saved. Left at 9:30 am: Ines.")
    assert here() == {"Noor"}
    said.get_by_role("button", name="Undo").tap()
    expect(tile(page, "INES")).to_have_attribute("data-state", "here")
    assert here() == {"Noor", "Ines"}


@pytest.mark.slow
def test_rosa_counts_also_fast_and_without_javascript(window, roll, rosa):
    page = window(rosa, size=TABLET)
    page.goto("/arrivals/")
    more = page.get_by_role("button", name="One more: on a tour")
    for _press in range(5):
        more.click()
    visitors = page.get_by_label("visitors", exact=True)
    visitors.fill("12")
    visitors.press("Enter")
    expect(page.get_by_label("on a tour", exact=True)).to_have_value("5")
    page.get_by_role("button", name="One fewer: visitors").click()
    expect(visitors).to_have_value("11")
    staff = page.get_by_label("staff on duty", exact=True)
    expect(staff).to_have_accessible_description("not counted")
    page.get_by_role("button", name="One more: staff on duty").click()
    expect(staff).to_have_value("1")
    look_well(page)
    plain = window(rosa, java_script_enabled=False)
    plain.goto("/arrivals/")
    plain.get_by_role("button", name="One fewer: on a tour").click()
    expect(plain.get_by_label("on a tour", exact=True)).to_have_value("4")
    plain.get_by_label("students", exact=True).fill("2")
    plain.get_by_label("students", exact=True).press("Enter")
    expect(plain.get_by_label("students", exact=True)).to_have_value("2")
    plain.get_by_label("people who asked about joining", exact=True).fill("0")
    plain.get_by_label("people who asked about joining", exact=True).press("Enter")
    expect(plain.get_by_label("people who asked about joining", exact=True)).to_have_value("0")
    assert dict(DayCount.objects.values_list("kind", "count")) == {"staff": 1, "enquiry": 0}
    assert dict(GuestCount.objects.values_list("kind", "count")) == {"tour": 4, "visitor": 11, "student": 2}


@pytest.mark.slow
def test_it_works_without_javascript_too(window, roll, rosa, amara, noor):
    page = window(rosa, java_script_enabled=False)
    page.goto("/arrivals/")
    page.get_by_role("link", name="Several at once").click()
    for member in (amara, noor):
        page.locator(f"[value='{member.member_no}']").check()
    page.get_by_role("button", name="Mark in").click()
    assert here() == {"Ines", "Amara", "Noor"}
    page.locator("#messages").get_by_role("button", name="Undo").click()
    assert here() == {"Ines"}
    page.goto(f"/arrivals/{TUESDAY}/walk-in/")
    page.get_by_label("First name").fill("Nia")
    page.get_by_role("button", name="Write them down").click()
    assert here() == {"Ines", "Nia"}


def test_sam_joins_two_entries_and_takes_them_apart_again(window, roll, sam, amara):
    again = make.member("Amara Okafr", member_no="AGAIN", enrolled_on=TUESDAY)
    make.visit(again, TUESDAY, "09:10", None)
    page = window(sam)
    page.goto(f"/members/{amara.pk}/")
    page.get_by_role("link", name="The same person twice?").click()
    look_well(page)
    page.get_by_role("link", name="Look at both").click()
    expect(page.get_by_role("radio", name="Amara Okafor")).to_be_checked()
    look_well(page)
    page.get_by_role("button", name="Make it one entry").click()
    said = page.locator("#messages")
    expect(said).to_contain_text("Saved. It is one entry now: Amara Okafor.")
    expect(page.get_by_text("Amara Okafr (AGAIN) turned out to be the same person.")).to_be_visible()
    look_well(page)
    page.goto("/arrivals/")
    expect(tile(page, amara.member_no)).to_have_attribute("data-state", "here")
    expect(tile(page, "AGAIN")).to_have_count(0)
    page.goto(f"/members/{again.pk}/")
    page.wait_for_url(lambda url: url.endswith(f"/members/{amara.pk}/"))
    page.get_by_role("button", name="They are two people: undo").click()
    expect(said).to_contain_text("Undone. They are two people again.")
    page.goto("/arrivals/")
    expect(tile(page, "AGAIN")).to_have_attribute("data-state", "here")
    assert timezone.localdate(Visit.objects.get(member=again).arrived_at) == TUESDAY
