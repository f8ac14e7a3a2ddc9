"""Amara looks for a home base on her phone, and Dana says what the unit is."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from activities.models import Unit
from tests import make
from tests.journeys.conftest import PHONE
from tests.journeys.well_made import assert_targets, assert_well_made, assert_well_made_at_night_on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def test_amara_finds_a_home_base_and_dana_gives_it_a_picture(window, on_tuesday_at_ten, amara, dana, sam):
    kitchen = make.unit("Kitchen", colour=2, description="We cook. Come and stir.", afternoon_meeting_at=dt.time(13))
    kitchen.staff.add(sam)
    make.task("Lunch", unit=kitchen, places=3)
    page = window(amara, size=PHONE, has_touch=True, is_mobile=True)
    page.goto("/me/")
    page.get_by_role("link", name="Choose my units").click()
    assert_well_made(page, "Units")
    assert_well_made_at_night_on_a_phone(page)
    page.get_by_role("link", name="Kitchen").click()
    assert_well_made(page, "Kitchen")
    expect(page.get_by_text("Next meeting: today, 1 pm")).to_be_visible()
    page.get_by_role("button", name="This is my home base").click()
    expect(page.locator("#messages")).to_contain_text("Kitchen is your home base now.")
    expect(page.get_by_role("button", name="Leave this unit")).to_be_focused()
    assert list(amara.units.all()) == [kitchen]
    assert_targets(page)
    assert_well_made_at_night_on_a_phone(page)

    page = window(dana)
    page.goto(f"/house/units/{kitchen.pk}/")
    page.get_by_role("radio", name="Plant").focus()
    page.keyboard.press("ArrowRight")
    assert_well_made(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("Saved.")
    assert Unit.objects.get().icon == "phone"
    page.get_by_role("link", name="See it as everybody does").click()
    assert_well_made(page, "Kitchen")
