"""The sweep asks everything at the moment of sending, and writes down how it went."""

import datetime as dt
import smtplib
from collections import Counter

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command

from members import notices
from members.models import Message
from tests import make
from tests.members import notes
from tests.members.notes import HOUR, NOON, states, waiting, wish

pytestmark = pytest.mark.django_db
State = Message.State


@pytest.fixture(autouse=True)
def post_office(monkeypatch, settings):
    """The house has mail; these tests know one kind that may be repeated and one that may not."""
    settings.MAIL_READY = True
    monkeypatch.setattr(notes, "untrue", set())
    monkeypatch.setattr(notes, "broken", set())
    kinds = {"note": notes.kind(), "rare": notes.kind("rare", at_most_once=True)}
    monkeypatch.setattr("members.notices.sweep.KINDS", kinds)
    monkeypatch.setattr("members.notices.claim.KINDS", kinds)


@pytest.fixture
def amara(amara):
    amara.email = "amara@example.org"
    amara.save()
    wish(amara)
    wish(amara, "rare")
    return amara


class Failing(EmailBackend):
    """A mail server in trouble."""

    opening: Exception | None = None
    sending: Exception | None = None
    tried = 0

    def open(self):
        if Failing.opening:
            raise Failing.opening

    def send_messages(self, messages):
        Failing.tried += 1
        if Failing.sending:
            raise Failing.sending
        return super().send_messages(messages)


@pytest.fixture
def trouble(settings):
    settings.EMAIL_BACKEND = "tests.members.test_send_due.Failing"
    Failing.opening = Failing.sending = None
    Failing.tried = 0
    return Failing


def test_what_is_due_is_sent_once(amara):
    waiting(amara)
    waiting(amara, "thing 2", due_at=NOON + 3 * HOUR)
    assert notices.send_due(NOON) == Counter(sent=1)
    assert notices.send_due(NOON) == Counter()
    assert [letter.to for letter in mail.outbox] == [["amara@example.org"]]
    assert states() == [("thing 1", "sent", ""), ("thing 2", "waiting", "")]


def test_only_what_was_asked_for_is_sent(amara, noor):
    noor.email = "noor@example.org"
    noor.save()
    waiting(noor)
    notices.send_due(NOON)
    assert (mail.outbox, states()) == ([], [("thing 1", "dropped", "unwished")])


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"email": ""}, "no_address"),
        ({"email_allowed": False}, "no_address"),
        ({"withdrawn_on": dt.date(2026, 10, 7)}, "not_on_roll"),
        ({"deceased_on": dt.date(2026, 10, 1)}, "not_on_roll"),
    ],
)
def test_nothing_goes_where_it_may_not(amara, fields, reason):
    waiting(amara)
    for name, value in fields.items():
        setattr(amara, name, value)
    amara.save()
    notices.send_due(NOON)
    assert (mail.outbox, states()) == ([], [("thing 1", "dropped", reason)])


def test_a_house_without_mail_keeps_nothing_waiting(amara, settings):
    settings.MAIL_READY = False
    waiting(amara)
    notices.send_due(NOON)
    assert (mail.outbox, states()) == ([], [("thing 1", "dropped", "no_mail")])


def test_what_is_not_true_any_more_is_dropped(amara):
    waiting(amara)
    notes.untrue.add("thing 1")
    notices.send_due(NOON)
    assert (mail.outbox, states()) == ([], [("thing 1", "dropped", "untrue")])


def test_what_came_too_late_is_dropped(amara):
    waiting(amara, due_at=NOON - HOUR, expires_at=NOON)
    assert notices.send_due(NOON) == Counter(dropped=1)
    assert (mail.outbox, states()) == ([], [("thing 1", "dropped", "expired")])


def test_a_kind_that_is_gone_is_dropped(amara):
    wish(amara, "gone")
    waiting(amara, kind="gone")
    notices.send_due(NOON)
    assert states() == [("thing 1", "dropped", "unwished")]


# -- Together, and not too often ---------------------------------------------------------------------------------------


def test_what_is_due_within_two_hours_goes_in_one_letter(amara):
    waiting(amara)
    waiting(amara, "thing 2", due_at=NOON + 2 * HOUR)
    waiting(amara, "thing 3", due_at=NOON + 2 * HOUR + dt.timedelta(seconds=1))
    assert notices.send_due(NOON) == Counter(sent=2)
    assert len(mail.outbox) == 1
    assert [word in mail.outbox[0].body for word in ("thing 1", "thing 2", "thing 3")] == [True, True, False]


