"""Dana asks for a file that takes long: she reloads, the worker is restarted half way, and it is there all the same."""

import datetime as dt
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from attendance import report_files
from attendance.models import ReportFile
from tests import make
from tests.journeys.well_made import assert_well_made, assert_well_made_at_night_on_a_phone

pytestmark = [pytest.mark.browser, pytest.mark.once, pytest.mark.django_db(transaction=True)]


class Killed(BaseException):
    """The worker was stopped half way: no except and no finally of it runs any more."""


def killed_half_way(file, path, progress):
    path.write_bytes(b"half a file")
    progress(250, 1000)
    raise Killed


def test_a_file_survives_a_reload_and_a_restart(
    window, on_tuesday_at_ten, amara, dana, settings, tmp_path, monkeypatch
):
    settings.REPORT_FILES = tmp_path / "report-files"
    monkeypatch.setattr(report_files, "MOST_AT_ONCE", 0)
    make.visit(amara, dt.date(2026, 3, 2))
    page = window(dana)
    page.goto("/reports/2026-01-01_2026-12-31/files/")
    assert_well_made(page)
    page.get_by_role("link", name="Attendance roster").click()
    assert_well_made(page)
    page.get_by_label("Spreadsheet (CSV)").check()
    page.get_by_label("What is it for?").fill("The bill for the county, 2026.")
    page.get_by_role("button", name="Take the roster").click()
    bar = page.get_by_role("progressbar")
    expect(bar).to_have_attribute("value", "0")

    with monkeypatch.context() as patch:
        patch.setattr(report_files, "WRITERS", {"roster": killed_half_way})
        patch.setattr(report_files.shutil, "rmtree", lambda *args, **how: None)
        with pytest.raises(Killed):
            report_files.make_waiting_file()
    expect(bar).to_have_attribute("value", "250")  # the page asked again by itself
    assert_well_made(page)
    page.reload()
    expect(bar).to_have_attribute("value", "250")

    assert report_files.make_waiting_file() is None
    ReportFile.objects.update(claimed_until=timezone.now())  # the worker did not come back in time
    assert report_files.make_waiting_file() is not None
    expect(page.get_by_role("status").filter(has_text="One more file is ready.")).to_be_attached()
    assert_well_made_at_night_on_a_phone(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Take it").click()
    assert download.value.suggested_filename == "attendance-roster-2026-01-01_2026-12-31.csv"
    assert "Amara Okafor,2026-03-02,09:00,12:00" in Path(download.value.path()).read_text("utf-8-sig")
