"""Sam at reception: who is here."""

import datetime as dt

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from activities.models import SignUp
from attendance.models import Visit
from tests import make
from tests.journeys.conftest import NOTHING_WAITS
from tests.journeys.well_made import assert_well_made, assert_well_made_at_night_on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MONDAY, TUESDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 6)


@pytest.fixture
def roll(on_tuesday_at_ten, amara, noor):
    """Amara signed up for lunch, Noor was here last week, Ines is here, Zoë was last seen years ago."""
    kitchen = make.unit("Kitchen", colour=2)
    lunch = make.task("Lunch for 50", unit=kitchen)
    SignUp.objects.create(task=lunch, member=amara, at=timezone.now(), by=amara.user)
    make.visit(noor, dt.date(2026, 9, 30), "09:00", "12:00")
    make.visit(make.member("Ines Prado", member_no="INES"), TUESDAY, "08:52", None, unit=kitchen)
    make.visit(make.member("Zoë Ågren", member_no="ZOE"), dt.date(2021, 3, 1))
    make.member("Margaret Davenport", member_no="MARGARET")


def tile(page: Page, number: str):
    return page.locator(f"[data-member-no={number}]")


def stays(day: dt.date) -> set[tuple]:
    """(name, arrived, left) of a day, in house time."""
    visits = Visit.objects.filter(day=day).select_related("member")

    def clock(at):
        return at and f"{timezone.localtime(at):%H:%M}"

    with timezone.override("America/Detroit"):
        return {(visit.member.first_name, clock(visit.arrived_at), clock(visit.left_at)) for visit in visits}


def groups(page: Page) -> dict[str, int]:
    found = page.locator("[data-state]").evaluate_all("all => all.map((one) => one.dataset.state)")
    return {state: found.count(state) for state in found}


def stored(page: Page, number: str, state: str) -> None:
    """Until the house has answered: a tap shows at once, before it is stored."""
    expect(page.locator(f"[data-member-no={number}][data-state={state}]:not(.is-waiting)")).to_have_count(1)


def held(page: Page, address: str) -> list:
    """Holds the first request to an address until the test lets it go on."""
    requests: list = []

    def hold(route):
        if requests:
            route.continue_()
        requests.append(route)

    page.route(address, hold)
    return requests


def wait_for(page: Page, requests: list) -> None:
    while not requests:
        page.wait_for_timeout(10)


def test_sam_marks_the_morning(window, roll, sam, amara):
    page = window(sam)
    page.goto("/")
    page.get_by_role("navigation").get_by_role("link", name="Arrivals").click()
    expect(page.get_by_role("searchbox")).to_be_focused()
    assert groups(page) == {"expected": 1, "here": 1, "recent": 1}
    assert_well_made(page)

    amaras, said = tile(page, amara.member_no), page.locator("#messages")
    amaras.get_by_role("button", name="Arrive").click()
    expect(amaras).to_have_attribute("data-state", "here")
    expect(said).to_contain_text("Saved. Amara is here since 10 am.")
    expect(page.locator(".here-total")).to_have_text("2 here now")
    assert stays(TUESDAY) == {("Ines", "08:52", None), ("Amara", "10:00", None)}
    assert_well_made_at_night_on_a_phone(page)
    amaras.get_by_role("button", name="Undo").click()
    expect(said).to_contain_text("Undone.")
    expect(amaras).to_have_attribute("data-state", "expected")
    assert stays(TUESDAY) == {("Ines", "08:52", None)}

    ines = tile(page, "INES")
    ines.get_by_role("button", name="Leave").click()
    expect(ines).to_have_attribute("data-state", "left")
    ines.get_by_role("button", name="Undo").click()
    expect(ines).to_have_attribute("data-state", "here")
    ines.get_by_role("button", name="Leave").click()
    stored(page, "INES", "left")
    assert stays(TUESDAY) == {("Ines", "08:52", "10:00")}
    assert_well_made(page)


@pytest.mark.once
def test_sam_finds_whom_she_means(window, roll, sam):
    page = window(sam)
    page.goto("/arrivals/")
    page.keyboard.type("agren", delay=20)
    expect(page.locator("[data-state]")).to_have_count(1)
    expect(tile(page, "ZOE")).to_have_attribute("data-state", "away")
    page.keyboard.press("Enter")
    expect(tile(page, "ZOE")).to_have_attribute("data-state", "here")
    expect(page.locator("#messages")).to_contain_text("Welcome back!")
    expect(page.get_by_role("searchbox")).to_be_focused()

    page.keyboard.type("davenprot", delay=20)
    expect(page.get_by_role("heading", name="Did you mean")).to_be_visible()
    assert_well_made(page)
    page.keyboard.press("Enter")  # a guess is not marked by Enter alone
    expect(tile(page, "MARGARET")).to_have_attribute("data-state", "away")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    stored(page, "MARGARET", "here")
    assert stays(TUESDAY) == {("Ines", "08:52", None), ("Zoë", "10:00", None), ("Margaret", "10:00", None)}
    assert "agren" not in page.url and "davenprot" not in page.url


