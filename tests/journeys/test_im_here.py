"""Amara on her own phone: she says that she is here, takes it back, says it again, and leaves."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from attendance.models import Mark, Visit
from tests import make
from tests.journeys.conftest import PHONE
from tests.journeys.well_made import assert_targets, assert_well_made, assert_well_made_at_night_on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def kitchen(on_tuesday_at_ten, amara):
    make.house(members_may_mark_themselves=True)
    kitchen = make.unit("Kitchen", colour=2)
    make.unit("Employment & Education", colour=3)
    make.visit(amara, dt.date(2026, 10, 5), unit=kitchen)
    return kitchen


def today() -> list[tuple]:
    visits = Visit.objects.filter(day=dt.date(2026, 10, 6)).select_related("unit")
    return [(visit.member.first_name, visit.ending, visit.kind, visit.unit.name, visit.source) for visit in visits]


def a_little_later() -> None:
    """What she says next is no second tap of a nervous finger."""
    Mark.objects.update(noted_at=timezone.now() - dt.timedelta(seconds=10))


def assert_is_well_made(page) -> None:
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
    assert_targets(page, 44)


def test_amara_says_that_she_is_here_and_leaves(window, kitchen, amara):
    page = window(amara, size=PHONE, has_touch=True, is_mobile=True)
    heading, said = page.get_by_role("heading", level=1), page.locator("#messages")
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="I'm here").tap()
    expect(heading).to_have_text("Are you here today?")
    assert_is_well_made(page)

    page.get_by_role("button", name="I'm here").tap()
    expect(heading).to_have_text("You are here")
    expect(page.locator(".here-now")).to_contain_text("Kitchen")
    assert today() == [("Amara", "here", "wod", "Kitchen", "self")]
    page.get_by_text("Change where I am").tap()
    assert_is_well_made(page)
    page.get_by_role("button", name="Employment & Education").tap()
    page.get_by_text("Change where I am").tap()
    page.get_by_role("button", name="From home").tap()
    expect(said).to_contain_text("Saved.")
    assert today() == [("Amara", "here", "virtual", "Employment & Education", "self")]

    page.get_by_role("button", name="Undo").tap()
    expect(heading).to_have_text("Are you here today?")
    assert today() == []

    page.get_by_role("button", name="I'm here").tap()
    expect(heading).to_have_text("You are here")
    page.goto("/")
    expect(page.get_by_role("main").get_by_role("link", name="I'm here")).to_contain_text("You are here since 10")
    page.goto("/me/here/")
    a_little_later()
    page.get_by_role("button", name="I'm leaving").tap()
    expect(heading).to_have_text("You left")
    expect(said).to_contain_text("See you soon!")
    assert today() == [("Amara", "known", "wod", "Kitchen", "self")]
    assert_is_well_made(page)
    page.get_by_role("button", name="Undo").tap()
    expect(heading).to_have_text("You are here")
    assert today() == [("Amara", "here", "wod", "Kitchen", "self")]


@pytest.mark.once
@pytest.mark.slow
def test_it_works_without_javascript(window, kitchen, amara):
    page = window(amara, size=PHONE, java_script_enabled=False)
    page.goto("/me/here/")
    page.get_by_role("button", name="Elsewhere").click()
    assert today() == [("Amara", "here", "offsite", "Kitchen", "self")]
    page.get_by_text("Change where I am").click()
    page.get_by_role("button", name="At the house").click()
    assert today() == [("Amara", "here", "wod", "Kitchen", "self")]
    a_little_later()
    page.get_by_role("button", name="I'm leaving").click()
    assert today() == [("Amara", "known", "wod", "Kitchen", "self")]
