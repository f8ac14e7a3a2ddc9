"""The coordinator's page: upload, look at what would change, then do it."""

import datetime as dt

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from attendance import uploads
from attendance.models import GuestCount, ImportDraft, Visit
from attendance.tasks import put_away_drafts
from members.models import AuditRecord, Member
from tests.attendance.spreadsheets import AMARA, NOOR, everything, sheets

pytestmark = [pytest.mark.page, pytest.mark.django_db]
FILES = sheets(members=[AMARA, NOOR], visits="A1,2026-10-05,09:00,12:00,wod,Kitchen", guests="2026-10-05,tour,6")


def upload(client, files=FILES):
    sent = [SimpleUploadedFile(name, content, "text/csv") for name, content in files.items()]
    return client.post(reverse("attendance:import_house"), {"spreadsheets": sent})


def test_dana_looks_first_and_then_does_it(as_, dana):
    browser = as_(dana)
    answer = upload(browser)
    draft = ImportDraft.objects.get()
    assert (answer.status_code, answer.url) == (302, reverse("attendance:import_house_draft", args=[draft.pk]))
    before = everything()
    page = browser.get(answer.url)
    assert page.status_code == 200
    assert {f: c.new for f, c in page.context["outcome"].counts.items()} == {
        "members.csv": 2, "visits.csv": 1, "guests.csv": 1,
    }  # fmt: skip
    assert "New units: Kitchen, Clerical." in page.content.decode()
    assert everything() == before

    answer = browser.post(answer.url)
    assert (answer.status_code, answer.url) == (302, reverse("attendance:import_house"))
    assert (Member.objects.count(), Visit.objects.count(), GuestCount.objects.count()) == (2, 1, 1)
    assert (AuditRecord.objects.get().by, ImportDraft.objects.count()) == (dana.user, 0)


def test_the_page_shows_what_stays_as_the_house_has_it(as_, dana):
    browser = as_(dana)
    browser.post(upload(browser).url)
    GuestCount.objects.update(count=9)
    page = browser.get(upload(browser).url).content.decode()
    assert "this was changed here since" in page
    assert "There is nothing to do." in page
    assert "Do it" not in page


def test_problems_are_shown_with_file_and_line_and_nothing_is_stored(as_, dana):
    browser = as_(dana)
    bad = FILES | sheets(visits=["A1,2026-10-05,09:00,08:00,wod,", "Q,2026-10-05,09:00,,wod,"])
    answer = upload(browser, bad)
    page = browser.get(answer.url)
    assert [str(problem) for problem in page.context["problems"]] == [
        "visits.csv:2: left_at is before arrived_at (write the day too when it was after midnight)",
        "visits.csv:3: no one has the member number Q",
    ]
    assert page.context["refusal"] == "Nothing was imported: 2 things need a look."
    assert "no one has the member number Q" in page.content.decode()
    assert browser.post(answer.url).status_code == 200  # "do it" by hand does not do it
    assert Member.objects.count() == 0


def test_a_file_that_is_no_text_is_told_at_once(as_, dana):
    for content in ("day,kind,count\n2026-10-05,jö,1".encode("latin-1"), b"day,kind,count\n\0,tour,1", b"\xff\xfed\0"):
        page = upload(as_(dana), {"guests.csv": content})
        assert page.status_code == 200
        assert "Save it as “CSV UTF-8”." in page.content.decode()
    assert ImportDraft.objects.count() == 0


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ({}, "Choose at least one spreadsheet."),
        ({"members.xlsx": b"PK"}, "“members.xlsx” is none of the five spreadsheets."),
        ({"guests.csv": b""}, "One of the files is empty."),
        ({"Guests.csv": b"x", "guests.csv": b"x"}, "“guests.csv” is there twice. Bring one of them."),
    ],
)
def test_a_file_of_the_wrong_kind_is_a_sentence_beside_the_field(as_, dana, files, sentence):
    page = upload(as_(dana), files)
    assert page.status_code == 200
    assert page.context["form"].errors["spreadsheets"][0].startswith(sentence)
    assert ImportDraft.objects.count() == 0


def test_too_much_at_once_is_a_sentence_beside_the_field(as_, dana, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_ROWS", 2)
    assert upload(as_(dana)).context["form"].errors["spreadsheets"] == [
        "That is more than 200,000 rows. Bring it in smaller parts."
    ]
    monkeypatch.setattr(uploads, "MOST_BYTES", 100)
    assert upload(as_(dana)).context["form"].errors["spreadsheets"] == [
        "That is more than 20 megabytes. Bring it in smaller parts."
    ]


def test_spreadsheets_are_put_away_after_an_hour(as_, dana):
    browser = as_(dana)
    with time_machine.travel(dt.datetime(2026, 10, 5, 14, 0, tzinfo=dt.UTC), tick=False) as clock:
        look = upload(browser).url
        clock.shift(dt.timedelta(minutes=10))
        assert browser.get(look).status_code == 200
        ImportDraft.objects.update(at=dt.datetime(2026, 10, 5, 13, 9, tzinfo=dt.UTC))
        answer = browser.post(look, follow=True)
        assert [str(message) for message in answer.context["messages"]] == [
            "These spreadsheets were put away. Please bring them again."
        ]
        assert Member.objects.count() == 0
        upload(browser)
        assert ImportDraft.objects.count() == 1  # the old one is gone


def test_the_worker_puts_away_what_nobody_comes_back_for(as_, dana):
    """Whoever looked and left would otherwise leave everybody's birthday and phone in the database for good."""
    upload(as_(dana))
    assert put_away_drafts() == 0
    with time_machine.travel(timezone.now() + dt.timedelta(hours=1, seconds=1)):
        assert put_away_drafts() == 1
    assert not ImportDraft.objects.exists()


def test_somebody_elses_spreadsheets_stay_theirs(as_, dana, sam):
    look = upload(as_(dana)).url
    sam.user.role = "coordinator"
    sam.user.save()
    assert as_(sam).post(look).url == reverse("attendance:import_house")
    assert Member.objects.count() == 0


@pytest.mark.parametrize("who", ["sam", "amara", "stella"])
def test_only_a_coordinator_brings_spreadsheets(as_, request, who, dana):
    look = upload(as_(dana)).url
    browser = as_(request.getfixturevalue(who))
    before = everything()
    assert upload(browser).status_code == 403
    assert browser.get(look).status_code == 403
    assert browser.post(look).status_code == 403
    assert everything() == before


def test_the_page_asks_the_same_number_of_questions_for_few_and_many_kept_rows(as_, dana, django_assert_num_queries):
    browser = as_(dana)
    few = sheets(guests="2026-10-05,tour,6")
    many = sheets(guests=[f"2026-10-{day:02},tour,6" for day in range(1, 29)])
    looks = []
    for files in (few, many):
        browser.post(upload(browser, files).url)
    browser.get("/")  # shows what was said
    GuestCount.objects.update(count=9)
    for files in (few, many):
        looks.append(upload(browser, files).url)
        with django_assert_num_queries(13):
            page = browser.get(looks[-1])
        assert len(page.context["kept"]) == (1 if files is few else 28)