@pytest.mark.once
def test_ten_people_by_keyboard_alone_and_one_taken_back(window, roll, sam):
    names = ["Abel", "Boris", "Chen", "Dmitri", "Elena", "Farid", "Greta", "Hugo", "Ivo", "Jule"]
    for name in names:
        make.member(f"{name} Test", member_no=name)
    page = window(sam)
    page.goto("/arrivals/")
    for name in names:
        page.keyboard.type(name[:3].lower())
        page.keyboard.press("Enter")
        expect(page.locator(f"[data-member-no={name}][data-state=here]")).to_have_count(1)
    stored(page, "Jule", "here")
    page.keyboard.press("Control+z")
    expect(page.locator("#messages")).to_contain_text("Undone.")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("[data-group=expected]")).to_be_visible()
    page.evaluate(NOTHING_WAITS)
    assert {name for name, _, _ in stays(TUESDAY)} == {"Ines", *names[:-1]}
    assert_well_made(page)


@pytest.mark.once
@pytest.mark.slow
def test_a_second_tap_of_a_nervous_finger_does_nothing(window, roll, sam, amara):
    page = window(sam, size=(820, 1180), has_touch=True)
    page.goto("/arrivals/")
    place = tile(page, amara.member_no).bounding_box()
    for _ in range(3):
        page.touchscreen.tap(place["x"] + 60, place["y"] + place["height"] - 20)
    stored(page, amara.member_no, "here")
    page.evaluate(NOTHING_WAITS)
    assert stays(TUESDAY) == {("Ines", "08:52", None), ("Amara", "10:00", None)}
    assert Visit.objects.get(member=amara).marks.count() == 1


@pytest.mark.once
@pytest.mark.slow
def test_another_unit_is_one_tap_in_the_answer(window, roll, sam, amara):
    clerical = make.unit("Clerical", colour=3)
    make.unit("Kitchen").members.add(amara)
    page = window(sam)
    page.goto("/arrivals/")
    tile(page, amara.member_no).get_by_role("button", name="Arrive").click()
    page.locator("#messages").get_by_role("button", name="Clerical").click()
    expect(tile(page, amara.member_no)).to_contain_text("Clerical")
    assert Visit.objects.get(member=amara).unit == clerical


@pytest.mark.once
@pytest.mark.slow
def test_a_tap_is_answered_also_when_a_search_comes_back_before_it(window, roll, sam, noor):
    page = window(sam)
    page.goto("/arrivals/")
    search, tap = held(page, "**/arrivals/"), held(page, "**/log/")
    page.get_by_role("searchbox").fill("noor")
    wait_for(page, search)
    tile(page, noor.member_no).get_by_role("button", name="Arrive").click()
    wait_for(page, tap)
    with page.expect_response("**/arrivals/"):
        search[0].continue_()
    tap[0].continue_()
    expect(page.locator("#messages")).to_contain_text("Saved. Noor is here since 10 am.")
    expect(page.get_by_role("heading", name="Found 1")).to_be_visible()
    expect(tile(page, noor.member_no)).to_have_attribute("data-state", "here")


@pytest.mark.once
def test_sam_writes_down_yesterday(window, roll, sam, noor):
    page = window(sam)
    page.goto("/arrivals/2026-10-05/")
    expect(page.get_by_text("You are changing Monday 5 October.")).to_be_visible()
    page.get_by_role("searchbox").fill("noor")
    expect(page.get_by_role("heading", name="Found 1")).to_be_visible()
    noors = tile(page, noor.member_no)
    noors.get_by_label("Arrived at").fill("09:15")
    noors.get_by_role("button", name="Arrive").click()
    expect(page.locator("#messages")).to_contain_text("Saved. Noor arrived at 9:15 am on Monday 5 October.")
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
    page.reload()
    noors.get_by_label("Left at").fill("12:30")
    noors.get_by_role("button", name="Leave").click()
    expect(page.locator("#messages")).to_contain_text("Saved. Noor left at 12:30 pm.")
    assert stays(MONDAY) == {("Noor", "09:15", "12:30")}


@pytest.mark.once
@pytest.mark.slow
def test_it_works_without_javascript(window, roll, sam, amara):
    page = window(sam, java_script_enabled=False)
    page.goto("/arrivals/")
    tile(page, amara.member_no).get_by_role("button", name="Arrive").click()
    expect(tile(page, amara.member_no)).to_have_attribute("data-state", "here")
    expect(page.locator("#messages")).to_contain_text("Saved. Amara is here since 10 am.")
    page.get_by_role("searchbox").fill("zoe")
    page.get_by_role("searchbox").press("Enter")
    tile(page, "ZOE").get_by_role("button", name="Arrive").click()
    expect(tile(page, "ZOE")).to_have_attribute("data-state", "here")
    tile(page, "ZOE").get_by_role("button", name="Undo").click()
    expect(page.locator("#messages")).to_contain_text("Undone.")
    assert stays(TUESDAY) == {("Ines", "08:52", None), ("Amara", "10:00", None)}


def test_rosa_at_reception_does_the_same_and_opens_no_page_of_a_member(window, roll, rosa, amara, complaints):
    page = window(rosa)
    page.goto("/")
    page.get_by_role("link", name="Arrivals").first.click()
    amaras = tile(page, amara.member_no)
    amaras.get_by_role("button", name="Arrive").click()
    stored(page, amara.member_no, "here")
    visit = Visit.objects.get(member=amara)
    assert (visit.ending, visit.marks.get().by) == (Visit.Ending.HERE, rosa.user)
    assert page.get_by_role("link", name="Members").count() == 0
    assert_well_made(page)

    page.goto(f"/members/{amara.pk}/")
    complaints.remove(f"403 /members/{amara.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This page belongs to another duty")
    expect(page.locator("body")).not_to_contain_text("Amara")
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
