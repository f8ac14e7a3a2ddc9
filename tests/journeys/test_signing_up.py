"""All of signing up on a phone: two do a task together, a full task has a line, and it works by keyboard and bare."""

import pytest
from playwright.sync_api import Page, expect

from activities import actions
from activities.models import PlaceRole, SignUp, Waiting
from tests import make
from tests.journeys.conftest import PHONE
from tests.journeys.well_made import (
    assert_no_sideways_scrolling,
    assert_targets,
    assert_well_made,
    assert_well_made_at_night_on_a_phone,
)

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
NARROW = (320, 640)


@pytest.fixture
def soup(on_tuesday_at_ten):
    return make.task("Soup", unit=make.unit("Kitchen", colour=2), places=3)


@pytest.fixture
def dishes(soup, rosa):
    """One place, and Rosa has it."""
    task = make.task("Dishes", unit=soup.unit, places=1)
    actions.sign_up(task=task, member=rosa, by=rosa.user)
    return task


def card_of(page: Page, task):
    return page.locator(f"[data-task='{task.pk}']")


def press(page: Page, task, name: str) -> None:
    card_of(page, task).get_by_role("button", name=name).click()


def places(task) -> dict[str, str]:
    return {one.member.first_name: one.role for one in task.sign_ups.select_related("member")}


def test_a_newcomer_pairs_with_somebody_who_shows(window, soup, amara, noor):
    hers = window(noor, size=PHONE, has_touch=True, is_mobile=True)
    hers.goto("/tasks/")
    press(hers, soup, "Sign up")
    press(hers, soup, "I can show this")
    expect(card_of(hers, soup)).to_contain_text("You like to show this.")

    page = window(amara, size=PHONE, has_touch=True, is_mobile=True)
    page.goto("/tasks/")
    expect(card_of(page, soup)).to_contain_text("Noor H. likes to show this.")
    assert_well_made_at_night_on_a_phone(page)
    assert_targets(page)
    press(page, soup, "Learn it with Noor H.")
    expect(page.locator("#messages")).to_contain_text("You are on “Soup”, to learn it.")
    assert places(soup) == {"Noor": PlaceRole.DOING, "Amara": PlaceRole.LEARNING}

    hers.reload()
    expect(card_of(hers, soup)).to_contain_text("Amara O. would like to learn this.")
    press(hers, soup, "Show it")
    expect(card_of(hers, soup).get_by_text("showing", exact=True)).to_be_visible()
    assert places(soup) == {"Noor": PlaceRole.SHOWING, "Amara": PlaceRole.LEARNING}
    assert_well_made_at_night_on_a_phone(hers)


def test_amara_waits_moves_up_when_rosa_withdraws_and_is_told(window, dishes, amara, noor, rosa):
    page = window(amara, size=PHONE, has_touch=True, is_mobile=True)
    page.goto("/tasks/")
    press(page, dishes, "Wait for a place")
    expect(page.locator("#messages")).to_contain_text("You are number 1 in line for “Dishes”.")
    actions.wait(task=dishes, member=noor, by=noor.user)
    page.reload()
    expect(card_of(page, dishes)).to_contain_text("Full, 2 people wait")
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
    assert_targets(page)

    theirs = window(rosa, size=PHONE, has_touch=True, is_mobile=True)
    theirs.goto("/tasks/")
    expect(card_of(theirs, dishes)).to_contain_text("Full, 2 people wait")
    press(theirs, dishes, "Withdraw")
    expect(theirs.locator("#messages")).to_contain_text("You are off “Dishes”.")
    assert places(dishes) == {"Amara": PlaceRole.DOING}

    page.goto("/")
    expect(page.get_by_role("main")).to_contain_text("A place came free for you: Dishes")
    page.goto("/tasks/")
    expect(card_of(page, dishes)).to_contain_text("A place came free. You are on.")
    assert_well_made(page)
    assert [waiting.member for waiting in Waiting.objects.all()] == [noor]


def go_to(page: Page, task, name: str) -> None:
    """By Tab alone, to the button of that name."""
    button = card_of(page, task).get_by_role("button", name=name)
    expect(button).to_be_visible()
    for _tab in range(60):
        page.keyboard.press("Tab")
        if button.evaluate("(it) => it === document.activeElement"):
            return
    raise AssertionError(f"No way to “{name}” by keyboard")


def enter(page: Page, sentence: str) -> None:
    """Enter, until the new card has come to rest: a finger is never as quick as the next line of a test."""
    page.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text(sentence)
    expect(page.locator(".htmx-settling, .htmx-added, .htmx-request")).to_have_count(0)


def test_by_keyboard_alone_the_focus_stays_on_the_card(window, soup, dishes, amara, noor):
    actions.can_show(what=soup, member=noor, by=noor.user)
    page = window(amara, size=NARROW)
    page.goto("/tasks/")
    go_to(page, soup, "Sign up")
    enter(page, "You are on “Soup”.")
    expect(page.locator(":focus")).to_contain_text("Withdraw")
    enter(page, "You are off “Soup”.")
    expect(page.locator(":focus")).to_contain_text("Sign up")
    go_to(page, soup, "Learn it")
    enter(page, "You are on “Soup”, to learn it.")
    expect(page.locator(f"[data-task='{soup.pk}'] :focus")).to_have_count(1)
    page.goto("/tasks/")
    go_to(page, dishes, "Wait for a place")
    enter(page, "You are number 1 in line for “Dishes”.")
    expect(page.locator(":focus")).to_contain_text("Stop waiting")
    enter(page, "You wait no more for “Dishes”.")
    expect(page.locator(":focus")).to_contain_text("Wait for a place")
    assert_no_sideways_scrolling(page)


@pytest.mark.slow
def test_all_of_it_works_without_javascript_on_the_smallest_phone(window, soup, dishes, amara, noor, sam):
    actions.can_show(what=soup, member=noor, by=noor.user)
    page = window(amara, size=NARROW, java_script_enabled=False)
    page.goto("/tasks/")
    said = page.locator("#messages")
    for task, button, sentence in [
        (soup, "Learn it", "You are on “Soup”, to learn it."),
        (soup, "I can show this", "The card says that you like to show “Soup”."),
        (soup, "Not any more", "The card says it no more."),
        (soup, "Withdraw", "You are off “Soup”."),
        (dishes, "Wait for a place", "You are number 1 in line for “Dishes”."),
        (dishes, "Stop waiting", "You wait no more for “Dishes”."),
        (soup, "Sign up", "You are on “Soup”."),
    ]:
        press(page, task, button)
        expect(said).to_contain_text(sentence)
    bread = make.task("Bread", unit=soup.unit)
    actions.sign_up(task=bread, member=amara, by=sam.user)
    page.goto("/tasks/")
    expect(card_of(page, bread)).to_contain_text("Sam put your name up, at your word.")
    expect(card_of(page, bread)).to_contain_text("You are also on “Soup” then.")
    press(page, bread, "Take me off")
    expect(said).to_contain_text("You are off “Bread”.")
    assert list(SignUp.objects.filter(member=amara).values_list("task__title", flat=True)) == ["Soup"]
