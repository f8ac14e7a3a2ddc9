"""Whom the door finds, and how little it shows: never a list, at most five names, people of one name told apart."""

import csv
import random
import string
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from attendance.door import Door, choices
from members.actions import make_door_card, set_door_code
from members.models import Member
from members.models.people import fold
from tests import make
from tests.attendance.at_the_door import AtTheDoor
from tests.attendance.test_door import NINE

pytestmark = [pytest.mark.page, pytest.mark.django_db]


@pytest.fixture
def large(db):
    """A house with 40 on the roll, none of them called like anybody in these stories."""
    for number in range(40):
        make.member(f"Q{number:02}x Zzz")


@pytest.fixture
def door(large) -> AtTheDoor:
    return AtTheDoor()


# -- How many letters, how many names ----------------------------------------------------------------------------------


@pytest.mark.parametrize("words", ["", " ", "a", "am", "a m", "..am..", "\0am"])
def test_less_than_three_letters_find_nobody(door, amara, words):
    assert (door.search(words), "Amara" in door.body) == ("few", False)
    assert "Type 3 letters of your name" in door.words


def test_without_the_rule_two_letters_would_do(door, amara, monkeypatch):
    monkeypatch.setattr("attendance.door.LETTERS", 2)
    assert (door.search("am"), door.names) == ("names", ["Amara O."])


def test_two_letters_do_in_a_house_under_forty(amara):
    for number in range(38):
        make.member(f"Q{number:02}x Zzz")
    door = AtTheDoor()
    assert (door.search("a"), door.search("am"), door.names) == ("few", "names", ["Amara O."])
    make.member("Qx Zzz")  # the fortieth
    assert (door.search("am"), door.search("ama")) == ("few", "names")


def test_a_house_is_as_large_as_its_roll(large, amara):
    """Who withdrew is found as ever, and counts no more."""
    Member.objects.filter(last_name="Zzz").update(withdrawn_on="2026-01-01")
    door = AtTheDoor()
    assert (door.search("am"), door.search("q00"), door.names) == ("names", "names", ["Q00x Z."])


@pytest.mark.parametrize(
    ("name", "typed"),
    [("Bo", "bo"), ("Jo Li", "jo li"), ("娜 李", "李娜"), ("小龙 李", "李小龙"), ("Ó", "o")],
)
def test_a_name_that_is_shorter_is_found_when_it_is_typed_whole(door, name, typed):
    make.member(name)
    assert (door.search(typed), len(door.names)) == ("names", 1)


def test_five_names_are_shown_and_six_are_none(door):
    for family in ("Arnold", "Berg", "Cole", "Diaz", "Eng"):
        make.member(f"Maria {family}")
    assert (door.search("mar"), len(door.names)) == ("names", 5)
    make.member("Marek Fox")
    assert (door.search("mar"), door.names, "Maria" in door.body) == ("many", [], False)
    assert door.words.startswith("Please type more letters")
    assert (door.search("maria"), len(door.names)) == ("names", 5)


def test_without_the_rule_six_would_be_shown(door, monkeypatch):
    for family in ("Arnold", "Berg", "Cole", "Diaz", "Eng", "Fox"):
        make.member(f"Maria {family}")
    monkeypatch.setattr("attendance.door.MOST_SHOWN", 50)
    monkeypatch.setattr("attendance.views.door.MOST_SHOWN", 50)
    assert (door.search("mar"), len(door.names)) == ("names", 6)


def test_no_more_of_a_name_than_the_name_to_use_and_one_letter(door):
    make.member("Wilhelmina Featherstone", name_to_use="Billie", member_no="SECRET7")
    door.search("feather")
    assert door.names == ["Billie F."]
    assert [
        word for word in ("Wilhelmina", "Featherstone", "SECRET7") if word in door.body.replace("feather", "")
    ] == []


# -- Everybody can be found --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["zoe", "ZOË", "gren", "ågren", "agren zo", "oneil", "o'neil", "zo neil"])
def test_any_part_of_any_name_and_accents_aside(door, typed):
    make.member("Zoë Ågren-O’Neil")
    assert (door.search(typed), door.names) == ("names", ["Zoë Å."])


