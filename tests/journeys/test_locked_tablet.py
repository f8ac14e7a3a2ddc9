"""Rosa at a reception tablet: she pairs it, chooses her PIN, and it locks; with what she was writing still there."""

import datetime as dt
import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone
from playwright.sync_api import Page, expect

from activities.models import SignUp
from attendance.models import Mark, Visit
from members.actions import make_tablet
from members.models import Tablet, User
from tests import make
from tests.journeys.conftest import session_of
from tests.journeys.test_offline import STORAGE
from tests.journeys.well_made import assert_targets, assert_well_made, assert_well_made_at_night_on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
TABLET_SIZE = (820, 1180)
PIN = "4826"


@pytest.fixture
def rosa(on_tuesday_at_ten, rosa, noor):
    """Noor is here, and whoever looks at the tablet is not to know."""
    rosa.user.set_password(make.PASSWORD)
    rosa.user.save()
    make.visit(noor, dt.date(2026, 10, 6), "08:52", None)
    return rosa


@pytest.fixture
def tablet(window, rosa, live_server) -> Page:
    page = at_reception(window(rosa, size=TABLET_SIZE, has_touch=True), rosa, live_server.url)
    page.clock.install()
    return page


def at_reception(page: Page, rosa, url: str) -> Page:
    """Paired already, and Rosa, who is signed in, has a PIN."""
    User.objects.filter(pk=rosa.user.pk).update(pin=make_password(PIN))
    client, _ = make.paired_tablet("Desk", Tablet.Place.RECEPTION)
    page.context.add_cookies([{"name": "tablet", "value": client.cookies["tablet"].value, "url": url}])
    return page


def long_ago(page: Page, minutes: int = 4) -> None:
    """The house last saw somebody use it so long ago."""
    key = next(cookie["value"] for cookie in page.context.cookies() if cookie["name"] == "sessionid")
    session = SessionStore(key)
    session["used_at"] -= minutes * 60
    session.save()


def nobody_touched_it(page: Page, minutes: int = 4) -> None:
    """For so long, by the house's clock and by the tablet's."""
    long_ago(page, minutes)
    page.clock.fast_forward(minutes * 60 * 1000)


def assert_is_well_made(page: Page, heading: str = "") -> None:
    assert_well_made(page, heading)
    assert_well_made_at_night_on_a_phone(page)
    assert_targets(page)


def expect_locked(page: Page) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text("This tablet is locked")
    content = page.content()
    assert [name for name in ("Noor", "Haddad", "Rosa", "Lind") if name in content] == []


def open_with(page: Page, pin: str) -> None:
    page.get_by_label("PIN of RL").fill(pin)
    page.get_by_role("button", name="Open").tap()


def test_rosa_pairs_a_tablet_chooses_a_pin_and_locks_it(window, rosa, complaints):
    code = make_tablet(name="Desk", place=Tablet.Place.RECEPTION, by=None)[1]
    page = window(size=TABLET_SIZE, has_touch=True)
    page.goto("/tablets/pair/")
    page.get_by_label("Code").fill(code)
    page.get_by_role("button", name="Pair").tap()
    page.get_by_label("Username or e-mail").fill("rosa")
    page.get_by_label("Password").fill(make.PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).tap()
    expect(page.locator("#messages")).to_contain_text("Would you like a PIN?")
    assert_is_well_made(page)

    page.get_by_role("link", name="Choose a PIN").tap()
    page.get_by_label("Your password").fill(make.PASSWORD)
    page.get_by_role("button", name="Go on").tap()
    page.get_by_label("New PIN").fill("1234")
    page.get_by_label("The same once more").fill("1234")
    page.get_by_role("button", name="Save my PIN").tap()
    expect(page.get_by_text("Anybody would try that one first.")).to_be_visible()
    complaints.remove("422 /me/pin/")
    assert_is_well_made(page, "My PIN")
    page.get_by_label("New PIN").fill(PIN)
    page.get_by_label("The same once more").fill(PIN)
    page.get_by_role("button", name="Save my PIN").tap()
    expect(page.locator("#messages")).to_contain_text("Saved.")
    page.goto("/me/pin/")
    assert_is_well_made(page, "My PIN")

    page.goto("/arrivals/2026-10-05/")
    expect(page.get_by_role("button", name="Open")).to_have_count(0)
    page.get_by_role("button", name="Lock now").tap()
    expect_locked(page)
    assert_is_well_made(page)
    open_with(page, "9021")
    expect(page.get_by_role("alert")).to_contain_text("That is not the PIN. 4 more tries")
    complaints.remove("422 /locked/")
    expect_locked(page)
    assert_is_well_made(page)
    page.go_back()
    page.go_back()
    expect_locked(page)
    open_with(page, PIN)
    page.wait_for_url("**/arrivals/2026-10-05/")
    expect(page.get_by_role("button", name="Lock now")).to_be_visible()


