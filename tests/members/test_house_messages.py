"""What a coordinator sees of messages: numbers, the few that need a look, and in a sample house the mail itself."""

import datetime as dt

import pytest
from django.core.mail import EmailMultiAlternatives, get_connection

from members import actions
from members.models import AuditRecord, Message
from tests import make
from tests.members.notes import HOUR, NOON, waiting

pytestmark = pytest.mark.django_db


def test_numbers_by_kind_and_way_and_no_names(dana, amara, noor, sam, as_):
    now = dt.datetime.now(dt.UTC)
    for day in range(3):
        waiting(amara, f"task {day}", kind="task_reminder", due_at=now, state="sent", settled_at=now)
    waiting(noor, "task 4", kind="task_reminder", due_at=now + HOUR, state="claimed", channel="note")
    waiting(noor, "week 2026-W40", kind="weekly_summary", due_at=now, state="held", settled_at=now)
    waiting(noor, "week 2026-W30", kind="weekly_summary", due_at=now - 31 * 24 * HOUR, state="sent")
    waiting(sam, "month 2026-09", kind="monthly_report", due_at=now, state="sent", settled_at=now)
    response = as_(dana).get("/house/messages/")
    tallies = response.context["tallies"]
    none = dict.fromkeys(["sent", "waiting", "failed", "unknown", "held", "dropped"], 0)
    assert {each.label: each.counts for each in tallies} == {
        "A reminder of my tasks and events": none | {"sent": 3, "waiting": 1},
        "The month": none | {"sent": 1},
        "My week": none | {"held": 1},
    }
    reminders = next(each for each in tallies if "reminder" in each.label)
    assert [(part.label, part.counts) for part in reminders.parts] == [
        ("e-mail", none | {"sent": 3}),
        ("printed note", none | {"waiting": 1}),
    ]
    assert "A place came free" in response.context["none_of"]
    html = response.content.decode()
    assert [name in html for name in ("Amara", "Noor", "Sam Rivers")] == [False] * 3
    assert "Nothing: every message left as it should." in html


def test_it_says_since_when_the_oldest_waits(dana, amara, as_, time_machine):
    time_machine.move_to(NOON, tick=False)
    assert "Nothing that is due waits." in as_(dana).get("/house/messages/").content.decode()
    waiting(amara, "task 1", due_at=NOON - HOUR / 2)
    waiting(amara, "task 2", due_at=NOON - HOUR / 4)
    assert "The oldest that is due waits since 11:30 am." in as_(dana).get("/house/messages/").content.decode()


def test_it_says_which_ways_there_are_and_what_the_keeper_sets(dana, as_, settings):
    settings.MAIL_READY, settings.DEMO, settings.TEXTS_READY = False, False, False
    page = as_(dana).get("/house/messages/")
    assert [(way.channel, way.ready) for way in page.context["ways"]] == [
        ("email", False), ("text", False), ("page", True), ("note", True),
    ]  # fmt: skip
    html = page.content.decode()
    assert [name in html for name in ("EMAIL_URL", "TEXT_URL", "BOUNCE_MAILBOX_URL")] == [True, True, False]
    settings.MAIL_READY, settings.TEXTS_READY = True, True
    html = as_(dana).get("/house/messages/").content.decode()
    found = [name in html for name in ("EMAIL_URL", "TEXT_URL", "BOUNCE_MAILBOX_URL")]
    assert found == [False, False, True]
    settings.BOUNCE_MAILBOX_URL = "imaps://house"
    assert "The keeper" not in as_(dana).get("/house/messages/").content.decode()


def test_nobody_is_asked_to_tell_somebody_who_died(dana, amara, as_):
    now = dt.datetime.now(dt.UTC)
    waiting(amara, "week 1", kind="weekly_summary", due_at=now, state="unknown", reason="interrupted", settled_at=now)
    assert "Amara" in as_(dana).get("/house/messages/").content.decode()
    amara.deceased_on = now.date()
    amara.save()
    assert "Amara" not in as_(dana).get("/house/messages/").content.decode()


