"""What the sweep asks at the moment of sending, over all channels; and that nothing leaves that was taken back."""

import datetime as dt
from collections import Counter

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext

from members import actions, notices
from members.models import Member, Message, Note
from members.notices import ForWhom, claim, hours, sweep
from tests import make
from tests.members import notes
from tests.members.notes import HOUR, NOON, states, waiting, wish

pytestmark = pytest.mark.django_db
State = Message.State
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def post_office(monkeypatch, settings):
    settings.MAIL_READY = True
    monkeypatch.setattr(notes, "untrue", set())
    monkeypatch.setattr(notes, "broken", set())
    kinds = {"note": notes.kind(), "rare": notes.kind("rare", at_most_once=True)}
    for place in ("sweep", "claim"):
        monkeypatch.setattr(f"members.notices.{place}.KINDS", kinds)


@pytest.fixture
def amara(amara):
    amara.email = "amara@example.org"
    amara.save()
    for kind in ("note", "rare"):
        for channel in ("email", "page", "note"):
            wish(amara, kind, channel)
    return amara


def by_channel() -> list[tuple[str, str, str, str]]:
    return sorted(Message.objects.values_list("occurrence", "channel", "state", "reason"))


# -- On every channel --------------------------------------------------------------------------------------------------


def test_the_same_word_on_two_chosen_channels_counts_once_and_another_is_held(amara):
    for channel in ("email", "note"):
        waiting(amara, "thing 1", channel=channel)
    waiting(amara, "thing 2", channel="note", kind="rare")
    assert notices.send_due(NOON) == Counter(sent=2, held=1)
    assert by_channel() == [
        ("thing 1", "email", "sent", ""),
        ("thing 1", "note", "sent", ""),
        ("thing 2", "note", "held", "day_cap"),
    ]


def test_three_days_a_week_over_all_channels(amara):
    for day in range(4):
        waiting(amara, f"thing {day}", channel="note" if day % 2 else "email", due_at=NOON + day * 24 * HOUR)
        notices.send_due(NOON + day * 24 * HOUR)
    assert [state for _, _, state, _ in by_channel()] == ["sent", "sent", "sent", "held"]


def test_what_waits_on_the_own_page_rings_nowhere_and_is_not_counted(amara):
    for number in range(3):
        waiting(amara, f"thing {number}", channel="page", due_at=NOON + number * 3 * HOUR)
        notices.send_due(NOON + number * 3 * HOUR)
    waiting(amara, "thing 3", due_at=NOON + 7 * HOUR)
    notices.send_due(NOON + 7 * HOUR)
    assert [state for _, _, state, _ in by_channel()] == ["sent"] * 4
    assert (Note.objects.count(), len(mail.outbox)) == (3, 1)


def test_a_note_says_what_a_letter_would_and_holds_all_that_is_due_together(amara):
    waiting(amara, channel="note")
    waiting(amara, "thing 2", channel="note", due_at=NOON + HOUR)
    waiting(amara, "thing 3", channel="page")
    notices.send_due(NOON)
    on_paper, on_page = (Note.objects.get(message__channel=channel).text for channel in ("note", "page"))
    assert on_page == "A word about thing 3."
    assert on_paper.startswith("Hello Amara,\n\nthis is the note from us that you asked for.")
    assert "A word about thing 1.\n\nA word about thing 2.\n\nYou asked for this." in on_paper
    assert "http" not in on_paper


@pytest.mark.parametrize("channel", ["email", "page", "note"])
def test_on_every_channel_it_is_only_sent_to_who_asked_for_it_there(amara, channel):
    amara.message_wishes.filter(channel=channel).delete()
    waiting(amara, channel=channel)
    notices.send_due(NOON)
    assert (mail.outbox, Note.objects.count(), states()) == ([], 0, [("thing 1", "dropped", "unwished")])


# -- The person's own hours, and peace ---------------------------------------------------------------------------------


def test_a_message_waits_for_the_hours_a_member_chose(amara):
    """Between two and five; the house itself is quiet from eight in the evening to nine in the morning."""
    Member.objects.update(contact_from=dt.time(14), contact_until=dt.time(17))
    waiting(amara)
    assert notices.send_due(NOON) == Counter()
    assert notices.send_due(NOON + 2 * HOUR - MINUTE) == Counter()
    assert notices.send_due(NOON + 2 * HOUR) == Counter(sent=1)


def test_hours_over_midnight_meet_the_houses_only_by_day(amara):
    Member.objects.update(contact_from=dt.time(18), contact_until=dt.time(10))
    waiting(amara)
    notices.send_due(NOON)
    assert Message.objects.get().due_at == NOON + 6 * HOUR
    Message.objects.update(due_at=NOON + 8 * HOUR)  # quiet now
    notices.send_due(NOON + 8 * HOUR)
    notices.send_due(NOON + 21 * HOUR)  # nine in the morning
    assert Message.objects.get().state == "sent"


