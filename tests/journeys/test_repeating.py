"""Sam lets the dishes come again and changes one Tuesday only; Amara reads how they are done."""

import pytest
from playwright.sync_api import expect

from activities.models import CanShow, GuideStep, LibraryTask, RepeatingTask, UnitTask
from tests import make
from tests.journeys.conftest import PHONE
from tests.journeys.test_printing import PT, printed
from tests.journeys.well_made import (
    assert_no_sideways_scrolling,
    assert_targets,
    assert_well_made,
    assert_well_made_at_night_on_a_phone,
)

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


def on_the_board() -> list[tuple[str, str, int]]:
    return [(str(task.day), task.title, task.places) for task in UnitTask.objects.order_by("day")]


def test_one_day_of_what_repeats_is_changed(on_tuesday_at_ten, window, sam):
    make.unit("Kitchen")
    page = window(sam)
    page.goto("/tasks/post/")
    expect(page.get_by_label("Last day")).to_be_hidden()
    page.get_by_label("Unit").select_option("Kitchen")
    page.get_by_label("What is the work?").fill("Dishes")
    page.get_by_label("Afternoon").check()
    page.get_by_label("Every second week").check()
    expect(page.get_by_label("Last day")).to_be_visible()
    expect(page.get_by_label("Once a month: which one?")).to_be_hidden()
    page.get_by_label("Tuesday").check()
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
    page.get_by_role("button", name="Post it").click()
    expect(page.locator("#messages")).to_contain_text("“Dishes” is on the board.")
    assert RepeatingTask.objects.get().rule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"

    page.goto("/tasks/2026-10-20/")
    page.get_by_role("link", name="Change Dishes").click()
    expect(page.get_by_text("Every second week on Tuesday")).to_be_visible()
    expect(page.get_by_label("Only this day")).to_be_checked()
    page.get_by_label("What is the work?").fill("Dishes and oven")
    page.get_by_label("Places").fill("3")
    assert_well_made(page, "Dishes")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#messages")).to_contain_text("“Dishes and oven” is changed.")
    assert on_the_board() == [
        ("2026-10-06", "Dishes", 1), ("2026-10-20", "Dishes and oven", 3), ("2026-11-03", "Dishes", 1),
    ]  # fmt: skip


def test_amara_writes_a_guide_and_reads_it_on_her_phone(on_tuesday_at_ten, window, amara):
    dishes = LibraryTask.objects.create(unit=make.unit("Kitchen"), title="Dishes", places=2)
    CanShow.objects.create(library_task=dishes, member=amara, at=on_tuesday_at_ten)
    GuideStep.objects.create(library_task=dishes, number=1, words="Glasses first, then plates.", picture="plate")
    make.task("Dishes", unit=dishes.unit, library_task=dishes)
    page = window(amara, size=PHONE, has_touch=True, is_mobile=True)
    page.goto("/tasks/")
    page.get_by_role("link", name="How it is done").click()
    page.get_by_role("link", name="Change the guide").click()
    page.get_by_label("What to do").fill("Wash your hands.")
    page.get_by_text("Wash hands", exact=True).click()
    assert_well_made_at_night_on_a_phone(page)
    assert_targets(page)
    page.get_by_role("button", name="Add the step").click()
    page.get_by_role("button", name="Move up").click()
    page.get_by_role("link", name="To the guide").click()
    expect(page.locator(".guide-words")).to_have_text(["Wash your hands.", "Glasses first, then plates."])
    assert_well_made(page, "Dishes")
    assert_well_made_at_night_on_a_phone(page)
    sheets = printed(page, "A5")
    assert len(sheets) == 1 and min(sheets[0].letters) >= 14 * PT - 0.1
    page.get_by_role("link", name="What we know how to do").click()
    assert_well_made(page, "What we know how to do")
    assert_well_made_at_night_on_a_phone(page)
    assert_no_sideways_scrolling(page)