def test_without_folding_an_accent_would_hide_her(door, monkeypatch):
    make.member("Zoë Ågren")
    monkeypatch.setattr("attendance.door.fold", str.casefold)
    assert door.search("ågr") == "nobody"


@pytest.mark.parametrize("left", [{"withdrawn_on": "2001-05-05"}, {"enrolled_on": "2099-01-01"}, {}])
def test_everybody_ever_enrolled_is_found(door, left):
    make.member("Margaret Davenport", **{"enrolled_on": "1990-01-01"} | left)
    assert (door.search("dav"), door.names) == ("names", ["Margaret D."])


def test_on_the_roll_only_she_would_be_lost(door, monkeypatch):
    make.member("Margaret Davenport", withdrawn_on="2001-05-05")
    init = Door.__init__

    def on_the_roll(self, request, tablet):
        init(self, request, tablet)
        self.people = Member.objects.on_roll(NINE.date())

    monkeypatch.setattr(Door, "__init__", on_the_roll)
    assert door.search("dav") == "nobody"


def test_the_dead_rest_and_a_second_row_of_one_person_is_none(door, amara):
    make.member("Margaret Davenport", deceased_on="2020-01-01")
    make.member("Amarah Okafor", merged_into=amara)
    assert (door.search("dav"), door.search("oka"), door.names) == ("nobody", "names", ["Amara O."])


def test_no_name_is_looked_up_by_an_address(door, amara):
    door.answer = door.client.get("/door/", {"step": "search", "q": "ama", "screen": "1"})
    assert (door.screen, "Amara" in door.body) == ("home", False)


def test_a_member_number_finds_nobody(door, amara):
    """Numbers follow each other: whoever types them would read the whole roll."""
    assert door.search(amara.member_no) == "nobody"


# -- People of one name ------------------------------------------------------------------------------------------------


@pytest.fixture
def amaras(large) -> list[Member]:
    """Okafor chose a cat, Osei a boat, Obi nothing."""
    return [
        make.member("Amara Okafor", door_picture="cat", member_no="A1"),
        make.member("Amara Osei", door_picture="boat", member_no="A2"),
        make.member("Amara Obi", member_no="A3"),
    ]


CODE = "Amara O. with my code or member number"


def test_people_of_one_name_are_told_apart_by_their_pictures(door, amaras):
    door.search("ama")
    assert door.names == [CODE, "Amara O. Cat", "Amara O. Boat"] or sorted(door.names) == [
        "Amara O. Boat", "Amara O. Cat", CODE,
    ]  # fmt: skip
    assert [f"#{picture}" in door.body for picture in ("cat", "boat", "fish")] == [True, True, False]
    assert door.choose("Amara O. Boat") == "person"
    door.tap("arrive")
    assert [visit.member for visit in make.Visit.objects.all()] == [amaras[1]]


def test_without_pictures_nobody_could_say_which_is_which(amaras, monkeypatch):
    """The control: the same buttons, seen by somebody who knows no pictures."""
    for member in amaras:
        member.door_picture = ""
    assert [(choice.name, choice.must_tell, len(choice.pks)) for choice in choices(amaras)] == [("Amara O.", True, 3)]


def test_who_has_no_picture_says_the_member_number(door, amaras):
    door.search("ama")
    assert (door.choose(CODE), "Your member number" in door.words) == ("proof", True)
    assert [door.prove("A1"), door.prove("a9"), door.prove(" a3 ")] == ["proof", "proof", "person"]
    door.tap("arrive")
    assert [visit.member for visit in make.Visit.objects.all()] == [amaras[2]]


def test_or_the_code_when_there_is_one(door, amaras):
    set_door_code(member=amaras[2], code="2580", by=None)
    door.search("ama")
    assert (door.choose(CODE), "Your code" in door.words) == ("proof", True)
    assert (door.prove("A3"), door.prove("2580")) == ("proof", "person")


def test_the_same_picture_tells_nobody_apart(door, amaras):
    Member.objects.filter(pk=amaras[1].pk).update(door_picture="cat")
    door.search("ama")
    assert door.names == [CODE]
    assert (door.choose(CODE), door.prove("A2"), door.words) == (
        "proof", "person", "Hello, Amara O. I'm here I'm leaving"
    )  # fmt: skip


