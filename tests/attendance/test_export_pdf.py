"""The board pack as others see it: tagged, titled, in a language; whatever the house and its units are called."""

import dataclasses
import datetime as dt
import re
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from attendance import exports
from attendance.exports.board_pack import Letterhead
from attendance.reports import Report, report_of
from attendance.reports.shapes import UnitDays
from clubhouse.converters import Month
from clubhouse.spans import Span
from members.models import House
from tests import make
from tests.attendance import opened

pytestmark = pytest.mark.once
JUNE = Span.of(Month(2026, 6))
JULY_5 = dt.date(2026, 7, 5)
HOSTILE = ["=1+1", "#set text(size: 99pt)", "$x$ *a* _b_ @c <d> [e] \\ `f`", "“Zoë & Søn”", "a\"b'c", "A" * 80]


@pytest.fixture
def report(amara, noor) -> Report:
    make.visit(amara, dt.date(2026, 6, 1), unit=make.unit())
    make.visit(noor, dt.date(2026, 6, 2), unit=make.unit("Clerical"))
    return report_of(JUNE, today=JULY_5)


def pdf(report: Report, **letterhead) -> bytes:
    return exports.export_report(report, "pdf", Letterhead(**letterhead))


def tags(node) -> list:
    """Every structure element under `node`, as (kind, element)."""
    node = node.get_object()
    children = node.get("/K", []) if hasattr(node, "get") else []
    children = children.get_object() if hasattr(children, "get_object") else children
    found = [(node["/S"], node)] if hasattr(node, "get") and "/S" in node else []
    for child in children if isinstance(children, list) else [children]:
        if hasattr(child, "get_object") and hasattr(child.get_object(), "get"):
            found += tags(child)
    return found


def test_the_board_pack_is_tagged_and_says_what_it_is(report):
    make.logo(House.objects.current())
    reader = opened.pdf(pdf(report, logo=Letterhead.of(House.objects.current()).logo))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] == True  # noqa: E712  (an object of the file, not a bool)
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"] == True  # noqa: E712
    assert reader.metadata.title == "Our Clubhouse: June 2026"
    assert reader.metadata.author == "Our Clubhouse"
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    found = tags(root["/StructTreeRoot"])
    kinds = {kind for kind, _ in found}
    assert {"/H1", "/H2", "/H3", "/Table", "/TR", "/TH", "/TD", "/Figure", "/P"} <= kinds
    pictures = [one.get("/Alt", "") for kind, one in found if kind == "/Figure"]
    assert pictures and all(pictures)
    assert "Logo of Our Clubhouse" in pictures
    tables = [one for kind, one in found if kind == "/Table"]
    assert [t for t in tables if "/TH" not in {kind for kind, _ in tags(t)}] == []
    headings = [int(kind[2:]) for kind, _ in found if re.fullmatch(r"/H\d", kind)]
    assert headings[0] == 1
    assert all(after - before <= 1 for before, after in zip(headings, headings[1:], strict=False))


def test_it_says_how_far_it_counts_and_when_it_changed_last(report):
    text = opened.text_of_pdf(pdf(report))
    assert "Counted until 30 June 2026. Definitions, version 3. No member's name is in here." in text
    assert "Page 1 of" in text
    assert "The latest change behind these figures was written down on" in text
    made = opened.pdf(pdf(report)).metadata.creation_date
    assert made == report.data_as_of.replace(microsecond=0)


@pytest.mark.parametrize(
    ("span", "sentence"),
    [
        (Span.of(Month(2026, 7)), "This time is still running. Every figure stops at 4 July 2026"),
        (Span.of(Month(2026, 8)), "None of these days is over yet, so there is nothing to count."),
        (Span.of(Month(1900, 1)), "Report for the board"),
        (Span(dt.date(2016, 1, 1), dt.date(2026, 6, 30)), "January 2016 to June 2026"),
        (Span(dt.date(2026, 6, 2), dt.date(2026, 6, 2)), "2 June 2026"),
    ],
)
def test_any_days_have_a_board_pack(amara, span, sentence):
    make.visit(amara, dt.date(2026, 6, 1))
    assert sentence in opened.text_of_pdf(pdf(report_of(span, today=JULY_5)))


def test_the_paper_is_the_one_of_the_printers_there(report):
    for zone, paper, size in (("America/Detroit", "us-letter", (612, 792)), ("Europe/Helsinki", "a4", (595, 842))):
        letterhead = Letterhead.of(make.house(time_zone=zone))
        assert (letterhead.paper, letterhead.logo) == (paper, None)
        box = opened.pdf(exports.export_report(report, "pdf", letterhead)).pages[0].mediabox
        assert (round(box.width), round(box.height)) == size


def renamed(report: Report, house: str, unit: str) -> Report:
    attendance = dataclasses.replace(report.attendance, by_unit={unit: UnitDays(1, Decimal("0.05"))})
    return dataclasses.replace(report, house=house, attendance=attendance)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_a_house_is_called_is_text_and_nothing_else(report, name):
    text = opened.text_of_pdf(pdf(renamed(report, name, name))).replace(" ", "")
    assert text.count(name.replace(" ", "")) >= 2


def test_any_name_in_any_script_has_a_board_pack(report):
    @given(st.text(max_size=30), st.text(max_size=30))
    @settings(max_examples=8, derandomize=True, deadline=None)
    def holds(house, unit):
        assert pdf(renamed(report, house, unit)).startswith(b"%PDF-")

    holds()


def test_a_letter_that_no_font_has_leaves_a_question_mark(report):
    text = opened.text_of_pdf(pdf(renamed(report, "Maple\ue0ff\x01 Street", "\U000e0fff Kitchen")))
    assert "Maple" in text and "? Street" in text and "Kitchen" in text


@pytest.mark.parametrize("name", ["Łódź", "Nguyễn Văn", "Дом Клён", "Σπίτι"])
def test_names_in_other_scripts_show(report, name):
    made = pdf(renamed(report, name, name))
    assert opened.pdf(made).metadata.title == f"{name}: June 2026"
    assert set(name) <= set(opened.text_of_pdf(made))
    assert "?" not in opened.text_of_pdf(made)
