"""Text messages: how numbers are read, what fits into 160, and what a gateway's answer is worth."""

import contextlib
import io
import logging
import time

import pytest
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.utils import translation

from members.models import House
from members.notices import texting
from members.notices.texting import Gateway, Text, Unsure, compose, parts, places
from members.phones import dialled, for_texts
from tests import make

pytestmark = pytest.mark.once
MAPLE = House(name="Maple Street Clubhouse", country="US", language="en")
LUNCH = "Tomorrow at 10:00: Lunch for 50, in the Kitchen. Thank you for taking it."
TO_AMARA = Text("+13135550100", LUNCH)


# -- Numbers -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phone", "country", "number"),
    [
        ("(313) 555-0100", "US", "+13135550100"),
        ("313.555.0100", "us", "+13135550100"),
        ("+358 40 123 4567", "", "+358401234567"),
        ("040 123 4567", "FI", "+358401234567"),
        ("00358 40 123 4567", "FI", "+358401234567"),
        ("040 123 4567", "", ""),  # whose country is not known
        ("555 0100", "US", ""),  # no area
        ("313-555-0100 ext. 12", "US", ""),
        ("ask Rosa", "US", ""),
        ("", "US", ""),
    ],
)
def test_numbers_are_read_as_people_write_them(phone, country, number):
    assert dialled(phone, country) == number


def test_a_phone_on_the_wall_gets_no_text():
    """Some networks read it aloud to whoever picks up."""
    assert (dialled("09 1234567", "FI"), for_texts("09 1234567", "FI")) == ("+35891234567", "")
    assert for_texts("040 123 4567", "FI") == "+358401234567"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, ""),
        ({"phone_allowed": False}, "no_number"),
        ({"texts_allowed": False}, "no_number"),
        ({"phone": ""}, "no_number"),
        ({"phone": "555 0100"}, "no_number"),
    ],
)
def test_who_gets_a_text(fields, reason, settings):
    settings.TEXTS_READY = True
    amara = make.member("Amara Okafor", **{"phone": "(313) 555-0100"} | fields)
    assert texting.why_not(amara, MAPLE) == reason


@pytest.mark.django_db
def test_nobody_gets_a_text_from_a_house_without_a_gateway():
    assert texting.why_not(make.member(phone="(313) 555-0100"), MAPLE) == "no_texts"


# -- What fits ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "room", "messages"),
    [
        ("a" * 160, 160, 1),
        ("a" * 161, 161, 2),
        ("ä€" * 10, 30, 1),  # the euro sign takes two places
        ("я" * 70, 70, 1),
        ("я" * 71, 71, 2),
        ("🌻" * 35, 70, 1),  # each two units
        ("á" + "a" * 69, 70, 1),
        ("á" + "a" * 134, 135, 3),
    ],
)
def test_letters_are_counted_as_phones_do(text, room, messages):
    assert (places(text), parts(text)) == (room, messages)


def test_a_text_says_whose_it_is_and_how_to_stop():
    assert compose([LUNCH], MAPLE) == f"Maple Street: {LUNCH} STOP ends this."


def test_curly_marks_do_not_halve_the_room():
    text = compose(["Sam’s list – “soup” … thank\u00a0you.\n"], MAPLE)
    assert text == 'Maple Street: Sam\'s list - "soup" ... thank you. STOP ends this.'
    assert parts(text) == 1


def test_what_is_due_together_goes_in_one_text_while_it_fits(settings):
    settings.ADDRESS = "https://roll.example.org"
    assert compose(["Lunch at 10.", "Choir at 6."], MAPLE) == "Maple Street: Lunch at 10. Choir at 6. STOP ends this."
    assert compose([LUNCH, LUNCH, LUNCH], MAPLE) == (
        "Maple Street: You have 3 notes. Sign in to read them: https://roll.example.org/me/ STOP ends this."
    )
    assert compose(["long " * 40], MAPLE) == (
        "Maple Street: You have one note. Sign in to read it: https://roll.example.org/me/ STOP ends this."
    )


def test_an_address_that_tells_too_much_stays_out(settings):
    settings.ADDRESS = "https://mapleclubhouse.example.org"
    assert compose([LUNCH] * 3, MAPLE) == "Maple Street: You have 3 notes. Sign in to read them. STOP ends this."


