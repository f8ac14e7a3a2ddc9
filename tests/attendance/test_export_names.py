"""Names leave the house: by the coordinator, signed in a moment ago, for a reason, and written down."""

import datetime as dt

import pytest
import time_machine

from attendance import report_files
from attendance.actions import report_files as actions
from attendance.models import ReportFile
from clubhouse.spans import Span
from members.models import AuditRecord
from tests import make

pytestmark = pytest.mark.once
PAGE = "/reports/2026-06/names/"
WISH = {"format": "csv", "why": "The bill for the county."}


@pytest.fixture(autouse=True)
def in_july():
    with time_machine.travel(dt.datetime(2026, 7, 15, 16, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def just_now(as_):
    """A browser of somebody who typed their password a moment ago."""

    return lambda person: make.just_signed_in(as_(person), person)


def test_dana_takes_the_roster_and_it_is_written_down(amara, dana, just_now):
    make.visit(amara, dt.date(2026, 6, 1))
    browser = just_now(dana)
    page = browser.get(PAGE).content.decode()
    assert "Every visit with its name, times, minutes and 15-minute units: 1 row." in page
    assert "The house writes down that you took it, when, and what it is for." in page
    answer = browser.post(PAGE, WISH)
    assert answer["Content-Disposition"] == 'attachment; filename="attendance-roster-2026-06.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    assert b"Amara Okafor,2026-06-01,09:00,12:00" in answer.content
    record = AuditRecord.objects.get(verb="attendance.export_names")
    assert (record.by, record.why) == (dana.user, "The bill for the county.")
    assert record.after == {"what": "roster", "format": "csv", "span": "2026-06"}
    workbook = browser.post(PAGE, WISH | {"format": "xlsx"})
    assert workbook.content.startswith(b"PK")
    assert AuditRecord.objects.filter(verb="attendance.export_names").count() == 2
    assert ReportFile.objects.count() == 0


@pytest.mark.parametrize("span", ["2026-06-01", "2026-13", "2026-06-30_2026-06-01", "2026-06-01_2026-06-30"])
def test_what_is_no_span_is_no_page(dana, just_now, span):
    assert just_now(dana).get(f"/reports/{span}/names/").status_code == 404


def test_any_days_will_do(dana, just_now):
    answer = just_now(dana).post("/reports/2026-06-05_2026-07-03/names/", WISH)
    assert 'filename="attendance-roster-2026-06-05_2026-07-03.csv"' in answer["Content-Disposition"]


def test_a_running_month_says_so(dana, just_now):
    assert "it stops at yesterday" in just_now(dana).get("/reports/2026-07/names/").content.decode()
    assert "it stops at yesterday" not in just_now(dana).get(PAGE).content.decode()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"why": ""}, "Say in a few words what the names are for."),
        ({"why": "  "}, "Say in a few words what the names are for."),
        ({"why": "x" * 301}, "300 letters are enough"),
        ({"format": "pdf"}, "Choose one of these."),
    ],
)
def test_without_a_reason_no_name_leaves(amara, dana, just_now, wrong, sentence):
    make.visit(amara, dt.date(2026, 6, 1))
    answer = just_now(dana).post(PAGE, WISH | wrong)
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert "Amara" not in answer.content.decode()
    assert AuditRecord.objects.filter(verb="attendance.export_names").count() == 0


def test_the_action_itself_asks_for_a_reason(dana):
    with pytest.raises(actions.WhyNeeded):
        actions.export_names(what="roster", format="csv", span=Span.parse("2026-06"), why=" ", by=dana.user)
    with pytest.raises(actions.WhyNeeded):
        actions.ask_for_file(what="roster", format="csv", span=Span.parse("2026-06"), by=dana.user)


def test_who_signed_in_an_hour_ago_signs_in_again(amara, dana, as_):
    make.visit(amara, dt.date(2026, 6, 1))
    for answer in (as_(dana).get(PAGE), as_(dana).post(PAGE, WISH)):
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/2fa/reauthenticate/")
    assert AuditRecord.objects.filter(verb="attendance.export_names").count() == 0


def test_nobody_else_takes_names(amara, sam, stella, just_now):
    make.visit(amara, dt.date(2026, 6, 1))
    for person in (amara, sam, stella):
        for answer in (just_now(person).get(PAGE), just_now(person).post(PAGE, WISH)):
            assert (answer.status_code, "Okafor" in answer.content.decode()) == (403, False)


def test_many_visits_are_made_by_the_worker(amara, dana, just_now, monkeypatch):
    monkeypatch.setattr(report_files, "MOST_AT_ONCE", 0)
    make.visit(amara, dt.date(2026, 6, 1))
    browser = just_now(dana)
    answer = browser.post(PAGE, WISH, follow=True)
    assert answer.redirect_chain == [("/reports/files/", 302)]
    assert "Your file is being made." in answer.content.decode()
    file = ReportFile.objects.get()
    assert (file.owner, file.what, str(file.span), file.why) == (dana.user, "roster", "2026-06", WISH["why"])
    record = AuditRecord.objects.get(verb="attendance.export_names")
    assert (record.subject, record.why) == (f"attendance.reportfile {file.pk}", WISH["why"])


def test_enough_at_once(dana, just_now, monkeypatch):
    monkeypatch.setattr(report_files, "MOST_AT_ONCE", -1)
    browser = just_now(dana)
    for month in (1, 2, 3):
        browser.post(f"/reports/2026-0{month}/names/", WISH)
    browser.post("/reports/2026-01/names/", WISH)  # the same once more is the same file
    answer = browser.post("/reports/2026-04/names/", WISH)
    assert "A few files are on their way to you already." in answer.content.decode()
    assert ReportFile.objects.count() == 3
    assert AuditRecord.objects.filter(verb="attendance.export_names").count() == 3