def test_hours_that_lie_in_the_houses_night_never_come(amara):
    Member.objects.update(contact_from=dt.time(21), contact_until=dt.time(23))
    waiting(amara)
    notices.send_due(NOON)
    assert states() == [("thing 1", "dropped", "quiet")]


@pytest.mark.parametrize(("until", "state"), [(dt.date(2026, 10, 7), "dropped"), (dt.date(2026, 10, 6), "sent")])
def test_nothing_leaves_until_the_last_day_of_the_peace_somebody_asked_for(amara, until, state):
    Member.objects.update(quiet_until_on=until)
    waiting(amara)
    notices.send_due(NOON)
    assert Message.objects.get().state == state


# -- Taken back at the last moment -------------------------------------------------------------------------------------


def between_claim_and_hand_over(monkeypatch, happens) -> None:
    """`happens()` while the letter is being written."""
    compose = sweep.letters.compose

    def write(letter, house, now, own):
        happens()
        return compose(letter, house, now, own)

    monkeypatch.setattr(sweep.letters, "compose", write)


@pytest.mark.parametrize("how", ["drop", "forget", "stop"])
def test_what_is_taken_back_while_it_is_written_does_not_leave(amara, monkeypatch, how):
    def taken_back():
        if how == "stop":
            make.house(messages_stopped_at=NOON)
        elif how == "drop":
            notices.drop(person=amara, kind="note", occurrence="thing 1", now=NOON)
        else:
            notices.forget(person=amara, kind="note", occurrence="thing 1")

    between_claim_and_hand_over(monkeypatch, taken_back)
    waiting(amara)
    assert notices.send_due(NOON) == Counter()
    assert mail.outbox == []
    left = {"drop": [("thing 1", "dropped", "untrue")], "forget": [], "stop": [("thing 1", "waiting", "")]}
    assert states() == left[how]


def test_the_rest_of_a_note_is_written_anew(amara, monkeypatch):
    compose, first = sweep.letters.compose_note, []

    def write(letter, house, now, own):
        if not first:
            first.append(notices.drop(person=amara, kind="note", occurrence="thing 1", now=NOON))
        return compose(letter, house, now, own)

    monkeypatch.setattr(sweep.letters, "compose_note", write)
    waiting(amara, channel="page")
    waiting(amara, "thing 2", kind="rare", channel="page")
    assert notices.send_due(NOON) == Counter(sent=1)
    assert [note.text for note in Note.objects.all()] == ["A word about thing 2."]


@pytest.mark.parametrize(
    ("said", "to", "left"),
    [
        ({"quiet_until_on": NOON.date()}, [], ("thing 1", "dropped", "quiet")),
        ({"deceased_on": NOON.date()}, [], ("thing 1", "dropped", "not_on_roll")),
        ({"email": "new@example.org"}, [["new@example.org"]], ("thing 1", "sent", "")),
    ],
)
def test_what_is_said_about_a_person_while_a_letter_is_written_counts(amara, sam, monkeypatch, said, to, left):
    between_claim_and_hand_over(monkeypatch, lambda: actions.edit_member(member=amara, by=sam.user, **said))
    waiting(amara)
    notices.send_due(NOON)
    assert [letter.to for letter in mail.outbox] == to
    assert states() == [left]


def test_what_was_taken_back_from_a_sweeps_hands_and_waits_again_does_not_wait_for_its_lease(amara):
    for channel in ("page", "note"):
        amara.message_wishes.filter(channel=channel).delete()
    times = {"due_at": NOON, "expires_at": NOON + HOUR}
    waiting(amara, **times)
    claim.claim("email", make.house(), NOON, Counter())
    notices.drop(person=amara, kind="note", occurrence="thing 1", now=NOON)
    notices.queue(person=amara, kind="note", occurrence="thing 1", **times)
    assert notices.send_due(NOON) == Counter(sent=1)


def test_staff_too(sam, dana, monkeypatch):
    monkeypatch.setitem(claim.KINDS, "note", notes.kind(for_whom=ForWhom.EVERYBODY))
    sam.email = "old@example.org"
    sam.save()
    wish(sam)
    between_claim_and_hand_over(
        monkeypatch, lambda: actions.edit_staff(person=sam, by=dana.user, email="new@example.org")
    )
    waiting(sam)
    notices.send_due(NOON)
    assert [letter.to for letter in mail.outbox] == [["new@example.org"]]


