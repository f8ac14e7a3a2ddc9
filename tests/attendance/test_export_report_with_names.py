"""The workbook with members by name: asked for by signing in again, with a reason, and written down."""

import datetime as dt

import pytest
import time_machine

from attendance import exports, report_files
from attendance.models import ReportFile
from attendance.reports import report_of
from attendance.reports.by_member import MemberLine, by_member
from clubhouse.converters import Month
from clubhouse.spans import Span
from members.models import AuditRecord
from tests import make
from tests.attendance import opened

JUNE = Span.of(Month(2026, 6))
URL = "/reports/2026-06/by-member/"
LONG = "/reports/2025-01-01_2026-06-30/"
MONDAY, TUESDAY = dt.date(2026, 6, 1), dt.date(2026, 6, 2)
WHY = "Hours for the county, June."


@pytest.fixture(autouse=True)
def in_july():
    with time_machine.travel(dt.datetime(2026, 7, 15, 16, tzinfo=dt.UTC), tick=False):
        yield


def just_now(as_, person):
    """A browser of `person`, who typed their password a moment ago."""
    return make.just_signed_in(as_(person), person)


def test_dana_takes_a_workbook_with_names_and_it_is_written_down(dana, amara, as_):
    make.visit(amara, MONDAY, unit=make.unit())
    browser = just_now(as_, dana)
    assert "The house writes down that you took it, when, and what it is for." in browser.get(URL).content.decode()
    assert URL in browser.get("/reports/2026-06/").content.decode()
    answer = browser.post(URL, {"why": WHY})
    assert answer["Content-Disposition"] == 'attachment; filename="report-with-names-2026-06.xlsx"'
    book = opened.workbook(answer.content)
    assert list(book["By member"].values)[1:] == [(amara.member_no, "Amara Okafor", 1, 180, 12, 0, 0, 0)]
    record = AuditRecord.objects.get()
    assert (record.by, record.verb, record.why) == (dana.user, "attendance.export_names", WHY)
    assert record.after == {"what": "report_names", "format": "xlsx", "span": "2026-06"}


@pytest.mark.once
def test_it_asks_to_sign_in_again(dana, as_):
    browser = as_(dana)
    for asked in (browser.get(URL), browser.post(URL, {"why": WHY})):
        assert "reauthenticate" in asked.headers["Location"]
    assert AuditRecord.objects.count() == 0


@pytest.mark.once
@pytest.mark.parametrize("why", ["", "   "])
def test_without_a_reason_there_is_no_file(dana, as_, why):
    page = just_now(as_, dana).post(URL, {"why": why})
    assert page.status_code == 422
    assert page.context["form"].errors == {"why": ["Say in a few words what the names are for."]}
    assert AuditRecord.objects.count() == 0


@pytest.mark.once
@pytest.mark.parametrize("who", ["sam", "stella", "amara"])
def test_only_a_coordinator_takes_names(as_, request, who):
    browser = just_now(as_, request.getfixturevalue(who))
    assert browser.get(URL).status_code == 403
    assert browser.post(URL, {"why": WHY}).status_code == 403
    assert URL not in browser.get("/reports/2026-06/").content.decode()
    assert AuditRecord.objects.count() == 0


def test_more_than_a_year_is_made_by_the_worker(dana, sam, amara, as_, settings, tmp_path):
    settings.REPORT_FILES = tmp_path / "files"
    make.visit(amara, MONDAY, unit=make.unit())
    page = as_(sam).get(LONG).content.decode()
    assert f'action="{LONG}files/"' in page and f"{LONG}by-member/" not in page
    for format in ("pdf", "xlsx"):
        answer = as_(sam).post(f"{LONG}files/", {"format": format})
        assert answer.headers["Location"] == "/reports/files/"
    just_now(as_, dana).post(f"{LONG}by-member/", {"why": WHY})
    while report_files.make_waiting_file():
        pass
    made = {(file.owner, file.what, file.format): file for file in ReportFile.objects.all()}
    assert [file.state for file in made.values()] == ["ready"] * 3
    board_pack = report_files.path_of(made[sam.user, "report", "pdf"]).read_bytes()
    assert "January 2025 to June 2026" in opened.text_of_pdf(board_pack)
    with_names = report_files.path_of(made[dana.user, "report_names", "xlsx"]).read_bytes()
    assert list(opened.workbook(with_names)["By member"].values)[1][1] == "Amara Okafor"
    without = report_files.path_of(made[sam.user, "report", "xlsx"]).read_bytes()
    assert "By member" not in opened.workbook(without).sheetnames


@pytest.mark.once
def test_what_is_no_format_is_no_file(sam, as_):
    assert as_(sam).post(f"{LONG}files/", {"format": "exe"}).status_code == 422
    assert as_(sam).get("/reports/2025-01-01_2026-06-30.pdf").status_code == 404


@pytest.mark.once
def test_enough_files_in_the_making_is_a_sentence(sam, as_):
    browser = as_(sam)
    *_first_three, fourth = [browser.post(f"{LONG}files/", {"format": format}) for format in exports.FORMATS]
    assert (ReportFile.objects.count(), fourth.status_code) == (3, 422)
    assert "A few files are on their way to you already." in fourth.content.decode()


@pytest.mark.parametrize(
    ("per_visit", "units_of_amara"),
    [(False, 2), (True, 0)],  # 14 + 14 + 10 minutes on one day, rounded down
)
def test_the_lines_add_up_to_the_report(amara, noor, rosa, per_visit, units_of_amara):
    make.house(rounding_per_visit=per_visit)
    for arrived, left in (("09:00", "09:14"), ("10:00", "10:14"), ("11:00", "11:10")):
        make.visit(amara, MONDAY, arrived, left)
    make.visit(noor, MONDAY, "09:00", None, ending="not_written")
    make.visit(noor, TUESDAY, "09:00", "12:00", ending="assumed")
    make.visit(noor, dt.date(2026, 6, 6), "09:00", "12:00")  # a Saturday: closed
    make.visit(noor, TUESDAY, "18:00", "20:00", kind="social")
    make.visit(noor, TUESDAY, "20:00", "21:00", kind="social")
    make.visit(amara, TUESDAY, kind="virtual")
    make.visit(amara, TUESDAY, kind="offsite")
    make.visit(rosa, dt.date(2026, 7, 1))  # after the month
    lines, report = by_member(JUNE), report_of(JUNE)
    assert lines == [
        MemberLine(amara.member_no, "Amara Okafor", 1, 38, units_of_amara, 0, 1, 1),
        MemberLine(noor.member_no, "Noor Haddad", 2, 0, 0, 1, 0, 0),
    ]
    assert sum(line.days for line in lines) == report.attendance.member_days
    assert sum(line.minutes for line in lines) == report.attendance.minutes
    assert sum(line.units_15 for line in lines) == report.units_15.house_units
    assert sum(line.social_days for line in lines) == report.attendance.social.member_days


def test_it_costs_the_same_for_any_number_of_members(amara, noor, rosa, django_assert_num_queries):
    for member in (amara, noor, rosa):
        make.visit(member, MONDAY)
    with django_assert_num_queries(6):
        assert len(by_member(JUNE)) == 3
