"""The rulers themselves: each sees what it is for."""

import pytest

from tests.journeys.well_made import (
    assert_no_sideways_scrolling,
    assert_targets,
    assert_well_made,
    assert_well_made_at_night_on_a_phone,
)

pytestmark = [pytest.mark.browser, pytest.mark.once]
RIGHT = """<!DOCTYPE html><html lang="en"><head><title>Elm House</title></head><body>
<a href="#main">Go to the main part</a><main id="main"><h1>Good morning</h1><p>%s</p></main></body></html>"""


@pytest.fixture
def page(chromium):
    page = chromium.new_page(viewport={"width": 320, "height": 640})
    yield page
    page.close()


def test_a_page_that_is_right_passes(page):
    page.set_content(RIGHT % "Amara is here.")
    assert_well_made(page)
    assert_no_sideways_scrolling(page)


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (RIGHT % "<h1>Twice</h1>", "'h1': 2"),
        (RIGHT.replace(' lang="en"', "") % "", "'lang': ''"),
        (RIGHT.replace('href="#main"', 'href="#top"') % "", "'skip_leads_to': False"),
        (RIGHT % "<img src='data:,'>", "image-alt"),
        (RIGHT % "<span style='color: #777; background: #fff'>4.48 : 1</span>", "color-contrast"),
        (RIGHT % "<span style='color: #5f5f5f; background: #fff'>6.4 : 1</span>", "color-contrast-enhanced"),
        (RIGHT % "<button style='all: unset'>a</button><button style='all: unset'>b</button>", "target-size"),
    ],
)
def test_a_page_that_is_not_right_fails(page, content, found):
    page.set_content(content)
    with pytest.raises(AssertionError, match=found):
        assert_well_made(page)


@pytest.mark.parametrize("pale", ["#777", "#5f5f5f"])  # 4.48 : 1 and 6.4 : 1, by two rules
@pytest.mark.parametrize("when", ["prefers-color-scheme: dark", "max-width: 400px"])
def test_what_is_pale_only_at_night_or_on_a_phone_is_seen(page, when, pale):
    page.set_viewport_size({"width": 1280, "height": 800})
    page.set_content(RIGHT % f"<style>@media ({when}) {{ p {{ color: {pale} }} }}</style>Amara is here.")
    assert_well_made(page)
    with pytest.raises(AssertionError, match="color-contrast"):
        assert_well_made_at_night_on_a_phone(page)


def test_a_page_that_scrolls_sideways_fails(page):
    page.set_content(RIGHT % "<span style='display: block; width: 400px'>wide</span>")
    with pytest.raises(AssertionError, match="wide"):
        assert_no_sideways_scrolling(page)


@pytest.mark.parametrize(
    "pressed", ["<button>a</button>", "<label><input type='radio'> a</label>", "<select></select>"]
)
def test_a_target_that_is_too_small_is_seen(page, pressed):
    page.set_content(RIGHT % pressed)
    with pytest.raises(AssertionError, match=pressed[:6]):
        assert_targets(page)
    large = "<style>button, label, select { display: block; height: 44px; width: 44px }</style>"
    page.set_content(RIGHT % f"<a href='/'>a word</a> {large} {pressed}")
    assert_targets(page)
