"""A trip with rides, on phones: Amara comes along and looks for a seat, Sam offers two, Amara takes one."""

import datetime as dt
import re

import pytest
from playwright.sync_api import expect

from activities.models import EventSignUp, Ride, RideWish
from tests import make
from tests.journeys.conftest import PHONE
from tests.journeys.well_made import (
    assert_targets,
    assert_well_made,
    assert_well_made_at_night_on_a_phone,
)

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SATURDAY = dt.date(2026, 10, 10)


@pytest.fixture
def lake(on_tuesday_at_ten, amara, sam):
    make.event("Games evening", day=dt.date(2026, 10, 8))
    return make.event(
        "Trip to the lake", day=SATURDAY, sort="trip", places=3, has_rides=True, about="Bring good shoes.",
        cost="$6", meeting_point="Back door",
    )  # fmt: skip


def seats() -> list[tuple]:
    return list(RideWish.objects.values_list("member__first_name", "ride__driver__staff__first_name"))


def test_an_event_with_rides(window, lake, amara, sam):
    phone = window(amara, size=PHONE, has_touch=True, is_mobile=True)
    phone.goto("/")
    phone.get_by_role("main").get_by_role("link", name="What's on").click()
    assert_well_made(phone, "What's on")
    assert_well_made_at_night_on_a_phone(phone)
    assert_targets(phone)
    phone.get_by_role("button", name="Trip").click()
    phone.get_by_role("link", name="Trip to the lake").click()
    assert_well_made(phone, "Trip to the lake")
    event, said = phone.locator(f"[data-event='{lake.pk}']"), phone.locator("#messages")
    expect(event.get_by_role("button", name="Look for a seat")).to_have_count(0)
    event.get_by_role("button", name="I'm coming").click()
    expect(event).to_have_attribute("data-taken", "1")
    event.get_by_role("button", name="Look for a seat").click()
    expect(said).to_contain_text("You are on the list of people who look for a seat.")
    expect(event.get_by_role("button", name="Stop looking")).to_be_focused()
    assert seats() == [("Amara", None)]

    staff = window(sam, size=PHONE, has_touch=True, is_mobile=True)
    staff.goto(f"/whats-on/{lake.pk}/")
    staff.get_by_label("Seats free in my car").fill("2")
    staff.get_by_role("button", name="Offer seats").click()
    expect(staff.locator("#messages")).to_contain_text("Your seats are on the list. Thank you.")
    assert_well_made_at_night_on_a_phone(staff)

    phone.reload()
    event.get_by_role("button", name="Take a seat").click()
    expect(said).to_contain_text("Talk to each other about where and when.")
    expect(event.locator("[data-ride]")).to_have_attribute("data-taken", "1")
    assert seats() == [("Amara", "Sam")]
    assert_well_made(phone)
    assert_well_made_at_night_on_a_phone(phone)
    assert_targets(phone)

    staff.get_by_role("button", name="Take my seats back").click()
    expect(staff.locator("[data-ride]")).to_have_count(0)
    phone.reload()
    expect(event.get_by_text("Your ride was taken back.")).to_be_visible()
    event.get_by_role("button", name="Give my place back").click()
    expect(event).to_have_attribute("data-taken", "0")
    assert (seats(), EventSignUp.objects.count(), Ride.objects.count()) == ([], 0, 0)


@pytest.mark.once
@pytest.mark.slow
def test_without_javascript(window, lake, amara):
    page = window(amara, size=PHONE, java_script_enabled=False)
    page.goto(f"/whats-on/{lake.pk}/")
    page.get_by_role("button", name="I'm coming").click()
    expect(page.locator("#messages")).to_contain_text("You are coming to “Trip to the lake”.")
    page.get_by_role("button", name="Look for a seat").click()
    assert seats() == [("Amara", None)]
    page.get_by_role("button", name="Give my place back").click()
    expect(page.locator("#messages")).to_contain_text("back.")
    assert (seats(), EventSignUp.objects.count()) == ([], 0)


@pytest.mark.once
def test_staff_post_an_event_print_its_poster_and_say_who_came(window, lake, amara, sam):
    page = window(sam)
    page.goto("/whats-on/")
    page.get_by_role("link", name="Post an event").click()
    assert_well_made(page, "Post an event")
    assert_well_made_at_night_on_a_phone(page)
    page.get_by_label("What is on?").fill("Choir")
    page.get_by_label("On which day?").fill("2026-10-07")
    page.get_by_label("From", exact=False).first.fill("18:00")
    page.get_by_label("To*").fill("19:00")
    page.get_by_label("Every week").check()
    page.get_by_role("button", name="Post it").click()
    assert_well_made(page, "Choir")
    page.get_by_role("link", name="Change the event").click()
    assert_well_made(page, "Choir")
    assert_well_made_at_night_on_a_phone(page)
    page.go_back()
    page.get_by_role("link", name="Print a poster").click()
    assert_well_made(page, "Choir")
    for format in ("A4", "Letter"):
        assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=format))) == 1
    page.goto("/whats-on/sheet/")
    assert_well_made(page, "What's on")
    assert_well_made_at_night_on_a_phone(page)
    past = make.event("Film", day=dt.date(2026, 10, 5))
    past.sign_ups.create(member=amara, at=past.begins_at(make.house()), by=sam.user)
    page.goto(f"/whats-on/{past.pk}/")
    page.get_by_role("link", name="Write down who came").click()
    assert_well_made(page, "Who came?")
    assert_well_made_at_night_on_a_phone(page)
    page.get_by_label("Amara O.").check()
    page.get_by_role("button", name="They came").click()
    expect(page.locator("#messages")).to_contain_text("Saved. They came: Amara.")
    assert_well_made(page)
