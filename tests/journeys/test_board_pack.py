"""A coordinator gives the house its logo; a member with the statistics duty makes the board pack, and reads no name."""

import datetime as dt
import io

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests import make
from tests.attendance import opened
from tests.journeys.well_made import assert_well_made, assert_well_made_at_night_on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def september(on_tuesday_at_ten, amara, noor):
    for number, day in enumerate(day for day in range(1, 31) if dt.date(2026, 9, day).weekday() < 5):
        for member in (amara, noor)[: 1 + number % 2]:
            make.visit(member, dt.date(2026, 9, day), unit=make.unit())


def picture() -> dict:
    content = io.BytesIO()
    Image.new("RGB", (900, 600), "#8c2f1b").save(content, "JPEG")
    return {"name": "Our logo.jpg", "mimeType": "image/jpeg", "buffer": content.getvalue()}


def test_stella_makes_the_board_pack_with_the_logo_that_dana_brought(window, september, dana, stella):
    office = window(dana)
    office.goto("/house/")
    office.get_by_role("link", name="Logo").click()
    office.get_by_label("Picture").set_input_files({"name": "a.svg", "mimeType": "image/svg+xml", "buffer": b"<svg/>"})
    office.get_by_role("button", name="Make it our logo").click()
    expect(office.get_by_text("Bring a PNG, JPEG or WebP file. This one is none of them.")).to_be_visible()
    assert_well_made(office)
    office.get_by_label("Picture").set_input_files(picture())
    office.get_by_role("button", name="Make it our logo").click()
    expect(office.get_by_role("status")).to_contain_text("The picture stands beside the house's name now.")
    assert_well_made(office)
    assert_well_made_at_night_on_a_phone(office)

    page = window(stella)
    page.goto("/reports/2026-09/")
    logo = page.locator("header img.house-logo")
    assert logo.evaluate("picture => picture.complete && picture.naturalWidth") == 480
    page.get_by_text("Take it along").focus()
    page.keyboard.press("Enter")
    with page.expect_download() as taken:
        page.get_by_role("link", name="For the board (PDF)").press("Enter")
    assert taken.value.suggested_filename == "monthly-report-2026-09.pdf"
    content = taken.value.path().read_bytes()
    text = opened.text_of_pdf(content)
    assert "Report for the board September 2026" in text
    assert [image.image.size for image in opened.pdf(content).pages[0].images] == [(480, 320)]
    for words in (text, page.locator("main").inner_text()):
        assert [name for name in ("Amara", "Okafor", "Noor", "Haddad") if name in words] == []
    with page.expect_download() as taken:
        page.get_by_role("link", name="Workbook").first.press("Enter")
    assert "By member" not in opened.workbook(taken.value.path().read_bytes()).sheetnames
    assert page.get_by_role("link", name="Workbook with members").count() == 0
