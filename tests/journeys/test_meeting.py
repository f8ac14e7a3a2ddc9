"""The unit meeting: twelve people take twenty tasks as fast as Meera can type; and without a script."""

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from activities import actions as work
from activities.models import SignUp
from tests import make
from tests.journeys.conftest import PHONE
from tests.journeys.well_made import (
    assert_no_sideways_scrolling,
    assert_targets,
    assert_well_made,
    assert_well_made_at_night_on_a_phone,
)

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
TUESDAY = dt.date(2026, 10, 6)
WALL = (1920, 1080)
# The letters that say who is meant; Mari and Mario share theirs, and a number chooses.
PEOPLE = {
    "Amara Obi": "am", "Bea Short": "be", "Carl Lund": "c", "Dora Quist": "do", "Emil Roy": "em", "Farid Nur": "f",
    "Gita Rao": "g", "Hana Mori": "h", "Ivo Zander": "iv", "Jun Park": "ju", "Mari Aalto": "mar", "Mario Bruno": "mar",
}  # fmt: skip
UNITS = ["Clerical", "Employment", "Hospitality", "Kitchen"]


@pytest.fixture
def twelve_people(on_tuesday_at_ten):
    for name in PEOPLE:
        make.visit(make.member(name), TUESDAY, "08:50", None)
    for name in ("Amanda Away", "Bernd Away", "Cleo Away"):  # on the roll, and not here
        make.member(name)


