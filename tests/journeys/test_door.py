"""The tablet at the door: Dana pairs it, Amara comes and goes, and whoever passes by sees nobody's name."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from attendance.models import Mark, Visit
from members import actions
from members.models import Tablet
from tests import make
from tests.journeys.well_made import assert_well_made, assert_well_made_at_night_on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
TABLET = (820, 1180)
TOO_SMALL = """() => Array.from(document.querySelectorAll(
        "#door a, #door button, #door summary, #door label.chip, #door input[type=text], dialog[open] button"))
    .filter((one) => one.checkVisibility())  // not what a closed list holds, which has no size of its own yet
    .map((one) => [one, one.getBoundingClientRect()])
    .filter(([one, box]) => box.width > 0 && (box.width < 64 || box.height < 64))
    .map(([one, box]) => `${one.outerHTML.slice(0, 80)} ${box.width} x ${box.height}`)"""


@pytest.fixture
def roll(on_tuesday_at_ten, amara, noor):
    """Two are called Amara O.; one of them chose a boat."""
    make.member("Amara Osei", door_picture="boat")
    actions.set_door_code(member=noor, code="2580", by=None)


@pytest.fixture
def door(window, roll) -> Page:
    """A paired tablet, at home."""
    return at_the_door(window(size=TABLET))


def at_the_door(page: Page) -> Page:
    client, _ = make.paired_tablet()
    page.goto("/healthz")
    page.context.add_cookies([{"name": "tablet", "value": client.cookies["tablet"].value, "url": page.url}])
    page.goto("/door/")
    return page


def screen(page: Page, name: str) -> None:
    expect(page.locator("#door")).to_have_attribute("data-screen", name)


def looks_right(page: Page, name: str, *, at_night: bool = True) -> None:
    screen(page, name)
    page.wait_for_load_state()  # a page measured before its style sheets are there has other sizes
    assert page.evaluate(TOO_SMALL) == []
    assert_well_made(page)
    if at_night:
        assert_well_made_at_night_on_a_phone(page)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(TOO_SMALL) == []
    page.set_viewport_size({"width": TABLET[0], "height": TABLET[1]})


def search(page: Page, words: str) -> None:
    # The scripts are there; a page that came back is complete without loading.
    page.wait_for_function("() => document.readyState === 'complete'")
    expect(page.locator("#door [autofocus]")).to_be_focused()
    page.keyboard.type(words)
    page.keyboard.press("Enter")


def test_dana_pairs_the_tablet_and_amara_comes_and_goes(window, roll, dana):
    office, tablet = window(dana), window(size=TABLET)
    office.goto("/house/")
    office.get_by_role("main").get_by_role("link", name="Tablets").click()
    office.get_by_label("Name").fill("Front door")
    office.get_by_label("Door").check()
    office.get_by_role("button", name="Make a code").click()
    assert_well_made(office, "A code for Front door")
    code = office.locator(".pairing-code").inner_text()

    tablet.goto("/door/")
    tablet.get_by_role("link", name="Pair this tablet").click()
    tablet.get_by_label("Code").fill(code.upper())
    tablet.get_by_role("button", name="Pair").click()
    looks_right(tablet, "home")
    history = tablet.evaluate("history.length")

    expect(tablet.get_by_label("Type 2 letters of your name")).to_be_focused()
    search(tablet, "osei")
    tablet.get_by_role("button", name="Amara O.").click()
    looks_right(tablet, "person")
    tablet.get_by_role("button", name="I'm here").click()
    looks_right(tablet, "done")
    expect(tablet.get_by_role("heading", name="Thank you, Amara O.")).to_be_focused()
    tablet.get_by_role("link", name="Done").click()
    screen(tablet, "home")
    search(tablet, "osei")
    tablet.get_by_role("button", name="Amara O.").click()
    tablet.get_by_role("button", name="I'm leaving").click()
    screen(tablet, "done")
    assert list(Mark.objects.order_by("pk").values_list("action", "tablet__name")) == [
        ("arrive", "Front door"), ("leave", "Front door"),
    ]  # fmt: skip
    assert (tablet.evaluate("history.length"), tablet.evaluate("location.pathname")) == (history, "/door/")

    office.goto("/house/tablets/")
    office.get_by_role("button", name="Revoke").click()
    expect(office.get_by_role("status")).to_contain_text("That tablet opens nothing any more.")
    assert not Tablet.objects.get().is_paired


def test_every_screen_is_large_calm_and_told(door):
    search(door, "x")
    looks_right(door, "few", at_night=False)
    search(door, "qqq")
    looks_right(door, "nobody", at_night=False)
    door.get_by_role("textbox").fill("am")
    door.keyboard.press("Enter")
    looks_right(door, "names")
    assert door.locator(".door-name").all_inner_texts() == ["Amara O.\nBoat", "Amara O.\nwith my code or member number"]
    door.get_by_role("button", name="with my code").click()
    screen(door, "proof")
    search(door, "nobody")
    expect(door.get_by_role("alert")).to_contain_text("That does not fit.")
    looks_right(door, "proof")
    door.get_by_role("link", name="Start again").click()
    door.get_by_text("Light, dark, text size").click()
    assert door.evaluate(TOO_SMALL) == []
    door.get_by_label("Dark").check()
    door.get_by_label("Larger").check()
    door.get_by_role("button", name="Show it so").click()
    expect(door.locator("html")).to_have_attribute("data-theme", "dark")
    search(door, "am")
    looks_right(door, "names")
    door.get_by_role("button", name="Boat").click()
    looks_right(door, "person")
    door.get_by_role("link", name="That is not me").click()
    door.get_by_role("link", name="Practice").click()
    looks_right(door, "home")


@pytest.mark.slow
def test_the_ruler_for_targets_sees_a_small_one(door):
    door.evaluate("""() => {
        const sheet = new CSSStyleSheet();
        sheet.replaceSync(".door-body .door-search .btn { min-height: 0; height: 50px; padding: 0; }");
        document.adoptedStyleSheets = [sheet];
    }""")
    assert len(door.evaluate(TOO_SMALL)) == 1


def test_a_scanner_types_the_card_fast_and_noor_has_a_code(door, amara, noor):
    card = actions.make_door_card(member=amara, by=None)
    door.keyboard.type(card)
    door.keyboard.press("Enter")
    screen(door, "person")
    door.get_by_role("button", name="I'm here").click()
    screen(door, "done")
    door.keyboard.type(card)  # the next in the line does not wait for the thank you to go
    door.keyboard.press("Enter")
    screen(door, "person")
    door.get_by_role("button", name="I'm leaving").click()
    screen(door, "done")
    assert [visit.ending for visit in Visit.objects.filter(member=amara)] == ["known"]
    door.get_by_role("link", name="Done").click()

    search(door, "noor")
    door.get_by_role("button", name="Noor H.").click()
    expect(door.get_by_label("Your code")).to_be_focused()
    search(door, "2580")
    door.get_by_role("button", name="I'm here").click()
    screen(door, "done")
    assert Visit.objects.filter(member=noor).count() == 1


def test_by_keyboard_alone(door, noor):
    actions.set_door_code(member=noor, code="", by=None)
    search(door, "noor")
    screen(door, "names")
    expect(door.get_by_role("heading", level=1)).to_be_focused()
    door.keyboard.press("Tab")
    door.keyboard.press("Enter")
    screen(door, "person")
    door.keyboard.press("Tab")
    expect(door.get_by_role("button", name="I'm here")).to_be_focused()
    door.keyboard.press("Enter")
    screen(door, "done")
    door.keyboard.press("Tab")
    door.keyboard.press("Enter")
    screen(door, "home")
    expect(door.get_by_role("textbox")).to_be_focused()


@pytest.mark.slow
def test_without_javascript_it_works_page_by_page(window, roll):
    page = at_the_door(window(size=TABLET, java_script_enabled=False))
    page.get_by_role("textbox").fill("osei")
    page.get_by_role("button", name="Find my name").click()
    page.get_by_role("button", name="Amara O.").click()
    page.get_by_role("button", name="I'm here").click()
    screen(page, "done")
    page.get_by_role("link", name="Done").click()
    screen(page, "home")
    assert Visit.objects.count() == 1


# -- Nobody there ------------------------------------------------------------------------------------------------------


@pytest.fixture
def ticking(window, roll) -> Page:
    """The page's own clock, which the test moves on."""
    page = window(size=TABLET)
    page.clock.install()
    return at_the_door(page)


