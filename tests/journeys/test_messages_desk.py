"""Dana looks at what the house writes, and stops everything on her phone when something is wrong."""

import re

import pytest
from playwright.sync_api import expect

from members.models import House
from tests import make
from tests.journeys.conftest import PHONE
from tests.journeys.well_made import (
    assert_no_sideways_scrolling,
    assert_targets,
    assert_well_made,
    assert_well_made_at_night_on_a_phone,
)
from tests.members.notes import waiting

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
BAR = "All messages are stopped."


def test_dana_previews_stops_everything_and_lets_it_go(window, on_tuesday_at_ten, dana, amara):
    for state in ("sent", "failed", "waiting"):
        waiting(amara, f"task {state}", kind="task_reminder", due_at=on_tuesday_at_ten, state=state)
    page = window(dana, size=PHONE)
    page.goto("/house/messages/")
    page.get_by_role("link", name="What we write").click()
    page.get_by_role("link", name="My week").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("My week")
    expect(page.get_by_role("article", name="E-mail")).to_contain_text("Hello Robin,")
    expect(page.get_by_role("article", name="Printed note")).to_contain_text("Hello Robin,")
    assert_no_sideways_scrolling(page)

    page.goto("/house/messages/")
    page.get_by_role("button", name="Stop all messages").click()
    expect(page.get_by_text(BAR)).to_be_visible()
    assert House.objects.get().messages_stopped_at
    assert_no_sideways_scrolling(page)
    assert_targets(page)
    assert_well_made(page, "How messages fared")
    page.goto("/")
    expect(page.get_by_text(BAR)).to_be_visible()
    page.get_by_role("button", name="Let them go again").click()
    expect(page.get_by_role("status")).to_contain_text("Messages leave again.")
    expect(page.get_by_text(BAR)).to_have_count(0)
    assert House.objects.get().messages_stopped_at is None


@pytest.mark.slow
def test_dana_writes_a_sentence_of_our_own(window, on_tuesday_at_ten, dana, amara, complaints):
    page = window(dana)
    page.goto("/house/messages/texts/")
    assert_well_made(page, "What we write")
    page.get_by_role("link", name="My week").click()
    page.get_by_label("A sentence before").fill("With love from Amara.")
    page.get_by_role("button", name="Save our words").click()
    expect(page.get_by_text("“Amara” is a name on the roll.")).to_be_visible()
    assert complaints == ["422 /house/messages/texts/weekly_summary/words/"]
    complaints.clear()
    assert_well_made(page, "My week")
    page.get_by_label("A sentence before").fill("The kettle is on.")
    page.get_by_role("button", name="Save our words").click()
    expect(page.get_by_role("article", name="E-mail")).to_contain_text("The kettle is on.")
    assert_well_made_at_night_on_a_phone(page)
    page.get_by_role("button", name="Take them away").click()
    expect(page.get_by_role("article", name="E-mail")).not_to_contain_text("The kettle is on.")


@pytest.mark.slow
def test_sam_prints_the_notes(window, on_tuesday_at_ten, sam, monkeypatch):
    """One on a page, or four on a sheet; A4 and Letter alike."""
    monkeypatch.setattr("members.notices.paper._facts", lambda letters, house, now: ALL)
    for number in range(5):
        member = make.member(f"Person{number} Name", address="1 Lake Road\nElm")
        make.note(member, "Hello,\n\n" + "a word for you from us. " * 9)
    page = window(sam)
    page.goto("/")
    page.get_by_role("link", name="Print them").click()
    assert_well_made(page, "Notes to print")
    assert_well_made_at_night_on_a_phone(page)
    for per, sheets in ((1, 5), (4, 2)):
        page.goto(f"/house/notes/?per={per}")
        for format in ("A4", "Letter"):
            assert len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=format))) == sheets
    page.get_by_role("button", name="They are printed").click()
    expect(page.get_by_role("status")).to_contain_text("5 notes are printed.")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="To print: 5")).to_be_visible()


class Everything(dict):
    def __contains__(self, key) -> bool:
        return True

    def __missing__(self, key) -> dict:
        return {}


ALL = Everything()
