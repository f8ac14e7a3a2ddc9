"""Whom a few letters mean in the unit meeting: who is here first, then who is expected, then everyone ever enrolled."""

import datetime as dt

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities.models import SignUp
from attendance.meeting import whom
from members.models import House
from tests import make

pytestmark = pytest.mark.django_db
TUESDAY = dt.date(2026, 10, 6)
TEN = dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC)  # ten in the morning at the house


@pytest.fixture(autouse=True)
def on_tuesday_at_ten():
    with time_machine.travel(TEN, tick=False):
        yield


@pytest.fixture
def house(on_tuesday_at_ten, db) -> House:
    """Ana and Anna are here, Anselm is expected, Andrea was last seen years ago, Zoë is here."""
    for name in ("Ana Park", "Anna Quist", "Zoë Lund"):
        make.visit(make.member(name), TUESDAY, "08:50", None)
    anselm = make.member("Anselm Roy")
    SignUp.objects.create(task=make.task("Lunch", day=TUESDAY), member=anselm, at=TEN, by=make.account(anselm))
    make.visit(make.member("Andrea Sol"), dt.date(2021, 3, 1))
    return House.objects.current()


@pytest.mark.parametrize(
    ("words", "one", "people"),
    [
        ("ann", "Anna", ["Anna Q."]),
        ("ana", "Ana", ["Ana P."]),
        ("an", None, ["Ana P.", "Anna Q.", "Anselm R.", "Andrea S."]),
        ("ans", "Anselm", ["Anselm R."]),
        ("andr", "Andrea", ["Andrea S."]),
        ("ZOE", "Zoë", ["Zoë L."]),
        ("lu", "Zoë", ["Zoë L."]),
        ("q", "Anna", ["Anna Q."]),
        ("nn", "Anna", ["Anna Q."]),
        ("an pa", "Ana", ["Ana P."]),
        ("oe", "Zoë", ["Zoë L."]),  # in the middle, and nobody else
        ("andrew", None, ["Andrea S."]),  # a guess is asked about
        ("xyz", None, []),
        ("  ", None, ["Ana P.", "Anna Q.", "Zoë L."]),
    ],
)
def test_a_few_letters_mean_whoever_is_here_first(house, words, one, people):
    meant = whom(words, TUESDAY, house, TEN)
    assert (meant.one and meant.one.first_name, [name for _member, name in meant.people]) == (one, people)


def test_here_comes_before_expected_and_both_before_everybody_else(house):
    """All three are called An...; only who is here is meant, as long as they are alone there."""
    make.visit(make.member("Bea Short"), TUESDAY, "09:00", None)
    make.member("Beate Long")
    assert whom("bea", TUESDAY, house, TEN).one.first_name == "Bea"
    assert [name for _m, name in whom("bea", TUESDAY, house, TEN).people] == ["Bea S.", "Beate L."]
    assert whom("beat", TUESDAY, house, TEN).one.first_name == "Beate"


def test_a_name_written_to_its_end_means_that_person(house):
    make.visit(make.member("Ann Berg"), TUESDAY, "09:00", None)
    assert whom("ann", TUESDAY, house, TEN).one.first_name == "Ann"


def test_two_who_look_alike_are_told_apart_and_five_are_offered(house):
    for number, name in enumerate(["Kim Abel", "Kim Adler", "Kim Bo", "Kim Cato", "Kim Dahl", "Kim Ek"]):
        make.visit(make.member(name, member_no=f"K{number}"), TUESDAY, "09:00", None)
    meant = whom("kim", TUESDAY, house, TEN)
    assert [name for _m, name in meant.people] == ["Kim Abel", "Kim Adler", "Kim B.", "Kim C.", "Kim D."]
    assert (meant.one, meant.has_more) == (None, True)


def test_tomorrow_nobody_is_here_yet(house):
    tomorrow = TUESDAY + dt.timedelta(days=1)
    assert whom("", tomorrow, house, TEN).people == []
    assert whom("anna", tomorrow, house, TEN).one.first_name == "Anna"


@pytest.mark.parametrize("roll", [3, 60])
def test_a_name_costs_the_same_on_a_short_and_a_long_roll(as_, sam, roll):
    dishes = make.task(day=TUESDAY)
    for number in range(roll):
        make.visit(make.member(f"Ana{number} Park"), TUESDAY, "08:50", None)
    client = as_(sam)
    client.post(f"/tasks/meeting/{dishes.pk}/names/", {"q": "ana"})
    with CaptureQueriesContext(connection) as asked:
        client.post(f"/tasks/meeting/{dishes.pk}/names/", {"q": "ana"})
    assert len(asked) == 9


def test_whose_name_holds_the_letters_further_on_comes_only_when_nobodys_begins_so(house):
    make.visit(make.member("Susanna Vale"), TUESDAY, "09:00", None)
    assert whom("anna", TUESDAY, house, TEN).one.first_name == "Anna"
    assert [name for _m, name in whom("anna", TUESDAY, house, TEN).people] == ["Anna Q."]
    assert [name for _m, name in whom("usa", TUESDAY, house, TEN).people] == ["Susanna V."]