def test_after_thirty_seconds_it_asks_and_after_twenty_more_it_clears(ticking):
    search(ticking, "osei")
    screen(ticking, "names")
    ticking.clock.run_for(29_000)
    expect(ticking.get_by_role("dialog")).to_be_hidden()
    ticking.clock.run_for(1_500)
    expect(ticking.get_by_role("dialog")).to_contain_text("Still there?")
    ticking.get_by_role("button", name="Yes, I am here").click()
    expect(ticking.get_by_role("dialog")).to_be_hidden()
    screen(ticking, "names")
    ticking.wait_for_timeout(500)  # the finger that said yes is heard before the clock goes on
    ticking.clock.run_for(32_000)
    expect(ticking.get_by_role("dialog")).to_be_visible()
    ticking.clock.run_for(16_000)
    screen(ticking, "names")
    ticking.clock.run_for(4_500)
    screen(ticking, "home")
    expect(ticking.get_by_role("dialog")).to_be_hidden()
    assert "Amara" not in ticking.content()

    ticking.keyboard.type("os")  # letters that somebody left in the field
    ticking.clock.run_for(51_500)
    expect(ticking.get_by_role("textbox")).to_have_value("")


@pytest.mark.slow
def test_the_question_is_large_and_well_made(ticking):
    """By itself, because looking takes seconds, in which the question would go."""
    ticking.evaluate("document.getElementById('still-there').dataset.clearAfter = 86400")
    search(ticking, "osei")
    screen(ticking, "names")
    ticking.clock.run_for(30_500)
    expect(ticking.get_by_role("dialog")).to_be_visible()
    assert_well_made(ticking)
    assert ticking.evaluate(TOO_SMALL) == []