def test_two_with_one_name_and_one_code_ask_at_reception(door, amaras):
    for member in (amaras[0], amaras[2]):
        Member.objects.filter(pk=member.pk).update(door_picture="")
        set_door_code(member=member, code="2580", by=None)
    door.search("ama")
    door.choose(CODE)
    assert (door.prove("2580"), "Look at it again, or ask at reception." in door.words) == ("proof", True)


def test_another_name_needs_no_picture(door, amaras):
    make.member("Amaranta Ruiz", door_picture="fish")
    door.search("ama")
    assert "Amaranta R." in door.names


# -- Cards -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["{0}", "{1}", "{2}", " {0} ", "am{1}"])
def test_a_card_leads_straight_to_the_two_buttons(door, amara, typed):
    """Read by a scanner, typed by hand, or behind letters that stood in the field."""
    card = make_door_card(member=amara, by=None)
    assert door.search(typed.format(card, card.replace("-", ""), card.lower())) == "person"
    assert (door.tap("arrive"), make.Visit.objects.get().member) == ("done", amara)


def test_a_card_needs_no_code(door, amara):
    set_door_code(member=amara, code="2580", by=None)
    assert door.search(make_door_card(member=amara, by=None)) == "person"


def test_a_new_card_ends_the_old_one(door, amara):
    old, new = make_door_card(member=amara, by=None), make_door_card(member=amara, by=None)
    assert (door.search(old), door.search(new)) == ("nobody", "person")


def test_nobody_without_a_card_has_an_empty_one(door, amara):
    assert door.search("BCDF-GHJK-NPRS") == "nobody"


def test_a_card_of_somebody_who_died_opens_nothing(door, amara):
    card = make_door_card(member=amara, by=None)
    Member.objects.filter(pk=amara.pk).update(deceased_on="2026-01-01")
    assert door.search(card) == "nobody"


# -- Somebody who only wants to know who belongs here ------------------------------------------------------------------


@pytest.fixture
def two_hundred(db) -> list[Member]:
    """Of Maple Street, where names are as mixed as in a real house."""
    with (Path(settings.BASE_DIR) / "tests/data/maple-street/members.csv").open(newline="") as file:
        names = [f"{row['first_name']} {row['last_name']}" for row in csv.DictReader(file)]
    return [make.member(name) for name in names[:200]]


def revealed(door: AtTheDoor, searches: int, words) -> set[str]:
    """The names that so many searches without a tap show."""
    seen = set()
    for _ in range(searches):
        door.post(step="search", q=words(), screen=str(uuid4()))
        seen |= set(door.names)
    return seen


def three_letters(chance: random.Random):
    return lambda: "".join(chance.choices(string.ascii_lowercase, k=3))


def part_of_a_name(chance: random.Random, members: list[Member]):
    """Worse: three letters that really stand in somebody's name."""

    def words() -> str:
        name = chance.choice(fold(chance.choice(members).full_name).split())
        at = chance.randrange(max(1, len(name) - 2))
        return name[at : at + 3]

    return words


@pytest.mark.parametrize("seed", range(3))
def test_sixty_random_searches_reveal_next_to_nobody(two_hundred, seed):
    seen = revealed(AtTheDoor(), 60, three_letters(random.Random(seed)))
    assert len(seen) <= len(two_hundred) * 5 // 100


def test_well_chosen_letters_are_stopped_after_ten(two_hundred):
    """Whoever knows how names go reads more, until the tablet pauses: at most ten times five."""
    seen = revealed(AtTheDoor(), 60, part_of_a_name(random.Random(7), two_hundred))
    assert len(seen) <= len(two_hundred) * 15 // 100


def test_without_the_rules_they_would_reveal_a_good_part(two_hundred, monkeypatch):
    """The control: no pause, no limit, and as many names as match."""
    monkeypatch.setattr("attendance.door.Door.takes", lambda self, limit: "")
    monkeypatch.setattr("attendance.door.MOST_SHOWN", 500)
    monkeypatch.setattr("attendance.views.door.MOST_SHOWN", 500)
    chosen = revealed(AtTheDoor(), 60, part_of_a_name(random.Random(7), two_hundred))
    assert len(chosen) > len(two_hundred) // 2