def test_what_is_not_due_yet_is_not_dropped_with_what_is(amara):
    waiting(amara)
    waiting(amara, "thing 2", due_at=NOON + HOUR)
    notes.untrue.add("thing 2")
    notices.send_due(NOON)
    assert states() == [("thing 1", "sent", ""), ("thing 2", "waiting", "")]


def test_one_a_day_at_most(amara):
    waiting(amara)
    waiting(amara, "thing 2", due_at=NOON + 3 * HOUR)
    waiting(amara, "thing 3", due_at=NOON + 24 * HOUR)
    notices.send_due(NOON)
    assert notices.send_due(NOON + 3 * HOUR) == Counter(held=1)
    notices.send_due(NOON + 24 * HOUR)
    assert states() == [("thing 1", "sent", ""), ("thing 2", "held", "day_cap"), ("thing 3", "sent", "")]
    assert len(mail.outbox) == 2


def test_three_a_week_at_most_over_all_kinds(amara):
    for day in range(8):
        waiting(amara, f"thing {day}", kind="rare" if day % 2 else "note", due_at=NOON + day * 24 * HOUR)
        notices.send_due(NOON + day * 24 * HOUR)
    sent = [occurrence for occurrence, state, _ in states() if state == "sent"]
    held = [(occurrence, reason) for occurrence, state, reason in states() if state == "held"]
    assert sent == ["thing 0", "thing 1", "thing 2", "thing 7"]
    assert held == [(f"thing {day}", "week_cap") for day in (3, 4, 5, 6)]


def test_a_letter_that_nobody_knows_about_counts(amara):
    waiting(amara, "thing 0", state=State.UNKNOWN, settled_at=NOON - HOUR)
    waiting(amara)
    notices.send_due(NOON)
    assert (mail.outbox, states()[1]) == ([], ("thing 1", "held", "day_cap"))


# -- Quiet hours -------------------------------------------------------------------------------------------------------


def test_nothing_leaves_in_quiet_hours(amara):
    evening = NOON + 8 * HOUR  # 20:00, and it is quiet until 9:00
    waiting(amara, due_at=evening)
    waiting(amara, "thing 2", due_at=evening, expires_at=NOON + 21 * HOUR)
    notices.send_due(evening)
    assert mail.outbox == []
    assert states() == [("thing 1", "waiting", ""), ("thing 2", "dropped", "expired")]
    notices.send_due(NOON + 21 * HOUR - dt.timedelta(seconds=1))
    assert mail.outbox == []
    notices.send_due(NOON + 21 * HOUR)
    assert (len(mail.outbox), states()[0]) == (1, ("thing 1", "sent", ""))


# -- When something goes wrong -----------------------------------------------------------------------------------------


def test_a_mail_server_that_is_away_is_tried_again_later_and_not_for_everybody(amara, noor, trouble):
    noor.email = "noor@example.org"
    noor.save()
    wish(noor)
    waiting(amara, due_at=NOON - HOUR)
    waiting(noor, "thing 2")
    trouble.opening = ConnectionRefusedError("no")
    assert notices.send_due(NOON) == Counter(waiting=1)
    assert states() == [("thing 1", "waiting", "ServerAway"), ("thing 2", "waiting", "")]
    trouble.opening = None
    assert notices.send_due(NOON + dt.timedelta(seconds=59)) == Counter(sent=1)
    assert notices.send_due(NOON + dt.timedelta(seconds=60)) == Counter(sent=1)
    assert [letter.to for letter in mail.outbox] == [["noor@example.org"], ["amara@example.org"]]


