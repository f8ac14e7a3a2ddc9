"""The sign-in sheets on paper, A4 and Letter alike: 14 pt, the heads on each page, no row cut in two."""

import datetime as dt
import re
import zlib
from dataclasses import dataclass

import pytest
from django.utils import timezone

from activities.models import SignUp
from tests import make
from tests.journeys.well_made import assert_well_made, assert_well_made_at_night_on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]
MONDAY = dt.date(2026, 10, 5)
ROW = 48  # the height of an empty row, in css pixels: room to write with a pen
PT = 96 / 72


@dataclass(frozen=True)
class Sheet:
    """One printed page: the heights of its rows, what room is left below them, the sizes of its letters."""

    rows: list[float]
    left: float
    letters: set[float]


def printed(page, format: str) -> list[Sheet]:
    """What Chromium prints, read from the drawing commands of each page: lines are thin filled rectangles."""
    sheets = []
    for stream in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", page.pdf(format=format), re.S):
        try:
            drawing = zlib.decompress(stream).decode("latin-1")
        except zlib.error:
            continue
        scale = re.search(r"^q\n(\S+) 0 0 \S+ \S+ (\S+) cm", drawing, re.M)
        clip = re.search(r"^\S+ (\S+) \S+ (\S+) re\nW", drawing, re.M)
        if not scale or not clip or "BT" not in drawing:
            continue
        lines = [tuple(map(float, found)) for found in re.findall(r"^0 (\S+) 1 (\S+) re$", drawing, re.M)]
        letters = {float(size) for size in re.findall(r"/F\d+ (\S+) Tf", drawing)}
        lowest = max((top + height for top, height in lines), default=0) * float(scale[1]) + float(scale[2])
        sheets.append(Sheet([height for _, height in lines], float(clip[1]) + float(clip[2]) - lowest, letters))
    return sheets


@pytest.fixture
def people(on_tuesday_at_ten):
    unit = make.unit("Employment and Education")
    for number in range(45):
        make.visit(make.member(f"Person{number} Name"), MONDAY, "09:00", "12:00", unit=unit)


@pytest.mark.parametrize(("address", "rows", "pages"), [("sheet/", 45 + 12, 3), ("sheet/numbered/", 34, 2)])
def test_no_row_is_cut_and_each_page_has_the_heads(window, people, sam, address, rows, pages):
    page = window(sam)
    page.goto(f"/arrivals/{MONDAY}/{address}")
    for format in ("A4", "Letter"):
        sheets = printed(page, format)
        assert len(sheets) == pages, address
        heads = {sheet.rows[0] for sheet in sheets}
        assert len(heads) == 1 and heads.pop() < ROW  # the same row of heads begins each page
        assert sum(len(sheet.rows) - 1 for sheet in sheets) == rows
        empty = [height for sheet in sheets for height in sheet.rows[1:] if height >= ROW - 1]
        assert len(empty) >= min(rows, 34) if "numbered" in address else 12
        for sheet in sheets:
            assert min(sheet.rows) > 14 * PT * 1.35  # a cut row would leave less than a line of text
            assert sheet.left >= 0
            assert min(sheet.letters) >= 14 * PT - 0.1


@pytest.mark.slow
def test_the_ruler_sees_a_row_that_is_cut(window, people, sam):
    page = window(sam)
    page.goto(f"/arrivals/{MONDAY}/sheet/")
    whole = sum(len(sheet.rows) for sheet in printed(page, "A4"))
    page.evaluate("document.querySelector('tbody td').innerHTML = 'a line<br>'.repeat(60)")  # longer than a page
    sheets = printed(page, "A4")
    assert sum(len(sheet.rows) for sheet in sheets) > whole


def test_what_lies_at_the_door_names_nobody(window, people, rosa):
    page = window(rosa)
    page.goto(f"/arrivals/{MONDAY}/sheet/")
    page.get_by_role("link", name="Numbered, without names").click()
    assert page.locator("tbody tr").count() == 34
    assert "Person" not in page.locator("main").inner_text()
    assert_well_made(page)
    assert_well_made_at_night_on_a_phone(page)


def test_the_board_on_paper_has_units_parts_and_places_to_write_in(window, on_tuesday_at_ten, noor, sam):
    page = window(sam)
    for number, part in enumerate(["morning", "afternoon"] * 8):
        task = make.task(f"Task {number}", day=dt.date(2026, 10, 6), part=part, unit=make.unit(f"Unit {number // 4}"))
        SignUp.objects.create(task=task, member=noor, at=timezone.now(), by=sam.user, role="learning")
    make.task("Post", day=dt.date(2026, 10, 6), carried_from=make.task("Post", day=MONDAY))
    page.goto("/tasks/meeting/")
    page.get_by_role("link", name="Board on paper").click()
    for format in ("A4", "Letter"):
        sheets = printed(page, format)
        assert len(sheets) >= 2
        assert min(size for sheet in sheets for size in sheet.letters) >= 14 * PT - 0.1
    page.emulate_media(media="print")
    shown = page.locator("main").inner_text()
    assert all(words in shown for words in ("Unit 3", "Afternoon", "Task 15", "Noor H.", "learning", "From Monday"))
    assert page.locator(".place.only-print:visible").count() == 16 + 2
    assert page.locator("form:visible, .btn:visible, nav:visible").count() == 0
