"""Amara reads what the house holds about her, says what is not right, reads the answer, and takes all of it along."""

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from members import actions
from tests import make
from tests.journeys.conftest import PHONE
from tests.journeys.well_made import assert_well_made, assert_well_made_at_night_on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def taken(page: Page, link: str) -> tuple[str, str]:
    """Name and content of the file behind `link`."""
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    return download.value.suggested_filename, Path(download.value.path()).read_text()


def test_amara_reads_corrects_and_takes_along(window, on_tuesday_at_ten, amara, noor, sam):
    actions.edit_member(member=amara, by=sam.user, phone="555 0100")
    make.visit(noor)
    page = window(amara, size=PHONE, has_touch=True, is_mobile=True)
    page.goto("/me/")
    page.get_by_role("link", name="What the house holds about me").click()
    assert_well_made(page)
    page.get_by_role("link", name="Read it").click()
    page.get_by_role("link", name="Who I am, and how to reach me").click()
    page.get_by_text("My entry on the roll").click()
    expect(page.get_by_text("555 0100")).to_be_visible()
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)

    page.get_by_role("link", name="Something is not right").click()
    expect(page.get_by_label("What is it about?")).to_have_value("about-me")
    page.get_by_label("What should it say?").fill("My phone ends in 42.")
    page.get_by_role("button", name="Ask to put it right").click()
    expect(page.get_by_text("A colleague will read it")).to_be_visible()

    desk = window(sam)
    desk.goto("/arrivals/corrections/")
    expect(desk.get_by_role("heading", level=2)).to_have_text("Amara Okafor, Who I am, and how to reach me")
    actions.edit_member(member=amara, by=sam.user, phone="555 0142")
    desk.get_by_label("Your answer").fill("It does now. Thank you!")
    desk.get_by_role("button", name="Answer").click()
    expect(desk.get_by_text("Amara can read your answer.")).to_be_visible()
    assert_well_made(desk)

    page.reload()
    expect(page.get_by_text("It does now. Thank you!")).to_be_visible()
    expect(page.get_by_text("555 0100 → 555 0142")).to_be_visible()
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)

    page.goto("/me/held/")
    page.get_by_role("link", name="Take it along").click()
    assert_well_made(page)
    name, content = taken(page, "A file for a computer (JSON)")
    assert name == "what-is-held-2026-10-06.json" and json.loads(content)["about"] == "Amara Okafor"
    name, content = taken(page, "A page to read or print")
    assert name == "what-is-held-2026-10-06.html" and "555 0142" in content and "Haddad" not in content
    page.set_content(content)
    expect(page.get_by_role("heading", level=1)).to_have_text("What the house holds about me")
    page.goto("/me/agreed/")
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)
    page.goto("/me/looks/")
    expect(page.get_by_text("took a file along with all that the house holds about you")).to_have_count(2)
    page.get_by_role("link", name="Only changes").click()
    expect(page.get_by_text("took a file along")).to_have_count(0)
    assert_well_made(page)
