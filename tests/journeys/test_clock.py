"""A device whose clock is wrong says so on its page."""

import re

import pytest

from tests import make

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
WRONG = "delete performance.getEntriesByType; const right = Date.now; Date.now = () => right() + %s * 60000;"


@pytest.mark.parametrize(("minutes", "is_told"), [(0, False), (4, False), (60, True), (-60, True)])
def test_a_clock_that_is_wrong_is_told(window, minutes, is_told):
    make.house()
    sam = make.staff("Sam Rivers")
    make.account(sam, username="sam")
    page = window(sam)
    page.add_init_script(WRONG % minutes)
    page.goto("/")
    bar = page.locator("[data-clock-differs]")
    assert bar.count() == is_told
    if is_told:
        assert re.fullmatch(r"\d?\d(:\d\d)? [ap]\.m\.|noon|midnight", bar.locator("[data-house]").inner_text())
        assert re.fullmatch(r"\d\d:\d\d [AP]M", bar.locator("[data-here]").inner_text())
        assert "Times are written by the house's clock." in bar.inner_text()