def test_what_did_not_leave_is_shown_with_its_person_and_reason(dana, amara, noor, sam, as_):
    now = dt.datetime.now(dt.UTC)
    waiting(amara, "week 1", kind="weekly_summary", due_at=now, state="unknown", reason="interrupted", settled_at=now)
    waiting(noor, "task 1", kind="task_reminder", due_at=now, state="failed", reason="SMTPDataError", settled_at=now)
    waiting(sam, "month 2026-09", kind="monthly_report", due_at=now, state="unknown", settled_at=now)
    html = as_(dana).get("/house/messages/").content.decode()
    reasons = ["The program stopped while it was being sent.", "For the keeper: SMTPDataError"]
    for word in ("Sam R.", "Amara O.", "Noor H.", *reasons):
        assert word in html


def test_home_says_how_many_may_not_have_arrived_until_they_are_told(dana, sam, amara, as_):
    now = dt.datetime.now(dt.UTC)
    lost = waiting(amara, "thing 1", due_at=now, state="unknown", reason="Unsure", channel="text", settled_at=now)
    assert "The way out for texts did not say yes." in as_(dana).get("/house/messages/").content.decode()
    assert "1 message may not have arrived." in as_(dana).get("/").content.decode()
    assert "may not have arrived" not in as_(sam).get("/").content.decode()
    actions.tell_person(message=lost, by=dana.user)
    assert "may not have arrived" not in as_(dana).get("/").content.decode()


def test_the_list_costs_the_same_for_one_and_for_three(dana, as_, django_assert_num_queries):
    browser, now = as_(dana), dt.datetime.now(dt.UTC)
    browser.get("/house/messages/")
    for position in range(3):
        person = make.staff("Sam Rivers") if position == 1 else make.member(f"Member Number{position}")
        waiting(person, kind="task_reminder", due_at=now, state="failed", settled_at=now)
        with django_assert_num_queries(8):  # the last two: whom to ask for an address
            assert len(browser.get("/house/messages/").context["lost"]) == position + 1


# -- Told them ---------------------------------------------------------------------------------------------------------


def test_dana_told_amara_and_the_row_leaves_the_list(dana, amara, as_):
    now = dt.datetime.now(dt.UTC)
    message = waiting(amara, kind="task_reminder", due_at=now, state="failed", settled_at=now)
    browser = as_(dana)
    for _twice in range(2):
        page = browser.post(f"/house/messages/{message.pk}/told/", follow=True)
        assert page.context["lost"] == []
        assert page.context["tallies"][0].counts["failed"] == 1  # it stays a number
    assert f'action="/house/messages/{message.pk}/not-told/"' in page.content.decode()
    page = browser.post(f"/house/messages/{message.pk}/not-told/", follow=True)
    assert [row[0] for row in page.context["lost"]] == [message]
    records = AuditRecord.objects.filter(subject=f"members.message {message.pk}").order_by("seq")
    assert [(record.verb, record.about, record.by) for record in records] == [
        ("tell_person", amara, dana.user),
        ("take_back_told", amara, dana.user),
    ]
    mine = as_(amara).get("/me/looks/").content.decode()
    assert "noted that you were told of a message that did not reach you" in mine


@pytest.mark.parametrize("state", ["sent", "waiting", "held"])
def test_there_is_nothing_to_tell_of_what_left_or_may_leave(state, dana, amara, as_):
    message = waiting(amara, state=state)
    for action in (actions.tell_person, actions.take_back_told):
        with pytest.raises(actions.NothingToTell, match="needs no look any more"):
            action(message=message, by=dana.user)
    page = as_(dana).post(f"/house/messages/{message.pk}/told/", follow=True)
    assert "This message needs no look any more." in page.content.decode()
    assert (Message.objects.get().told_at, AuditRecord.objects.count()) == (None, 0)


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
