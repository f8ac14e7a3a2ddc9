"""A task of the morning is left: Meera carries it over, Noor takes it, does it, and Amara says thanks."""

import datetime as dt

import pytest
import time_machine
from playwright.sync_api import expect

from activities.models import Thanks, UnitTask
from attendance.models import Visit
from tests import make
from tests.journeys.conftest import PHONE
from tests.journeys.well_made import assert_well_made, assert_well_made_at_night_on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
TUESDAY = dt.datetime(2026, 10, 6, 17, 30, tzinfo=dt.UTC)  # half past one in the afternoon


@pytest.fixture
def tuesday_afternoon(transactional_db):
    with time_machine.travel(TUESDAY, tick=True):
        yield


def test_what_is_left_of_the_morning_is_done_in_the_afternoon(window, tuesday_afternoon, meera, noor, amara):
    day, kitchen = TUESDAY.date(), make.unit("Kitchen", colour=2)
    shelves = make.task("Shelves", day=day, unit=kitchen)
    visit = make.visit(noor, day, "09:00", None)
    page = window(meera)
    page.goto("/tasks/")
    expect(page.get_by_text("1 task of the morning is left.")).to_be_visible()
    assert_well_made(page)
    page.locator(f"#task-{shelves.pk}").get_by_role("button", name="Carry over").click()
    expect(page.locator("#messages")).to_contain_text("“Shelves” goes on in the afternoon.")
    expect(page.locator(f"#task-{shelves.pk}")).to_contain_text("Goes on this afternoon")

    page = window(noor, size=PHONE, has_touch=True, is_mobile=True)
    page.goto("/tasks/")
    copy = page.locator(f"#task-{UnitTask.objects.get(carried_from=shelves).pk}")
    expect(copy).to_contain_text("From this morning")
    copy.get_by_role("button", name="Sign up").click()
    copy.get_by_role("button", name="Mark done").click()
    expect(page.locator("#messages")).to_contain_text("“Shelves” is done. Well done!")
    expect(copy.get_by_role("button", name="Not done after all")).to_be_visible()
    visit.refresh_from_db()
    assert (visit.unit, visit.unit_from) == (kitchen, Visit.UnitFrom.TASK)

    page = window(amara, size=PHONE, has_touch=True, is_mobile=True)
    page.goto("/tasks/")
    copy = page.locator(f"#task-{UnitTask.objects.get(carried_from=shelves).pk}")
    copy.get_by_text("Say thanks").first.click()
    copy.get_by_label("A few words").fill("So straight now!")
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
    copy.get_by_role("button", name="Say thanks").click()
    expect(copy).to_contain_text("So straight now!")
    assert list(Thanks.objects.values_list("words", "by")) == [("So straight now!", amara.user.pk)]
    page.goto("/tasks/week/")
    expect(page.get_by_role("main")).to_contain_text("So straight now!")
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)


@pytest.mark.slow
def test_who_did_it_by_keyboard_alone(window, tuesday_afternoon, meera, noor):
    task = make.task("Lunch", day=TUESDAY.date(), done_at=TUESDAY)
    page = window(meera)
    page.goto(f"/tasks/{task.pk}/done/")
    page.get_by_label("Name or member number").focus()
    page.keyboard.type("noo")
    page.keyboard.press("Enter")
    add = page.get_by_role("button", name="Add Noor")
    expect(add).to_be_visible()
    assert_well_made(page)
    add.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Noor is on “Lunch”.")
    assert [one.member for one in task.sign_ups.all()] == [noor]
    assert_well_made_at_night_on_a_phone(page)
