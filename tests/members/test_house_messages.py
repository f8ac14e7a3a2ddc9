"""What a coordinator sees of messages: numbers, the few that need a look, and in a sample house the mail itself."""

import datetime as dt

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from members.models import Message
from tests import make
from tests.members.notes import HOUR, waiting

pytestmark = pytest.mark.django_db


def test_numbers_by_kind_and_state_and_no_names(dana, amara, noor, sam, as_):
    now = dt.datetime.now(dt.UTC)
    for day in range(3):
        waiting(amara, f"task {day}", kind="task_reminder", due_at=now, state="sent", settled_at=now)
    waiting(noor, "week 2026-W40", kind="weekly_summary", due_at=now, state="held", settled_at=now)
    waiting(noor, "week 2026-W30", kind="weekly_summary", due_at=now - 31 * 24 * HOUR, state="sent")
    waiting(sam, "month 2026-09", kind="monthly_report", due_at=now, state="sent", settled_at=now)
    response = as_(dana).get("/house/messages/")
    tallies = response.context["tallies"]
    assert {each.label: dict(zip(Message.State.values, each.counts, strict=True)) for each in tallies} == {
        "A reminder of my tasks and events": {
            "waiting": 0, "sending": 0, "sent": 3, "held": 0, "dropped": 0, "failed": 0, "unknown": 0,
        },
        "A place came free": {
            "waiting": 0, "sending": 0, "sent": 0, "held": 0, "dropped": 0, "failed": 0, "unknown": 0,
        },
        "The month": {"waiting": 0, "sending": 0, "sent": 1, "held": 0, "dropped": 0, "failed": 0, "unknown": 0},
        "My week": {"waiting": 0, "sending": 0, "sent": 0, "held": 1, "dropped": 0, "failed": 0, "unknown": 0},
    }  # fmt: skip
    html = response.content.decode()
    assert [name in html for name in ("Amara", "Noor")] == [False, False]
    assert "Nothing: every message left as it should." in html


def test_what_did_not_leave_is_shown_with_its_person_and_reason(dana, amara, noor, sam, as_):
    now = dt.datetime.now(dt.UTC)
    waiting(amara, "week 1", kind="weekly_summary", due_at=now, state="unknown", reason="interrupted", settled_at=now)
    waiting(noor, "task 1", kind="task_reminder", due_at=now, state="failed", reason="SMTPDataError", settled_at=now)
    waiting(sam, "month 2026-09", kind="monthly_report", due_at=now, state="unknown", settled_at=now)
    html = as_(dana).get("/house/messages/").content.decode()
    for word in ("Sam R.", "Amara O.", "The program stopped while it was being sent.", "Noor H.", "SMTPDataError"):
        assert word in html


def test_the_list_costs_the_same_for_one_and_for_three(dana, as_, django_assert_num_queries):
    browser, now = as_(dana), dt.datetime.now(dt.UTC)
    browser.get("/house/messages/")
    for position in range(3):
        person = make.staff("Sam Rivers") if position == 1 else make.member(f"Member Number{position}")
        waiting(person, kind="task_reminder", due_at=now, state="failed", settled_at=now)
        with django_assert_num_queries(5):
            assert len(browser.get("/house/messages/").context["lost"]) == position + 1


# -- The sample house --------------------------------------------------------------------------------------------------


@pytest.fixture
def sample_house(settings, tmp_path):
    settings.DEMO, settings.MAIL_FOLDER = True, tmp_path / "mail"
    settings.EMAIL_FILE_PATH = str(settings.MAIL_FOLDER)
    return settings


def write(subject: str, text: str, html: str = "") -> None:
    connection = get_connection("django.core.mail.backends.filebased.EmailBackend")
    mail = EmailMultiAlternatives(
        subject, text, "Maple Street <a@example.org>", ["amara@example.org"], connection=connection
    )
    if html:
        mail.attach_alternative(html, "text/html")
    mail.send()


def test_without_demo_there_is_no_such_page(dana, as_):
    assert as_(dana).get("/house/mail/").status_code == 404


def test_no_mail_yet(dana, as_, sample_house):
    assert "No mail yet." in as_(dana).get("/house/mail/").content.decode()


def test_mail_is_shown_newest_first_as_text(dana, as_, sample_house):
    write("First", "Grüße <b>bold</b>\nhttps://house.example.org/stop/x/\n")
    write("Second", "Plain words", "<script>alert(1)</script>")
    response = as_(dana).get("/house/mail/")
    assert [(each.subject, each.to) for each in response.context["letters"]] == [
        ("Second", "amara@example.org"),
        ("First", "amara@example.org"),
    ]
    html = response.content.decode()
    assert "Grüße &lt;b&gt;bold&lt;/b&gt;" in html
    assert '<a href="https://house.example.org/stop/x/"' in html
    assert "<script>alert" not in html


def test_a_broken_file_does_not_break_the_page(dana, as_, sample_house):
    write("First", "Words")
    (sample_house.MAIL_FOLDER / "empty.log").write_text("")
    (sample_house.MAIL_FOLDER / "odd.log").write_bytes(b"\xff\xfe not mail")
    assert as_(dana).get("/house/mail/").status_code == 200
