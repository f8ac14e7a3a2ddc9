"""Amara's phone at night: a plate with one tap on home, her week, a place given back, and her days in her calendar."""

import datetime as dt
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from activities import actions
from activities.models import CalendarFeed, EventSignUp, SavedLunch, SignUp
from tests import make
from tests.journeys.conftest import PHONE
from tests.journeys.well_made import NARROW, assert_no_sideways_scrolling, assert_targets, assert_well_made

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
TUESDAY = dt.date(2026, 10, 6)


@pytest.fixture
def amaras_week(on_tuesday_at_ten, amara, sam):
    make.house(lunch_until=dt.time(10, 30))
    on = {"member": amara, "at": timezone.now()}
    kitchen = make.unit("Kitchen", colour=2)
    SignUp.objects.create(task=make.task("Lunch for 50", unit=kitchen, starts_at=dt.time(11)), by=amara.user, **on)
    SignUp.objects.create(task=make.task("Phones", day=TUESDAY + dt.timedelta(days=1)), by=sam.user, **on)
    EventSignUp.objects.create(event=make.event("Film night", day=TUESDAY), by=amara.user, **on)


def assert_is_well_made(page) -> None:
    """At night, on the smallest phone."""
    page.set_viewport_size(NARROW)
    assert_no_sideways_scrolling(page)
    assert_well_made(page)
    assert_targets(page, 44)
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})


def test_a_plate_a_week_and_a_calendar(window, amaras_week, amara):
    page = window(amara, size=PHONE, has_touch=True, is_mobile=True, color_scheme="dark")
    page.goto("/")
    main, said = page.get_by_role("main"), page.locator("#messages")
    expect(main).to_contain_text("You are on Lunch for 50 at 11 am and Film night at 5:15 pm.")
    expect(main).to_contain_text("Sam R. put your name up, at your word: Phones, Wednesday 7 October.")
    assert_is_well_made(page)
    main.get_by_role("button", name="Save me a plate").tap()
    expect(said).to_contain_text("A plate is saved for you.")
    assert SavedLunch.objects.get().day == TUESDAY

    main.get_by_role("link", name="My week").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("My week")
    page.wait_for_load_state()  # a finger misses what its style sheet still moves
    main.get_by_role("button", name="Take it back Tuesday 6 October").tap()
    expect(said).to_contain_text("No plate is saved for you.")
    main.get_by_role("button", name="Save me a plate Thursday 8 October").tap()
    expect(main.get_by_role("button", name="Take it back Thursday 8 October")).to_be_visible()
    assert SavedLunch.objects.get().day == TUESDAY + dt.timedelta(days=2)
    for title in ("Phones", "Film night"):
        main.get_by_role("button", name=re.compile(f"Withdraw.*{title}")).tap()
        expect(page.get_by_role("heading", level=1)).to_have_text("My week")
        expect(said).to_contain_text(title)
    assert (SignUp.objects.get().task.title, EventSignUp.objects.count()) == ("Lunch for 50", 0)
    assert_is_well_made(page)

    main.get_by_role("link", name="In my own calendar").tap()
    assert_is_well_made(page)
    main.get_by_label("Show only “Busy”").tap()
    main.get_by_role("button", name="Make my address").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Your calendar address")
    assert_is_well_made(page)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    main.get_by_role("button", name="Copy the address").tap()
    expect(page.get_by_text("Copied.")).to_be_visible()
    path = page.evaluate("navigator.clipboard.readText()").partition("/calendar/")[2]
    assert "SUMMARY:Busy" in page.request.get(f"/calendar/{path}").text()


@pytest.mark.slow
def test_it_works_without_javascript(window, amaras_week, amara):
    page = window(amara, size=PHONE, java_script_enabled=False)
    page.goto("/me/week/")
    page.get_by_role("button", name="Save me a plate Tuesday 6 October").click()
    page.get_by_role("button", name=re.compile("Withdraw.*Film night")).click()
    assert (SavedLunch.objects.count(), EventSignUp.objects.count()) == (1, 0)
    page.goto("/me/calendar/")
    page.get_by_role("button", name="Make my address").click()
    assert "/calendar/" in page.get_by_label("The address").input_value()
    page.goto("/me/calendar/")
    page.get_by_role("button", name="Switch it off").click()
    assert not CalendarFeed.objects.exists()


@pytest.mark.slow
def test_no_day_of_the_plan_is_cut_in_two(window, amaras_week, amara):
    """On A4: fourteen points, nothing to press, and each day on one sheet."""
    actions.save_lunch(day=TUESDAY, member=amara, by=amara.user)
    page = window(amara)
    page.goto("/me/week/")
    page.emulate_media(media="print")
    shown = page.evaluate(
        """() => ({
            pressed: [...document.querySelectorAll("main :is(button, a:not(.mine-title))")]
                .filter((one) => one.checkVisibility()).length,
            cut: [...document.querySelectorAll(".week-day")].filter(
                (one) => getComputedStyle(one).breakInside !== "avoid").length,
            points: Math.round(parseFloat(getComputedStyle(document.querySelector(".mine-title")).fontSize) * 0.75),
        })"""
    )
    assert (shown["pressed"], shown["cut"]) == (0, 0)
    assert shown["points"] >= 14
    expect(page.get_by_text("A plate is saved for you.")).to_be_visible()