def test_an_address_that_is_too_long_stays_out(settings):
    settings.ADDRESS = f"https://{'a' * 90}.example.org"
    assert compose([LUNCH] * 3, MAPLE) == "Maple Street: You have 3 notes. Sign in to read them. STOP ends this."


@pytest.mark.parametrize(
    "name", ["Maple Street", "The House of Saint Bartholomew by the Sea " * 2, "Дом " * 20, "🌻" * 80]
)
@pytest.mark.parametrize("text", ["a" * 110, "ё" * 110, "🌻" * 55, "[" * 110])
@pytest.mark.parametrize("count", [1, 2, 40])
def test_no_text_is_ever_longer(name, text, count):
    with translation.override("en"):
        written = compose([text] * count, House(name=name, country="US"))
    assert places(written) <= 160
    assert written.endswith("STOP ends this.")


def test_a_short_form_of_110_letters_fits_beside_a_long_name():
    name = "The House of Saint Bartholomew by the Sea"
    assert compose(["a" * 110], House(name=name)) == f"The House of Saint Bartholomew: {'a' * 110} STOP ends this."


# -- What a gateway's answer is worth ----------------------------------------------------------------------------------


def test_a_text_leaves_for_its_number(gateway):
    Gateway().send(TO_AMARA)
    assert gateway.heard == [("/+13135550100", LUNCH)]


@pytest.mark.parametrize("answer", [302, 400, 500])
def test_whatever_is_not_a_yes_leaves_us_unsure(gateway, answer):
    """Of an answer that never came, apprise tells the same."""
    gateway.answers = answer
    with pytest.raises(Unsure):
        Gateway().send(TO_AMARA)
    assert len(gateway.heard) == 1  # not tried again by itself, and not "over there"


def test_a_keeper_cannot_make_it_try_again_by_itself(gateway, settings):
    settings.TEXT_URL += "?retry=3&wait=0.1"
    gateway.answers = 500
    with pytest.raises(Unsure):
        Gateway().send(TO_AMARA)
    assert len(gateway.heard) == 1


def test_a_gateway_that_hangs_is_not_waited_for(gateway, monkeypatch):
    monkeypatch.setattr(texting, "WAITED_FOR", 0.2)
    gateway.silent.set()
    began = time.monotonic()
    with pytest.raises(Unsure):
        Gateway().send(TO_AMARA)
    assert time.monotonic() - began < 2


def test_after_three_in_a_row_the_others_are_not_made_unsure(gateway):
    way = Gateway()
    gateway.answers = 500
    for _each in range(2):
        with pytest.raises(Unsure):
            way.send(TO_AMARA)
    assert way.answers()
    gateway.answers = 200
    way.send(TO_AMARA)
    gateway.answers = 500
    for _each in range(3):
        with pytest.raises(Unsure):
            way.send(TO_AMARA)
    assert not way.answers()


def test_an_address_that_names_no_gateway_sends_nothing_and_stops_the_start(settings, capsys):
    call_command("check")
    settings.TEXT_URL = "pigeon://a-secret@{to}"
    assert not Gateway().answers()
    with pytest.raises(SystemCheckError, match="TEXT_URL is not right") as stopped:
        call_command("check")
    assert "a-secret" not in str(stopped.value) + capsys.readouterr().err


@pytest.fixture
def log():
    """What the house writes into its log, down to the last detail. (caplog hears also what goes nowhere.)"""
    written = io.StringIO()
    handler, root = logging.StreamHandler(written), logging.getLogger()
    root.addHandler(handler)
    loggers = [root, logging.getLogger("apprise"), logging.getLogger("urllib3")]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    yield written
    root.removeHandler(handler)
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)


@pytest.mark.parametrize("answer", [200, 500])
def test_no_number_reaches_a_log(gateway, answer, log):
    gateway.answers = answer
    with contextlib.suppress(Unsure):
        Gateway().send(TO_AMARA)
    assert "5550100" not in log.getvalue()


def test_the_libraries_would_have_told(gateway, log, monkeypatch):
    """The control: with their logs let through, the number stands in them."""
    for name in ("apprise", "urllib3"):
        monkeypatch.setattr(logging.getLogger(name), "propagate", True)
    Gateway().send(TO_AMARA)
    assert log.getvalue().count("5550100") >= 2
