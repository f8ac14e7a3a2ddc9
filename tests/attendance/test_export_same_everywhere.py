"""One report, many dresses: page, JSON, CSV, XLSX, PDF and command say the expected figures, in the same bytes."""

import datetime as dt
import io
import json
import re
import sys

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.test import Client

from attendance import exports
from attendance.actions.import_house import import_house
from attendance.reports import label, monthly_report
from clubhouse.converters import Month
from members.models import House, Member
from tests import make
from tests.attendance import opened
from tests.attendance.opened import shown
from tests.attendance.spreadsheets import DATA, of_folder

NOVEMBER = dt.datetime(2026, 11, 20, 16, tzinfo=dt.UTC)
LATER = dt.datetime(2027, 3, 3, 9, tzinfo=dt.UTC)


def told_by_people(text: str, told: dict[tuple[str, str], float]) -> list:
    """What of `told` a reader does not find in `text`: the name of each figure, and its value soon after."""
    missing = []
    for (key, part), value in told.items():
        name = re.escape(label(key) if not part or part.startswith("count=") else part.split("=")[1].split(";")[0])
        if not re.search(rf"{name}.{{0,120}}?(?<![\d.,]){re.escape(shown(value))}(?![\d.]|,\d)", text):
            missing.append((key, part, shown(value)))
    return missing


def by_command(month: str, format: str) -> bytes:
    """What `manage.py monthly_report` writes to standard output, byte for byte."""
    kept, sys.stdout = sys.stdout, io.TextIOWrapper(io.BytesIO())
    try:
        call_command("monthly_report", month, format=format)
        return sys.stdout.buffer.getvalue()
    finally:
        sys.stdout = kept


@pytest.mark.parametrize(
    ("folder", "months"),
    [
        ("fixture-week", ["2026-06"]),
        # The figures themselves are counted on both databases in test_monthly_report.py.
        pytest.param("maple-street", ["2026-09", "2026-10"], marks=[pytest.mark.once, pytest.mark.slow]),
    ],
)
def test_every_dress_says_the_expected_figures(db, folder, months, dana, as_):
    with time_machine.travel(NOVEMBER, tick=False):
        import_house(files=of_folder(folder), by=None)
        make.logo(House.objects.current())
        browser = as_(dana)
        before = {(month, format): taken(browser, month, format) for month in months for format in exports.FORMATS}
        for month in months:
            expected = json.loads((DATA / folder / f"expected-{month}.json").read_text())
            told = opened.expected_figures(expected)
            json_file, csv_file, xlsx, pdf = (before[month, format] for format in ("json", "csv", "xlsx", "pdf"))
            assert {key: opened.figures_of_json(json_file)[key] for key in told} == told
            assert {key: float(opened.figures_of_csv(csv_file)[key]) for key in told} == told
            assert {key: opened.figures_of_xlsx(xlsx)[key] for key in told} == told
            assert told_by_people(opened.text_of_pdf(pdf), told) == []
            page = browser.get(f"/reports/{month}/").content.decode()
            assert told_by_people(opened.text_of_page(page), told) == []
        for format in exports.FORMATS:
            assert by_command(months[-1], format) == before[months[-1], format]
    # Months later nothing has changed, so nothing in the files has.
    with time_machine.travel(LATER, tick=False):
        browser = as_(dana)
        for format in exports.FORMATS:
            assert taken(browser, months[-1], format) == before[months[-1], format], format


def taken(browser: Client, month: str, format: str) -> bytes:
    answer = browser.get(f"/reports/{month}.{format}")
    assert answer.status_code == 200
    assert answer["Content-Type"] == exports.MEDIA_TYPES[format]
    assert answer["Content-Disposition"] == f'attachment; filename="monthly-report-{month}.{format}"'
    return answer.content


def test_no_file_without_names_holds_a_name(db):
    canaries = [make.member(f"Kanarienvogel{n} Goldfink{n}", member_no=f"KANARI{n}") for n in range(6)]
    for member in canaries:
        make.visit(member, dt.date(2026, 6, 1), unit=make.unit())
        make.visit(member, dt.date(2026, 6, 2), kind="social")
    report = monthly_report(Month(2026, 6), today=dt.date(2026, 7, 5))
    assert Member.objects.count() == 6
    for format in exports.FORMATS:
        content = exports.export_report(report, format)
        text = readable(content, format)
        assert len(text) > 1000
        assert [word for word in ("Kanarien", "Goldfink", "KANARI") if word in text] == []


def readable(content: bytes, format: str) -> str:
    if format == "pdf":
        reader = opened.pdf(content)
        return opened.text_of_pdf(content) + str(reader.metadata) + str(reader.xmp_metadata)
    if format == "xlsx":
        book = opened.workbook(content)
        cells = (str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row)
        return " ".join(cells) + str(vars(book.properties))
    return content.decode()


@pytest.mark.once
@pytest.mark.parametrize("format", ["xlsx", "pdf"])
def test_the_command_keeps_what_is_no_text_off_a_screen(db, format, tmp_path):
    screen = io.StringIO()
    screen.isatty = lambda: True  # type: ignore[method-assign]
    with pytest.raises(CommandError, match="Add --output and the name of a file."):
        call_command("monthly_report", "2026-06", format=format, stdout=screen)
    assert screen.getvalue() == ""
    call_command("monthly_report", "2026-06", format=format, output=str(tmp_path / "june"), stdout=screen)
    assert (tmp_path / "june").read_bytes()[:2] in {b"PK", b"%P"}
