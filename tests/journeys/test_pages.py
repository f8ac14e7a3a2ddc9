"""Every page of the table of doors, as each kind of person sees it: light and dark, wide and narrow, and in large text.

The journeys look at the pages they pass; here a few more are looked at each time, and all of them with --slow.
"""

from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from django.urls import reverse
from playwright.sync_api import Page

from tests.actors import ANONYMOUS, COORDINATOR, OWN
from tests.elm_house import build
from tests.journeys.well_made import assert_no_sideways_scrolling, assert_well_made
from tests.walls import DOORS

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
SAMPLE = {
    OWN: {"members:edit_me", "my_records", "activities:whats_on", "attendance:report", "mfa_index"},
}


@pytest.fixture
def world(on_tuesday_at_ten) -> SimpleNamespace:
    return build()


def pages_of(world: SimpleNamespace, actor: str, only: set[str] | None = None) -> Iterator[str]:
    """The addresses that answer this person with a page."""
    for door in DOORS:
        if actor not in door.GET or (only is not None and door.name not in only):
            continue
        address = reverse(door.name, kwargs=door.at(world))
        response = world.clients[actor].get(address)
        # A piece that scripts put into a page is looked at there.
        is_page = response["Content-Type"].startswith("text/html") and b"<!DOCTYPE" in response.content
        is_taken_along = response.get("Content-Disposition", "").startswith("attachment")
        if response.status_code == 200 and is_page and not is_taken_along:
            yield address


def open_window(window, world: SimpleNamespace, actor: str, *, theme: str, width: int, text: str) -> Page:
    page = window(size=(width, 860))
    cookies = {"theme": theme, "text": text}
    if session := world.clients[actor].cookies.get("sessionid"):
        cookies["sessionid"] = session.value
    page.goto("/healthz")
    page.context.add_cookies([{"name": name, "value": value, "url": page.url} for name, value in cookies.items()])
    return page


def look_at_all(page: Page, addresses: list[str]) -> dict[str, str]:
    """What is wrong, by address."""
    wrong = {}
    for address in addresses:
        page.goto(address)
        try:
            assert_no_sideways_scrolling(page)
            assert_well_made(page)
        except AssertionError as error:
            wrong[address] = str(error)
    return wrong


@pytest.mark.parametrize(("actor", "theme", "width"), [(OWN, "dark", 320)])
def test_a_few_pages_are_well_made(window, world, actor, theme, width):
    addresses = list(pages_of(world, actor, SAMPLE[actor]))
    assert len(addresses) == len(SAMPLE[actor])
    page = open_window(window, world, actor, theme=theme, width=width, text="normal")
    assert look_at_all(page, addresses) == {}


# Any two of theme, width and size of text meet in one of these: half of all eight, which take very long.
LOOKS = [("light", 320, "normal"), ("light", 1280, "larger"), ("dark", 320, "larger"), ("dark", 1280, "normal")]


@pytest.mark.slow
@pytest.mark.parametrize(("theme", "width", "text"), LOOKS)
@pytest.mark.parametrize("actor", [ANONYMOUS, OWN, COORDINATOR])
def test_every_page_is_well_made(window, world, actor, theme, width, text):
    addresses = list(pages_of(world, actor))
    assert len(addresses) > {ANONYMOUS: 5, OWN: 15, COORDINATOR: 35}[actor]
    page = open_window(window, world, actor, theme=theme, width=width, text=text)
    assert look_at_all(page, addresses) == {}
