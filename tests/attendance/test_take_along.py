"""What there is to take of some days: a year at once, more when the worker has made it."""

import datetime as dt

import pytest
import time_machine

from attendance import report_files
from attendance.models import ReportFile
from members.models import AuditRecord
from tests import make

pytestmark = pytest.mark.once
LIST = "/reports/files/"


@pytest.fixture(autouse=True)
def in_july(settings, tmp_path):
    settings.REPORT_FILES = tmp_path / "report-files"
    with time_machine.travel(dt.datetime(2026, 7, 15, 16, tzinfo=dt.UTC), tick=False):
        yield


def test_stella_takes_the_figures_at_once(amara, stella, as_):
    make.visit(amara, dt.date(2026, 6, 1))
    browser = as_(stella)
    page = browser.get("/reports/2026-06/files/").content.decode()
    assert "Take the figures" in page
    assert "Attendance roster" not in page
    answer = browser.post("/reports/2026-06/files/", {"format": "csv"})
    by_link = browser.get("/reports/2026-06.csv")
    assert answer["Content-Disposition"] == by_link["Content-Disposition"]
    assert answer.content == by_link.content
    assert browser.post("/reports/2026-06/files/", {"format": "exe"}).status_code == 422
    assert ReportFile.objects.count() == AuditRecord.objects.count() == 0


def test_stella_takes_two_years_when_they_are_made(amara, stella, as_):
    make.visit(amara, dt.date(2026, 6, 1))
    browser, two_years = as_(stella), "/reports/2024-07-01_2026-06-30/files/"
    assert "it is made while you do other things" in browser.get(two_years).content.decode()
    answer = browser.post(two_years, {"format": "json"}, follow=True)
    assert "Your file is being made." in answer.content.decode()
    file = ReportFile.objects.get()
    assert AuditRecord.objects.get().verb == "attendance.ask_for_file"
    report_files.make_waiting_file()
    answer = browser.get(f"{LIST}{file.pk}/")  # without names: no signing in again, and no record of taking it
    assert answer["Content-Disposition"] == 'attachment; filename="report-2024-07-01_2026-06-30.json"'
    assert b'"member_days": 1' in b"".join(answer.streaming_content)
    assert AuditRecord.objects.count() == 1
    for year in (2021, 2022, 2023):
        browser.post(f"/reports/{year}-01-01_{year + 1}-12-31/files/", {"format": "json"})
    answer = browser.post("/reports/2020-01-01_2021-12-31/files/", {"format": "json"})
    assert (answer.status_code, "A few files are on their way" in answer.content.decode()) == (422, True)


def test_the_way_to_names_is_for_who_may_take_them(dana, sam, as_):
    assert "/reports/2026-06/names/" in as_(dana).get("/reports/2026-06/files/").content.decode()
    page = as_(sam).get("/reports/2026-06/files/").content.decode()
    assert "/reports/2026-06/names/" not in page
    assert "Members by group" in page
    assert "Members by group" not in as_(sam).get("/reports/2026-07/files/").content.decode()  # not over yet
