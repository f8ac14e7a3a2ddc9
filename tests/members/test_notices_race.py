"""Two workers, two beats, one message: eight sweeps at once send each letter once; without the claim they do not."""

import threading
import time
import uuid
from collections import Counter

import pytest
from django.core import mail
from django.db import connection

from members import notices
from members.models import Member, Message
from members.notices import claim, sweep
from members.notices.letter import Letter
from tests import make
from tests.members import notes
from tests.members.notes import LONG_AGO, NOON, waiting, wish

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

SWEEPS, PEOPLE = 8, 12


@pytest.fixture(autouse=True)
def post_office(monkeypatch, settings):
    settings.MAIL_READY = True
    kinds = {"note": notes.kind(), "rare": notes.kind("rare", at_most_once=True, for_whom=notices.ForWhom.EVERYBODY)}
    monkeypatch.setattr("members.notices.sweep.KINDS", kinds)
    monkeypatch.setattr("members.notices.claim.KINDS", kinds)


def people() -> None:
    make.house()
    for number in range(PEOPLE):
        member = make.member(f"Member {number}", email=f"{number}@example.org")
        wish(member)
        wish(member, "rare")
        waiting(member)
        waiting(member, "thing 2", kind="rare")
    sam = make.staff("Sam Rivers", email="sam@example.org")
    wish(sam, "rare")
    for number in range(2):
        waiting(sam, f"thing {number}", kind="rare")


def sweep_all_at_once() -> None:
    start = threading.Barrier(SWEEPS)
    errors = []

    def one():
        try:
            start.wait()
            notices.send_due(NOON)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(SWEEPS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []


def letters() -> Counter:
    return Counter(letter.to[0] for letter in mail.outbox)


def test_eight_sweeps_at_once_send_each_letter_once():
    people()
    sweep_all_at_once()
    names = [*range(PEOPLE), "sam"]
    assert letters() == Counter({f"{name}@example.org": 1 for name in names})
    assert Counter(Message.objects.values_list("state", "attempts")) == Counter({("sent", 1): 2 * len(names)})


def test_without_the_claim_letters_are_doubled(monkeypatch):
    """The control: look first and write afterwards, as a sweep without lock and condition would."""
    people()

    def look_then_write(channel, house, now, counts):
        rows = list(Message.objects.filter(channel=channel, state="waiting").select_related("member", "staff"))
        time.sleep(0.02)
        mark = uuid.uuid4()
        Message.objects.filter(pk__in=[row.pk for row in rows]).update(state="claimed", claim=mark)
        for row in rows:
            row.claim = mark
        return bool(rows), [Letter(row.person, channel, [row], {row.pk: {}}) for row in rows]

    monkeypatch.setattr(sweep, "claim", look_then_write)
    monkeypatch.setattr(sweep, "mark_sending", lambda letter, headers, now: True)
    sweep_all_at_once()
    assert sum(letters().values()) > PEOPLE


def test_the_conditional_update_is_enough_to_own_a_row():
    """Eight take the same row without any lock around them: one has it."""
    member = make.member("Amara Okafor", email="amara@example.org")
    message = waiting(member)
    start, taken = threading.Barrier(SWEEPS), []

    def one():
        mine = Message.objects.get(pk=message.pk)
        start.wait()
        taken.append(list(claim.take([mine.pk], NOON)))
        connection.close()

    threads = [threading.Thread(target=one) for _ in range(SWEEPS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(taken) == [[]] * (SWEEPS - 1) + [[message.pk]]


@pytest.mark.parametrize("kind", ["weekly_summary", "monthly_report"])
def test_two_beats_prepare_one_letter(kind):
    house = make.house()
    for number in range(PEOPLE):
        member = make.member(f"Member {number}", email=f"{number}@example.org")
        make.visit(member, NOON.date().replace(day=1))
        member.message_wishes.create(kind=kind, channel="email", since_at=LONG_AGO)
    start, errors = threading.Barrier(SWEEPS), []

    def one():
        try:
            start.wait()
            notices.KINDS[kind].prepare(house, NOON)
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=one) for _ in range(SWEEPS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert errors == []
    assert Counter(Message.objects.values_list("member", flat=True)) == Counter(
        Member.objects.values_list("pk", flat=True)
    )