def test_the_rest_of_a_letter_is_written_anew(amara, monkeypatch):
    first = []

    def taken_back():
        if not first:
            first.append(notices.drop(person=amara, kind="note", occurrence="thing 1", now=NOON))

    between_claim_and_hand_over(monkeypatch, taken_back)
    waiting(amara)
    waiting(amara, "thing 2", kind="rare")
    assert notices.send_due(NOON) == Counter(sent=1)
    assert [("thing 1" in letter.body, "thing 2" in letter.body) for letter in mail.outbox] == [(False, True)]
    assert Message.objects.get(occurrence="thing 2").attempts == 1


def test_without_the_last_look_it_would_leave(amara, monkeypatch):
    """The control."""
    between_claim_and_hand_over(
        monkeypatch, lambda: notices.drop(person=amara, kind="note", occurrence="thing 1", now=NOON)
    )
    monkeypatch.setattr(sweep, "mark_sending", lambda letter, headers, now: True)
    waiting(amara)
    notices.send_due(NOON)
    assert len(mail.outbox) == 1


# -- Batches -----------------------------------------------------------------------------------------------------------


def crowd(size: int) -> None:
    for _ in range(size):
        member = make.member("Somebody", email=f"{Member.objects.count()}@example.org")
        wish(member)
        waiting(member)


def test_a_batch_costs_the_same_for_one_person_and_for_twenty():
    house, costs = make.house(), []
    for size in (1, 20):
        crowd(size)
        with CaptureQueriesContext(connection) as statements:
            _, letters = claim.claim("email", house, NOON, Counter())
        assert len(letters) == size
        costs.append(len(statements))
        Message.objects.update(state=State.SENT)
    assert costs == [12, 12]


def test_the_hours_of_many_are_looked_up_once(monkeypatch):
    """It walks minute by minute, while SQLite lets nobody else write."""
    crowd(20)
    Member.objects.update(contact_from=dt.time(16), contact_until=dt.time(19))
    asked, opens_at = [], hours.opens_at
    monkeypatch.setattr(hours, "opens_at", lambda *about: asked.append(about) or opens_at(*about))
    claim.claim("email", make.house(), NOON, Counter())
    assert (len(asked), Message.objects.filter(due_at__gt=NOON).count()) == (1, 20)


def test_who_stops_the_program_waits_for_one_letter_and_the_others_go_next_time():
    crowd(3)
    asked = iter([False, False, True])
    assert notices.send_due(NOON, stopping=lambda: next(asked, True)) == Counter(sent=1)
    assert Counter(Message.objects.values_list("state", "claim")) == Counter({("sent", None): 1, ("waiting", None): 2})
    assert notices.send_due(NOON) == Counter(sent=2)


def test_quiet_that_begins_in_the_middle_of_a_batch_is_kept(monkeypatch, time_machine):
    """A mail server may take its time over each letter."""
    house = make.house()
    evening = house.at(NOON.date(), dt.time(19, 59, 59))
    time_machine.move_to(evening, tick=False)
    crowd(2)
    Message.objects.update(expires_at=NOON + 48 * HOUR)
    hand_over = sweep.WAYS["email"].hand_over

    def slowly(way, written):
        hand_over(way, written)
        time_machine.shift(2)

    monkeypatch.setattr(sweep.WAYS["email"], "hand_over", slowly)
    assert notices.send_due() == Counter(sent=1)
    waits = Message.objects.get(state=State.WAITING)
    assert (waits.claim, waits.due_at) == (None, house.at(NOON.date() + dt.timedelta(1), dt.time(9)))


@pytest.mark.parametrize("kind", ["note", "rare"])
def test_what_was_only_being_written_when_the_program_died_has_surely_not_left(amara, kind):
    message = waiting(amara, kind=kind)
    claim.claim("email", make.house(), NOON, Counter())
    assert notices.send_due(NOON + claim.LEASE - MINUTE) == Counter()
    assert notices.send_due(NOON + claim.LEASE) == Counter(sent=1)
    message.refresh_from_db()
    assert (message.state, message.attempts, message.claim) == ("sent", 1, None)


def test_a_kind_that_breaks_keeps_nobody_elses_letter(amara, noor, monkeypatch):
    noor.email = "noor@example.org"
    noor.save()
    wish(noor)
    broken = notes.kind("rare", at_most_once=True)
    object.__setattr__(broken, "facts", lambda messages, house, now: 1 // 0)
    object.__setattr__(broken, "prepare", lambda house, now: 1 // 0)
    monkeypatch.setitem(claim.KINDS, "rare", broken)
    waiting(amara, kind="rare")
    waiting(noor, "thing 2")
    assert notices.send_due(NOON) == Counter(sent=1, waiting=1)
    assert states() == [("thing 1", "waiting", "KeyError"), ("thing 2", "sent", "")]
