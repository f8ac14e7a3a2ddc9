"""Text messages through the sweep: to whom they go, what STOP does to them, and what an uncertain end means."""

import json
from collections import Counter

import pytest
from django.utils.translation import get_language

from members import actions, notices
from members.models import Channel, House, Member, Message
from members.notices import KINDS, texting
from members.notices.channels import ByText
from members.notices.letter import Letter
from tests import make
from tests.members import notes
from tests.members.notes import HOUR, NOON, states, waiting, wish

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TEXT = Channel.TEXT
REAL = dict(KINDS)


@pytest.fixture(autouse=True)
def two_kinds(monkeypatch, settings):
    settings.ADDRESS = "https://roll.example.org"
    make.house(name="Maple Street Clubhouse", country="US")
    kinds = {"note": notes.kind(), "rare": notes.kind("rare", at_most_once=True)}
    monkeypatch.setattr("members.notices.sweep.KINDS", kinds)
    monkeypatch.setattr("members.notices.claim.KINDS", kinds)


@pytest.fixture
def amara(amara):
    return with_phone(amara, "(313) 555-0100")


def with_phone(person, phone: str):
    person.phone = phone
    person.save()
    wish(person, channel=TEXT)
    wish(person, "rare", TEXT)
    return person


def test_what_is_due_together_leaves_in_one_text(amara, gateway):
    waiting(amara, "thing 1", channel=TEXT)
    waiting(amara, "thing 2", channel=TEXT, due_at=NOON + HOUR)
    assert notices.send_due(NOON) == Counter(sent=2)
    assert gateway.heard == [
        ("/+13135550100", "Maple Street: A word about thing 1. A word about thing 2. STOP ends this.")
    ]


def test_what_does_not_fit_is_counted(amara, gateway):
    for number in range(1, 8):
        waiting(amara, f"thing {number}", channel=TEXT)
    assert notices.send_due(NOON) == Counter(sent=7)
    assert [text for _path, text in gateway.heard] == [
        "Maple Street: You have 7 notes. Sign in to read them: https://roll.example.org/me/ STOP ends this."
    ]


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"texts_allowed": False}, "no_number"),
        ({"phone_allowed": False}, "no_number"),
        ({"phone": "555 0100"}, "no_number"),
    ],
)
def test_nothing_goes_where_it_may_not(amara, gateway, fields, reason):
    waiting(amara, channel=TEXT)
    type(amara).objects.update(**fields)
    notices.send_due(NOON)
    assert (gateway.heard, states()) == ([], [("thing 1", "dropped", reason)])


def test_nothing_leaves_after_stop(amara, gateway):
    """Also not what a sweep had in hand when it came: it is written, and not handed over any more."""
    waiting(amara, channel=TEXT)

    def written_and_then(said, house):
        actions.stop_texts(number="+13135550100")
        return compose(said, house)

    compose = texting.compose
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texting, "compose", written_and_then)
        notices.send_due(NOON)
    assert (gateway.heard, states()) == ([], [("thing 1", "dropped", "unwished")])


def test_the_same_without_stop_leaves(amara, gateway):
    """The control of the test above."""
    waiting(amara, channel=TEXT)
    notices.send_due(NOON)
    assert len(gateway.heard) == 1


@pytest.mark.parametrize("kind", ["note", "rare"])
def test_an_end_that_nobody_knows(amara, gateway, kind):
    """What may come twice is tried again later; what may not is shown to people, and never tried again."""
    waiting(amara, kind=kind, channel=TEXT)
    gateway.answers = 500
    notices.send_due(NOON)
    gateway.answers = 200
    notices.send_due(NOON + HOUR)
    expected = [("thing 1", "sent", "")] if kind == "note" else [("thing 1", "unknown", "Unsure")]
    assert (states(), len(gateway.heard)) == (expected, 2 if kind == "note" else 1)


def test_a_reminder_that_may_have_rung_three_times_does_not_ring_again(amara, gateway):
    waiting(amara, channel=TEXT)
    gateway.answers = 500
    for hours in range(6):
        notices.send_due(NOON + hours * HOUR)
    assert (states(), len(gateway.heard)) == ([("thing 1", "unknown", "Unsure")], 3)


def test_a_gateway_in_trouble_makes_few_unsure(amara, noor, rosa, stella, meera, gateway):
    everybody = [amara, *(with_phone(who, f"+1313555020{n}") for n, who in enumerate([noor, rosa, stella, meera]))]
    for person in everybody:
        waiting(person, kind="rare", channel=TEXT)
    gateway.answers = 500
    notices.send_due(NOON)
    assert Counter(Message.objects.values_list("state", flat=True)) == Counter(unknown=3, waiting=2)
    gateway.answers = 200
    notices.send_due(NOON + HOUR)
    assert Counter(Message.objects.values_list("state", flat=True)) == Counter(unknown=3, sent=2)


def test_a_wrong_gateway_address_keeps_everything_waiting(amara, settings):
    settings.TEXT_URL, settings.TEXTS_READY = "pigeon://{to}", True
    waiting(amara, kind="rare", channel=TEXT)
    notices.send_due(NOON)
    assert states() == [("thing 1", "waiting", "ServerAway")]


def test_the_text_is_in_the_persons_language(amara, gateway, settings):
    """Its own letters, and the words around it."""
    settings.LANGUAGES = [("en", "English"), ("fi", "suomi")]
    amara.language = "fi"
    amara.save()
    waiting(amara, channel=TEXT)
    seen = []
    compose = texting.compose
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(texting, "compose", lambda said, house: seen.append(get_language()) or compose(said, house))
        notices.send_due(NOON)
    assert seen == ["fi"]


def test_the_gateway_hears_no_name(amara, gateway):
    waiting(amara, channel=TEXT)
    notices.send_due(NOON)
    assert "Amara" not in json.dumps(gateway.heard)


@pytest.mark.parametrize("name", sorted(REAL))
def test_every_kind_says_in_a_text_what_it_is_about(name):
    """Beside the longest name that a house shows, in one message that is paid once."""
    house = House(name="The House of Saint Bartholomew by the Sea", country="US", language="en", time_zone="UTC")
    letter = Letter(Member(first_name="Robin", phone="+1 313 555 0100"), TEXT, [Message(pk=0, kind=name)], {})
    letter.facts[0] = REAL[name].sample(house, NOON)
    written = ByText().write(letter, house, NOON, {})
    assert (texting.parts(written.words), "You have one note" in written.words) == (1, False)
    assert written.words.startswith("The House of Saint Bartholomew: ")