def test_it_locks_by_itself_and_keeps_what_rosa_was_writing(tablet, rosa, complaints):
    page = tablet
    page.goto("/me/edit/")
    page.get_by_label("Name to use").fill("Rosie")
    nobody_touched_it(page)
    expect_locked(page)
    open_with(page, PIN)
    expect(page.get_by_role("heading", level=1)).to_have_text("What you wrote is still here")
    assert_is_well_made(page)
    page.get_by_role("button", name="Send it now").tap()
    page.wait_for_url("**/me/")
    rosa.refresh_from_db()
    assert rosa.known_as == "Rosie"

    page.goto("/arrivals/")
    expect(page.locator(".tile-name")).to_have_text("Noor H.")
    page.get_by_label("Find a member by any name").fill("no")  # typed, and nothing to keep
    nobody_touched_it(page)
    expect_locked(page)
    page.get_by_role("button", name="Somebody else? Sign in").tap()
    page.wait_for_url("**/accounts/login/**")
    assert {complaint.split(" ")[0] for complaint in complaints} == {"423"}
    complaints.clear()


@pytest.mark.slow
def test_touching_keeps_it_open(tablet):
    page = tablet
    page.goto("/arrivals/")
    for _ in range(3):
        nobody_touched_it(page, minutes=2)
        with page.expect_response(lambda answer: answer.request.method == "POST" and answer.url.endswith("/stay/")):
            page.get_by_role("heading", level=1).tap()
    expect(page.locator(".tile-name")).to_have_text("Noor H.")


def test_without_a_connection_names_are_covered_until_somebody_is_there(tablet, complaints):
    page, cover = tablet, tablet.locator("[data-cover]")
    page.goto("/me/edit/")
    page.context.set_offline(True)
    nobody_touched_it(page)
    expect(cover).to_contain_text("There is no connection now")
    assert_is_well_made(page)
    page.keyboard.press("Escape")
    expect(cover).to_be_visible()
    cover.get_by_role("button", name="Show the page").tap()
    expect(cover).to_be_hidden()
    expect(page.get_by_label("Name to use")).to_be_visible()
    page.context.set_offline(False)
    page.clock.fast_forward(60 * 1000)
    expect_locked(page)
    assert {complaint.split(" ")[0] for complaint in complaints} == {"423", "net::ERR_INTERNET_DISCONNECTED"}
    complaints.clear()


def test_taps_that_waited_stay_on_a_locked_tablet_and_are_sent_when_it_is_open(tablet, amara, complaints):
    page = tablet
    SignUp.objects.create(task=make.task(), member=amara, at=timezone.now(), by=amara.user)
    page.goto("/arrivals/")
    page.context.set_offline(True)
    tile = page.locator(f"#person-{amara.pk}")
    tile.get_by_role("button", name="Arrive").tap()
    expect(tile).to_have_attribute("data-state", "here")
    long_ago(page)
    page.context.set_offline(False)
    expect_locked(page)
    assert Visit.objects.filter(member=amara).count() == 0
    assert page.evaluate(STORAGE).count('"tapped_at":') == 1
    open_with(page, PIN)
    page.wait_for_url("**/arrivals/")
    expect(page.locator("#saved")).to_have_attribute("data-saved", "all", timeout=30_000)
    assert [mark.member for mark in Mark.objects.all()] == [amara]
    assert page.evaluate(STORAGE).count('"tapped_at":') == 0
    assert {complaint.split(" ")[0] for complaint in complaints} == {"423", "net::ERR_INTERNET_DISCONNECTED"}
    complaints.clear()


# -- Back --------------------------------------------------------------------------------------------------------------


@pytest.fixture
def remembering(chromium, live_server, rosa, monkeypatch) -> Iterator[Page]:
    """A browser that keeps pages to go back to, whatever the house says: Playwright switches that off otherwise."""
    monkeypatch.setattr("members.middleware.patch_cache_control", lambda *args, **kwargs: None)
    browser = chromium.browser_type.launch(
        executable_path=os.environ["TEST_BROWSER"],
        args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        ignore_default_args=["--disable-back-forward-cache"],
    )
    context = browser.new_context(base_url=live_server.url)
    context.set_default_timeout(10_000)
    context.add_cookies([{"name": "sessionid", "value": session_of(rosa.user), "url": live_server.url}])
    yield at_reception(context.new_page(), rosa, live_server.url)
    browser.close()


def away_and_back(page: Page) -> None:
    """Meanwhile it has become due that the tablet locks."""
    page.goto("/me/")
    page.goto("/offline/")
    long_ago(page)
    page.go_back(wait_until="commit")  # a page that is woken up loads nothing


def test_back_on_a_locked_tablet_leads_to_the_lock_page(remembering):
    away_and_back(remembering)
    expect_locked(remembering)


@pytest.mark.slow
def test_without_asking_again_back_would_show_who_it_was(remembering):
    """The control: the same browser, and a page that does not notice that it is shown again."""
    script = (Path(settings.BASE_DIR) / "static/js/session.js").read_text()
    deaf = re.sub(r'addEventListener\("(pageshow|visibilitychange)"', 'addEventListener("never"', script)
    remembering.route("**/session.js", lambda route: route.fulfill(body=deaf, content_type="text/javascript"))
    away_and_back(remembering)
    expect(remembering.get_by_role("heading", level=1)).to_have_text("Rosa Lind")
