"""The outbox to staff: what is for them reaches them by the same rules, and what is for members only never does."""

import datetime as dt
from collections import Counter

import pytest
from django.core import mail

from members import notices
from members.models import Message
from tests.members import notes
from tests.members.notes import HOUR, NOON, states, waiting, wish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def post_office(monkeypatch, settings):
    """One kind for members only, and one for everybody."""
    settings.MAIL_READY = True
    kinds = {"note": notes.kind(), "word": notes.kind("word", for_whom=notices.ForWhom.EVERYBODY)}
    monkeypatch.setattr("members.notices.sweep.KINDS", kinds)
    monkeypatch.setattr("members.notices.claim.KINDS", kinds)


@pytest.fixture
def amara(amara):
    return reachable(amara, "amara@example.org")


@pytest.fixture
def sam(sam):
    return reachable(sam, "sam@example.org")


def reachable(person, email: str):
    person.email = email
    person.save()
    wish(person)
    wish(person, "word")
    return person


def test_staff_and_members_each_get_their_own(amara, sam):
    """Also where both have the same number in the database."""
    for person in (amara, sam):
        waiting(person, kind="word")
    assert notices.send_due(NOON) == Counter(sent=2)
    assert notices.send_due(NOON) == Counter()
    assert sorted((each.to, each.body.split(",")[0]) for each in mail.outbox) == [
        (["amara@example.org"], "Hello Amara"),
        (["sam@example.org"], "Hello Sam"),
    ]


def test_what_is_for_members_only_never_goes_to_staff(sam):
    waiting(sam)
    notices.send_due(NOON)
    assert (mail.outbox, states()) == ([], [("thing 1", "dropped", "unwished")])


@pytest.mark.parametrize(
    ("fields", "outcome"),
    [
        ({"ended_on": dt.date(2026, 10, 8)}, "sent"),
        ({"ended_on": dt.date(2026, 10, 7)}, "works_no_more"),  # the house's day is Wednesday 7 October
        ({"email": ""}, "no_address"),
    ],
)
def test_staff_get_nothing_without_an_address_or_when_they_work_here_no_more(sam, fields, outcome):
    for name, value in fields.items():
        setattr(sam, name, value)
    sam.save()
    waiting(sam, kind="word")
    notices.send_due(NOON)
    _what, state, reason = states()[0]
    assert (len(mail.outbox), reason or state) == (int(outcome == "sent"), outcome)


def test_one_a_day_for_staff_too_and_a_members_letter_counts_for_nobody_else(amara, sam):
    waiting(amara, "thing 0", kind="word", state="sent", settled_at=NOON - HOUR)
    waiting(sam, kind="word")
    waiting(sam, "thing 2", kind="word", due_at=NOON + 3 * HOUR)
    notices.send_due(NOON)
    notices.send_due(NOON + 3 * HOUR)
    assert states()[1:] == [("thing 1", "sent", ""), ("thing 2", "held", "day_cap")]


def test_queueing_for_staff_is_theirs_alone(amara, sam):
    about = {"kind": "word", "occurrence": "thing 1"}
    for person in (amara, sam, sam):
        notices.queue(person=person, due_at=NOON, expires_at=NOON + HOUR, **about)
    assert {message.person for message in Message.objects.all()} == {amara, sam}
    notices.drop(person=sam, now=NOON, **about)
    assert {(message.person, message.state) for message in Message.objects.all()} == {
        (sam, "dropped"),
        (amara, "waiting"),
    }
    notices.forget(person=sam, **about)
    assert Message.objects.get().person == amara


def test_who_asked_by_channel(amara, noor, sam, dana):
    """Who can be written to: wishes that could be kept at all; Noor and Dana have no address."""
    for person in (noor, dana):
        wish(person, "word")
    asked = notices.wishing("word", NOON.date())
    assert {each.member or each.staff for each in asked} == {amara, sam}
    sam.ended_on = NOON.date()
    sam.save()
    assert [each.member for each in asked.all()] == [amara]