@pytest.mark.slow
def test_without_the_timer_the_names_would_stay(ticking):
    """The control: a tablet that asks after a day."""
    ticking.evaluate("document.getElementById('still-there').dataset.after = 86400")
    search(ticking, "osei")
    screen(ticking, "names")
    ticking.clock.run_for(120_000)
    screen(ticking, "names")


@pytest.mark.slow
def test_the_thank_you_goes_by_itself(ticking, amara):
    search(ticking, actions.make_door_card(member=amara, by=None))
    ticking.get_by_role("button", name="I'm here").click()
    screen(ticking, "done")
    ticking.clock.run_for(10_500)
    screen(ticking, "home")


def test_without_a_connection_it_says_so(door, complaints):
    door.context.set_offline(True)
    search(door, "osei")
    expect(door.get_by_role("alert")).to_contain_text("That did not reach the house.")
    door.context.set_offline(False)
    complaints[:] = [line for line in complaints if "ERR_INTERNET_DISCONNECTED" not in line]
    door.keyboard.press("Enter")
    screen(door, "names")


# -- Back, forward, a restored tab -------------------------------------------------------------------------------------


@pytest.fixture
def remembering(chromium, live_server, roll) -> Iterator[Page]:
    """A browser with its back/forward cache on: Playwright switches it off otherwise, and all would look well."""
    browser = chromium.browser_type.launch(
        executable_path=os.environ["TEST_BROWSER"],
        args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    page = browser.new_context(base_url=live_server.url).new_page()
    page.set_default_timeout(10_000)
    yield at_the_door(page)
    browser.close()


@pytest.fixture
def kept(monkeypatch):
    """As if the browser kept the page although the house says no-store: then only the page itself can clear."""
    monkeypatch.setattr("attendance.views.door.patch_cache_control", lambda *args, **kwargs: None)
    monkeypatch.setattr("members.middleware.patch_cache_control", lambda *args, **kwargs: None)


def away_and_back(page: Page) -> bool:
    """Looks for Amara, goes elsewhere, comes back. Whether it is the very page of before, woken up again."""
    page.goto("/door/")
    page.evaluate("window.isTheVeryPage = true")
    search(page, "osei")
    screen(page, "names")
    page.goto("/offline/")
    page.go_back(wait_until="commit")  # a page that is woken up loads nothing
    page.wait_for_selector("#door")
    return page.evaluate("window.isTheVeryPage === true")


def test_back_shows_the_home_screen_only(remembering, kept):
    assert away_and_back(remembering) is True
    screen(remembering, "home")
    assert "Amara" not in remembering.content()
    remembering.go_forward(wait_until="commit")
    remembering.go_back(wait_until="commit")
    screen(remembering, "home")
    search(remembering, "osei")  # and it goes on from there
    screen(remembering, "names")


@pytest.mark.slow
def test_without_the_clearing_back_would_show_names(remembering, kept):
    """The control: the same browser, and a door that does not clear when it is left."""
    script = (Path(settings.BASE_DIR) / "static/js/door.js").read_text()
    deaf = re.sub(r'addEventListener\("(pagehide|pageshow|visibilitychange)"', 'addEventListener("never"', script)
    remembering.route("**/door.js", lambda route: route.fulfill(body=deaf, content_type="text/javascript"))
    assert away_and_back(remembering) is True
    screen(remembering, "names")
    assert "Amara O." in remembering.content()


@pytest.mark.slow
def test_as_the_house_sends_it_back_loads_the_home_screen(remembering):
    away_and_back(remembering)
    screen(remembering, "home")
    assert "Amara" not in remembering.content()


@pytest.mark.slow
def test_a_tab_out_of_sight_is_cleared_and_a_reload_is_home(door):
    search(door, "osei")
    screen(door, "names")
    door.evaluate("""() => {
        Object.defineProperty(document, "hidden", { value: true, configurable: true });
        document.dispatchEvent(new Event("visibilitychange"));
    }""")
    screen(door, "home")
    search(door, "osei")
    screen(door, "names")
    door.reload()
    screen(door, "home")


@pytest.mark.slow
def test_an_answer_that_comes_too_late_shows_nobody(door):
    """Somebody started again while the house was still looking."""
    held = []
    door.route("**/door/", lambda route: held.append(route) if route.request.method == "POST" else route.continue_())
    search(door, "osei")
    while not held:
        door.wait_for_timeout(10)
    door.evaluate("window.dispatchEvent(new Event('pagehide'))")
    held[0].continue_()
    door.wait_for_timeout(300)
    screen(door, "home")
    assert "Amara" not in door.content()


def test_the_browser_keeps_nothing(door):
    search(door, "osei")
    door.get_by_role("button", name="Amara O.").click()
    door.get_by_role("button", name="I'm here").click()
    screen(door, "done")
    kept = door.evaluate("[localStorage.length, sessionStorage.length, history.length, location.href]")
    assert kept[:2] == [0, 0] and kept[3].endswith("/door/")
    assert {cookie["name"] for cookie in door.context.cookies()} == {"tablet", "csrftoken"}
