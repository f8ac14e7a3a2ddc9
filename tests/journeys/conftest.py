"""Journeys: a real browser in front of a real server, on whichever database the run is for.

`window(sam)` opens one in which Sam is signed in, `page` one in which nobody is. Whatever goes wrong behind a page (an
error in its console, a script that stops, an answer of 400 or more, something the CSP refuses) lands in `complaints`,
and fails the test unless the test takes it out.

The main ways are gone each time; side ways (without JavaScript, rare moments) and the controls with --slow.
"""

import datetime as dt
import os
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
import time_machine
from django.test import Client
from playwright.sync_api import BrowserContext, Page, sync_playwright

from tests import make
from tests.journeys.well_made import HOLD_STILL

# Playwright keeps an event loop in the test's thread; Django would refuse the database there.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

TUESDAY = dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC)  # ten in the morning at the house
DESK, PHONE = (1280, 860), (390, 844)

# The house's clock is set by most tests, the browser's is not: its page would say so (tests/journeys/test_clock.py).
NO_CLOCK = "performance.getEntriesByType = () => [];"
# Resolves when every tap was stored, or set aside for people.
NOTHING_WAITS = """async () => {
  while ((await clubhouseTaps.all()).some((tap) => !tap.aside)) await new Promise((done) => setTimeout(done, 50));
}"""


@pytest.fixture(scope="session")
def chromium():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ["TEST_BROWSER"],
            args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"],
        )
        yield browser
        browser.close()


@pytest.fixture
def complaints():
    found: list[str] = []
    yield found
    assert found == []


@pytest.fixture
def window(chromium, live_server, complaints):
    """Opens windows in front of the house, on localhost (passkeys need a name); each has its own cookies."""

    def open_window(person=None, *, size: tuple[int, int] = DESK, **options) -> Page:
        viewport = {"width": size[0], "height": size[1]}
        context = chromium.new_context(base_url=live_server.url, viewport=viewport, **options)
        context.set_default_timeout(10_000)
        context.add_init_script(NO_CLOCK)
        OPEN.append(context)
        if person:
            context.add_cookies([{"name": "sessionid", "value": session_of(person.user), "url": live_server.url}])
        if options.get("java_script_enabled", True):
            context.add_init_script(HOLD_STILL)
        page = context.new_page()
        listen(page, complaints.append)
        return page

    yield open_window
    close_windows()


OPEN: list[BrowserContext] = []


def close_windows() -> None:
    """Before the clock goes back and the house is emptied: pages ask what is new until they are closed."""
    while OPEN:
        OPEN.pop().close()


def session_of(user) -> str:
    """The cookie of somebody who typed a password just now: the forms of signing in have a journey of their own."""
    client = Client()
    client.force_login(user, backend="members.sign_in.Backend")
    return make.just_signed_in(client, user.person).cookies["sessionid"].value


def listen(page: Page, complain: Callable[[str], None]) -> None:
    def heard(message):
        # What did not load is heard below, with its address.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            complain(message.text)

    def answered(response):
        if response.status >= 400:
            complain(f"{response.status} {urlsplit(response.url).path}")

    def failed(request):
        if request.failure != "net::ERR_ABORTED":  # somebody went on before it came
            complain(f"{request.failure} {request.url}")

    page.on("console", heard)
    page.on("pageerror", lambda error: complain(str(error)))
    page.on("response", answered)
    page.on("requestfailed", failed)


@pytest.fixture
def page(window) -> Page:
    return window()


@pytest.fixture
def on_tuesday_at_ten(transactional_db):
    """Before the house and its visits are made; the clock runs on from there."""
    with time_machine.travel(TUESDAY, tick=True):
        make.house(name="Elm House")
        yield TUESDAY
        close_windows()