def test_pauses_grow_until_it_is_too_late(amara, trouble):
    waiting(amara, expires_at=NOON + 4 * HOUR)
    trouble.sending = smtplib.SMTPDataError(451, b"later")
    tries, message = [], Message.objects.get()
    while message.state == State.WAITING:
        at = message.claimed_until or NOON
        assert notices.send_due(at - dt.timedelta(seconds=1)) == Counter()
        tries.append((at - NOON) // dt.timedelta(minutes=1))
        notices.send_due(at)
        message.refresh_from_db()
    assert tries == [0, 1, 3, 7, 15, 31, 63, 123, 183]
    assert states() == [("thing 1", "failed", "SMTPDataError")]


@pytest.mark.parametrize(
    ("error", "state"),
    [(smtplib.SMTPDataError(451, b"later"), "waiting"), (TimeoutError(), "unknown"), (OSError(), "unknown")],
)
def test_a_rare_message_is_never_sent_twice(amara, trouble, error, state):
    """After a plain no it is tried again; when nobody knows, people look at it."""
    waiting(amara, kind="rare")
    trouble.sending = error
    notices.send_due(NOON)
    trouble.sending = None
    notices.send_due(NOON + dt.timedelta(minutes=11))
    assert Message.objects.get().state == ("sent" if state == "waiting" else "unknown")
    assert trouble.tried == (2 if state == "waiting" else 1)


def test_a_reminder_whose_fate_nobody_knows_is_tried_again(amara, trouble):
    waiting(amara)
    trouble.sending = TimeoutError()
    notices.send_due(NOON)
    assert states() == [("thing 1", "waiting", "TimeoutError")]


@pytest.mark.parametrize(("kind", "after"), [("note", "sent"), ("rare", "unknown")])
def test_a_sender_that_stopped_half_way_keeps_it_for_ten_minutes(amara, kind, after):
    until = NOON + dt.timedelta(minutes=10)
    message = waiting(amara, kind=kind, state=State.SENDING, claimed_until=until, attempts=1)
    assert notices.send_due(until - dt.timedelta(seconds=1)) == Counter()
    notices.send_due(until)
    message.refresh_from_db()
    assert message.state == after
    assert message.settled_at == (until if after == "sent" else NOON)
    assert len(mail.outbox) == (1 if after == "sent" else 0)


def test_while_one_letter_is_under_way_no_second_one_starts(amara):
    waiting(amara, state=State.SENDING, claimed_until=NOON + HOUR, attempts=1)
    waiting(amara, "thing 2")
    assert notices.send_due(NOON) == Counter()
    assert states()[1] == ("thing 2", "waiting", "")


def test_a_text_that_breaks_keeps_nobody_elses_letter(amara, noor, caplog):
    noor.email = "noor@example.org"
    noor.save()
    wish(noor)
    waiting(amara, due_at=NOON - HOUR)
    waiting(noor, "thing 2")
    notes.broken.add("thing 1")
    assert notices.send_due(NOON) == Counter(sent=1, waiting=1)
    assert states() == [("thing 1", "waiting", "RuntimeError"), ("thing 2", "sent", "")]


def test_log_lines_hold_no_names(amara, trouble, caplog):
    caplog.set_level("INFO")
    waiting(amara)
    trouble.sending = smtplib.SMTPRecipientsRefused({"amara@example.org": (450, b"no Amara here")})
    notices.send_due(NOON)
    trouble.sending = None
    notices.send_due(NOON + HOUR)
    assert "sent" in caplog.text
    assert "mara" not in caplog.text


# -- Queue and command -------------------------------------------------------------------------------------------------


def test_queueing_twice_makes_one_row_and_a_dropped_one_waits_again(amara):
    about = {"person": amara, "kind": "note", "occurrence": "thing 1"}
    notices.queue(**about, due_at=NOON, expires_at=NOON + HOUR)
    notices.queue(**about, due_at=NOON + HOUR, expires_at=NOON + 2 * HOUR)
    assert Message.objects.get().due_at == NOON + HOUR
    notices.drop(**about, now=NOON, reason="withdrawn")
    assert states() == [("thing 1", "dropped", "withdrawn")]
    notices.queue(**about, due_at=NOON, expires_at=NOON + HOUR)
    assert states() == [("thing 1", "waiting", "")]


@pytest.mark.parametrize(("state", "left"), [("waiting", 0), ("dropped", 0), ("sending", 1), ("sent", 1)])
def test_what_was_given_back_leaves_no_row_unless_it_has_left(amara, state, left):
    about = {"person": amara, "kind": "note", "occurrence": "thing 1"}
    notices.queue(**about, due_at=NOON, expires_at=NOON + HOUR)
    Message.objects.update(state=state)
    notices.queue(**about | {"occurrence": "thing 2"}, due_at=NOON, expires_at=NOON + HOUR)
    notices.forget(**about)
    assert (Message.objects.filter(occurrence="thing 1").count(), Message.objects.count()) == (left, left + 1)


def test_what_was_sent_is_neither_queued_nor_dropped_again(amara):
    about = {"person": amara, "kind": "note", "occurrence": "thing 1"}
    waiting(amara)
    notices.send_due(NOON)
    notices.queue(**about, due_at=NOON, expires_at=NOON + HOUR)
    notices.drop(**about, now=NOON)
    assert states() == [("thing 1", "sent", "")]


def test_the_command_prints_one_line(amara, capsys):
    make.house(quiet_from=dt.time(0), quiet_until=dt.time(0))
    waiting(amara, due_at=dt.datetime.now(dt.UTC))
    call_command("send_due")
    assert capsys.readouterr().out == "0 prepared, 1 sent, 0 held, 0 dropped, 0 waiting, 0 failed, 0 unknown\n"
