"""Amara on her phone: today's work, and her own page."""

import datetime as dt

import pytest
from playwright.sync_api import expect

from activities import actions
from activities.models import SignUp
from attendance.models import CorrectionRequest
from members.models import MessageWish
from tests import make
from tests.journeys.conftest import PHONE
from tests.journeys.well_made import assert_well_made, assert_well_made_at_night_on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def board(on_tuesday_at_ten, amara, noor):
    """Two tasks of the kitchen; Noor was about to take the last place of the second."""
    kitchen = make.unit("Kitchen", colour=2)
    amara.email = "amara@example.org"
    amara.save()
    make.visit(amara, dt.date(2026, 10, 5), "09:00", "12:00", unit=kitchen)
    return make.task("Lunch for 50", unit=kitchen, places=2), make.task("Dishes", unit=kitchen, places=1)


def taken() -> set[tuple[str, str]]:
    return {(one.member.first_name, one.task.title) for one in SignUp.objects.select_related("member", "task")}


def test_amara_takes_a_place_and_gives_it_back(window, board, amara, noor):
    lunch, dishes = board
    page = window(amara, size=PHONE, has_touch=True, is_mobile=True)
    page.goto("/")
    assert page.locator("main a.choice").count() <= 4 and page.locator("main a").count() <= 7
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
    page.get_by_role("main").get_by_role("link", name="Today's tasks").click()

    card, said = page.locator(f"[data-task='{lunch.pk}']"), page.locator("#messages")
    expect(card).to_have_attribute("data-taken", "0")
    card.get_by_role("button", name="Sign up").click()
    expect(card).to_have_attribute("data-taken", "1")
    expect(said).to_contain_text("You are on “Lunch for 50”.")
    assert taken() == {("Amara", "Lunch for 50")}
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)

    actions.sign_up(task=dishes, member=noor, by=noor.user)
    full = page.locator(f"[data-task='{dishes.pk}']")
    full.get_by_role("button", name="Sign up").click()
    expect(full).to_have_attribute("data-taken", "1")
    expect(said.get_by_role("alert")).to_contain_text("“Dishes”")
    expect(full.get_by_role("button", name="Sign up")).to_have_count(0)
    assert taken() == {("Amara", "Lunch for 50"), ("Noor", "Dishes")}
    assert_well_made(page)

    card.get_by_role("button", name="Withdraw").click()
    expect(card).to_have_attribute("data-taken", "0")
    expect(said).to_contain_text("You are off “Lunch for 50”.")
    assert taken() == {("Noor", "Dishes")}


@pytest.mark.once
@pytest.mark.slow
def test_amara_takes_a_place_without_javascript(window, board, amara):
    page = window(amara, size=PHONE, java_script_enabled=False)
    page.goto("/tasks/")
    card = page.locator(f"[data-task='{board[0].pk}']")
    card.get_by_role("button", name="Sign up").click()
    expect(page.locator("#messages")).to_contain_text("You are on “Lunch for 50”.")
    card.get_by_role("button", name="Withdraw").click()
    expect(page.locator("#messages")).to_contain_text("You are off “Lunch for 50”.")
    assert taken() == set()


@pytest.mark.once
def test_amara_asks_for_the_weekly_summary_in_two_taps_and_for_a_correction(window, board, amara):
    page = window(amara, size=PHONE, has_touch=True, is_mobile=True)
    page.goto("/")
    page.get_by_role("main").get_by_role("link", name="My page").click()
    page.get_by_role("link", name="Messages and calls").click()
    by_email = page.locator("[data-wish=weekly_summary]").get_by_role("button", name="E-mail")
    by_email.click()
    expect(by_email).to_have_attribute("aria-pressed", "true")
    assert [(wish.member, wish.kind) for wish in MessageWish.objects.all()] == [(amara, "weekly_summary")]
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)

    page.goto("/me/")
    page.get_by_role("link", name="My visits").click()
    assert_well_made(page, "My visits")
    page.get_by_role("link", name="Not right?").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Monday 5 October")
    assert_well_made_at_night_on_a_phone(page)
    page.get_by_label("What should it say?").fill("I stayed for lunch and left at one.")
    page.get_by_role("button", name="Ask to put it right").click()
    expect(page.locator("#messages")).not_to_be_empty()
    asked = CorrectionRequest.objects.get()
    assert (asked.member, asked.day, asked.words) == (
        amara, dt.date(2026, 10, 5), "I stayed for lunch and left at one.",
    )  # fmt: skip
    page.goto("/me/visits/")
    expect(page.get_by_text("A colleague will read it")).to_be_visible()
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