@pytest.fixture
def twenty_tasks(on_tuesday_at_ten):
    units = [make.unit(name, colour=number + 1) for number, name in enumerate(UNITS)]
    return [make.task(f"Task {n:02}", unit=units[n // 5], places=1) for n in range(20)]


# What is read aloud is kept; `slow` is how long an answer takes, in milliseconds.
SPOKEN_AND_SLOW = """
speechSynthesis.speak = (words) => { window.spoken = words.text; };
const ask = window.fetch;
window.fetch = async (...what) => {
  await new Promise((done) => setTimeout(done, window.slow || 0));
  return ask(...what);
};
"""


class Keys:
    """Presses keys as fast as they come, and counts them."""

    def __init__(self, page: Page):
        self.page, self.pressed = page, 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
        self.pressed += len(keys)


def taken() -> dict[str, str]:
    return {one.task.title: one.member.full_name for one in SignUp.objects.select_related("task", "member")}


def test_a_morning_meeting_by_keyboard(window, twelve_people, twenty_tasks, meera, noor):
    page = window(meera, size=WALL)
    page.add_init_script(SPOKEN_AND_SLOW)
    page.goto("/tasks/meeting/")
    assert_well_made(page, "Unit meeting")
    keys = Keys(page)
    wanted = {}
    for task, name in zip(twenty_tasks, [*PEOPLE, *PEOPLE], strict=False):
        before = keys.pressed
        keys.press("ArrowDown", *PEOPLE[name])
        if name.startswith("Mari"):
            page.locator("#choices kbd").first.wait_for()
            keys.press(str(1 + name.startswith("Mario")))
        else:
            keys.press("Enter")
        assert keys.pressed - before <= 2 + 3
        wanted[task.title] = name
    expect(page.locator("#needs")).to_have_text("Every task has its people.")
    assert taken() == wanted
    assert {one.by for one in SignUp.objects.all()} == {meera.user}
    expect(page.locator("#messages")).to_contain_text("Hana M. is on “Task 19”. Hana M. is also on “Task 07”.")
    assert_well_made(page)

    # The last two come off again, by one key each; the first of them is named by a phone meanwhile.
    keys.press("Backspace", "Backspace")
    expect(page.locator("#needs")).to_have_text("Still needs people: Task 18 1, Task 19 1.")
    page.get_by_role("button", name="Read it aloud").click()
    assert page.evaluate("window.spoken") == "Still needs people: Task 18 1, Task 19 1."
    work.sign_up(task=twenty_tasks[18], member=noor, by=noor.user)
    expect(page.locator("#needs")).to_have_text("Still needs people: Task 19 1.", timeout=15_000)
    expect(page.locator(f"#meet-{twenty_tasks[18].pk} .meet-place")).to_contain_text("Noor H.")
    expect(page.locator(f"#meet-{twenty_tasks[18].pk}")).not_to_contain_text("at their word")

    # A name that is not clear is asked about, and whatever was typed on does not answer; a full task offers to wait.
    page.locator("#who").focus()
    page.evaluate("window.slow = 800")
    keys.press("ArrowDown", "b", "Enter", "ArrowDown", "1", "Enter")
    expect(page.locator("#messages")).to_contain_text("Several people may be meant.")
    expect(page.locator("#choices kbd")).to_have_text(["1", "2", "3"])
    page.evaluate("window.slow = 0")
    keys.press("ArrowDown", "ArrowDown", "Enter")
    expect(page.locator("#messages")).to_contain_text("Mario B. is on “Task 19”.")
    keys.press("Backspace")
    expect(page.locator("#needs")).to_have_text("Still needs people: Task 19 1.")
    keys.press(*"xyz", "Enter")
    expect(page.locator("#messages")).to_contain_text("Nobody found by that name.")
    keys.press("Escape")
    page.locator(f"#pick-{twenty_tasks[0].pk}").click()
    keys.press(*"ivo", "Enter")
    expect(page.locator("#messages")).to_contain_text("Ivo Z. waits for “Task 00”.")


def test_a_meeting_by_touch_on_a_phone(window, twelve_people, twenty_tasks, sam):
    page = window(sam, size=PHONE, has_touch=True, is_mobile=True)
    page.goto("/tasks/meeting/")
    page.locator(f"#pick-{twenty_tasks[3].pk}").tap()
    expect(page.locator("#choices .meet-person")).to_have_count(12)
    assert_well_made(page)
    assert_targets(page)
    assert_well_made_at_night_on_a_phone(page)
    page.locator("#choices").get_by_role("button", name="Dora Q.").tap()
    place = page.locator(f"#meet-{twenty_tasks[3].pk} .meet-place")
    expect(place).to_contain_text("Dora Q. at their word")
    expect(page.locator("#choices .meet-person")).to_have_count(0)
    assert_well_made(page)
    place.get_by_role("button", name="Off").tap()
    expect(place).to_have_count(0)
    page.locator("#messages").get_by_role("button", name="Undo").tap()
    expect(place).to_contain_text("Dora Q.")
    assert taken() == {"Task 03": "Dora Quist"}

    # After lunch: what is left of the morning is done, or goes on.
    page.get_by_role("link", name="Afternoon").tap()
    expect(page.get_by_role("link", name="Afternoon")).to_have_attribute("aria-current", "true")
    page.wait_for_load_state()  # before that a tap is a plain form, which leads to the board
    left = page.get_by_role("region", name="Left from the morning")
    left.locator(f"#done-{twenty_tasks[3].pk}").tap()
    expect(page.locator("#messages")).to_contain_text("“Task 03” is done.")
    expect(left.locator(".meet-task")).to_have_count(19)
    left.locator(f"#carry-{twenty_tasks[4].pk}").tap()
    expect(page.locator("#needs")).to_have_text("Still needs people: Task 04 1.")
    expect(page.get_by_role("region", name="Clerical")).to_contain_text("From this morning.")
    assert_well_made(page)
    assert_targets(page)
    page.locator("#messages").get_by_role("button", name="Undo").tap()
    expect(left.locator(".meet-task")).to_have_count(19)
    expect(page.locator("#needs")).to_have_text("No tasks are named for this part of the day.")
    assert_no_sideways_scrolling(page)
    left.get_by_role("button", name="Carry over what is left").tap()
    expect(page.locator("#messages")).to_contain_text("19 tasks are carried over.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Unit meeting")
    expect(left).to_have_count(0)


@pytest.mark.slow
def test_a_meeting_without_javascript(window, twelve_people, twenty_tasks, meera):
    page = window(meera, java_script_enabled=False)
    page.goto("/tasks/meeting/")
    card = page.locator(f"#meet-{twenty_tasks[4].pk}")
    card.get_by_label("Name: Task 04").fill("mar")
    card.get_by_role("button", name="Put up").click()
    expect(page.locator("#messages")).to_contain_text("Several people may be meant.")
    card.get_by_role("button", name="Mario B.").click()
    expect(card.locator(".meet-place")).to_contain_text("Mario B. at their word")
    assert "mar" not in page.url.split("?")[0].replace("/tasks/meeting/", "")
    page.locator("#messages").get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("Mario B. is off “Task 04”.")
    assert taken() == {}
