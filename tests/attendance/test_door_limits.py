"""The door slows down, pauses and asks for codes: whoever wants to know who belongs here gets tired first."""

import datetime as dt
import uuid

import pytest
import time_machine

from members import actions
from members.actions import set_door_code
from members.models import AuditRecord
from tests import make
from tests.attendance.at_the_door import AtTheDoor
from tests.attendance.test_door import NINE

pytestmark = pytest.mark.once  # counts and clocks; what two tablets do at once is in test_door_race.py


@pytest.fixture
def morning(db):
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


@pytest.fixture
def door(morning) -> AtTheDoor:
    return AtTheDoor()


def tap_now_and_then(door: AtTheDoor) -> None:
    """So that it is never the pause that says no."""
    actions.count_tap(tablet=door.tablet)


# -- Ten a minute, sixty an hour ---------------------------------------------------------------------------------------


def searches(door: AtTheDoor, clock, count: int, *, every: dt.timedelta) -> list[str]:
    found = []
    for _ in range(count):
        found.append(door.search("ama"))
        tap_now_and_then(door)
        clock.shift(every)
    return found


def test_ten_searches_a_minute(door, morning, amara):
    assert searches(door, morning, 12, every=dt.timedelta(seconds=1)) == ["names"] * 10 + ["slow"] * 2
    assert "Amara" not in door.body
    morning.shift(49)
    assert door.search("ama") == "names"


def test_sixty_searches_an_hour(door, morning, amara):
    found = searches(door, morning, 62, every=dt.timedelta(seconds=10))
    assert found == ["names"] * 60 + ["slow"] * 2
    morning.shift(3600 - 62 * 10 + 1)
    assert door.search("ama") == "names"


def test_without_the_limits_it_would_go_on(door, morning, amara, monkeypatch):
    monkeypatch.setattr("attendance.door.LIMITS", {})
    assert searches(door, morning, 70, every=dt.timedelta(0)) == ["names"] * 70


def test_each_tablet_counts_for_itself(door, morning, amara):
    searches(door, morning, 10, every=dt.timedelta(0))
    assert (door.search("ama"), AtTheDoor().search("ama")) == ("slow", "names")


def test_cards_are_no_searches(door, morning, amara):
    """A morning of fifteen cards in a minute, on a tablet on which people also look up their names."""
    card = actions.make_door_card(member=amara, by=None)
    assert [door.search(card) for _ in range(15)] == ["person"] * 15
    door.tablet.refresh_from_db()
    assert (door.tablet.searches_without_tap, door.search("ama")) == (0, "names")


def test_guessing_cards_is_slowed_down(door, amara):
    assert [door.search("bbbb-cccc-dddd") for _ in range(21)] == ["nobody"] * 20 + ["slow"]


# -- Ten searches without a tap ----------------------------------------------------------------------------------------


def searched(door: AtTheDoor, morning, count: int) -> list[str]:
    found = []
    for _ in range(count):
        found.append(door.search("ama"))
        morning.shift(10)
    return found


def test_ten_searches_without_a_tap_pause_the_tablet(door, morning, amara, dana, as_):
    assert searched(door, morning, 12) == ["names"] * 10 + ["paused"] * 2
    assert ("Amara" in door.body, door.look()) == (False, "paused")
    card = actions.make_door_card(member=amara, by=None)
    assert (door.search(card), AtTheDoor().search("ama")) == ("paused", "names")
    assert AuditRecord.objects.filter(verb="pause_tablet").count() == 1

    as_(dana).post(f"/house/tablets/{door.tablet.pk}/resume/")
    assert (door.look(), searched(door, morning, 11)) == ("home", ["names"] * 10 + ["paused"])


def test_without_the_pause_the_eleventh_would_show_names(door, morning, amara, monkeypatch):
    monkeypatch.setattr("members.actions.tablets.SEARCHES_WITHOUT_TAP", 99)
    assert searched(door, morning, 12) == ["names"] * 12


def test_a_tap_starts_the_count_again_and_a_glance_does_not(door, morning, plain):
    searched(door, morning, 9)
    door.choose("Amara O.")
    door.tap("arrive")
    assert searched(door, morning, 9) == ["names"] * 9
    door.choose("Amara O.")  # looked, and went
    assert searched(door, morning, 2) == ["names", "paused"]


def test_who_was_found_last_may_still_tap(door, morning, plain):
    searched(door, morning, 10)
    assert (door.choose("Amara O."), door.tap("arrive"), door.look()) == ("person", "done", "paused")


# -- A code of one's own -----------------------------------------------------------------------------------------------


@pytest.fixture
def amara(amara):
    set_door_code(member=amara, code="2580", by=None)
    return amara


@pytest.fixture
def plain(amara):
    set_door_code(member=amara, code="", by=None)


def test_with_a_code_the_two_buttons_come_after_it(door, amara):
    door.search("ama")
    assert (door.choose("Amara O."), "Your code" in door.words, 'value="arrive"' in door.body) == ("proof", True, False)
    assert (door.prove("2581"), door.prove(amara.member_no), door.prove("")) == ("proof", "proof", "proof")
    assert "That does not fit. Look at it again" in door.words
    assert (door.prove(" 2580 "), door.tap("arrive")) == ("person", "done")


def ask_for_code(door: AtTheDoor, words: str = "ama", name: str = "Amara O.") -> str:
    tap_now_and_then(door)
    door.search(words)
    return door.choose(name)


def test_five_wrong_codes_block_her_on_this_tablet_for_twenty_minutes(door, morning, amara):
    set_door_code(member=make.member("Noor Haddad"), code="1470", by=None)
    assert ask_for_code(door) == "proof"
    tries = []
    for code in ("1111", "2222", "3333", "4444", "5555"):
        tries.append(door.prove(code))
        morning.shift(dt.timedelta(minutes=4))
        if len(tries) < 5:
            ask_for_code(door)
    assert tries == ["proof"] * 4 + ["blocked"]
    assert (ask_for_code(door), "reception can write you down" in door.words) == ("blocked", True)
    assert ask_for_code(door, "noor", "Noor H.") == "proof"
    assert ask_for_code(AtTheDoor()) == "proof"
    morning.shift(dt.timedelta(minutes=15, seconds=59))
    assert ask_for_code(door) == "blocked"
    morning.shift(2)
    assert (ask_for_code(door), door.prove("2580")) == ("proof", "person")


def test_the_right_code_too_is_refused_meanwhile(door, amara):
    """From a screen that was open before: else a guesser would know by the answer."""
    ask_for_code(door)
    open_before = door.who
    for _ in range(5):
        ask_for_code(door)
        door.prove("1111")
    assert door.post(step="prove", who=open_before, proof="2580") == "blocked"


def test_without_the_count_guessing_would_go_on(door, amara, monkeypatch):
    monkeypatch.setattr("attendance.door.Door.takes_code", lambda self, members: [])
    monkeypatch.setattr("attendance.door.Door.wrong_code", lambda self, members: None)
    ask_for_code(door)
    assert [door.prove("1111") for _ in range(8)] + [door.prove("2580")] == ["proof"] * 8 + ["person"]


def test_a_right_code_forgives_the_wrong_ones_before(door, amara):
    for _ in range(3):
        ask_for_code(door)
        assert [door.prove("1111") for _ in range(4)] == ["proof"] * 4
        assert door.prove("2580") == "person"


def test_guessing_a_number_blocks_everybody_of_that_name(door, plain):
    make.member("Amara Osei", member_no="A2")
    name = "Amara O. with my code or member number"
    ask_for_code(door, name=name)
    assert [door.prove("A9") for _ in range(5)] == ["proof"] * 4 + ["blocked"]
    assert ask_for_code(door, name=name) == "blocked"


def test_a_try_that_is_sent_again_is_no_second_try(door, amara):
    ask_for_code(door)
    who = door.who
    assert [door.post(step="prove", who=who, proof="1111") for _ in range(9)] == ["proof"] + ["again"] * 8
    assert (ask_for_code(door), door.prove("2580")) == ("proof", "person")


def test_an_emptied_search_is_counted_too(door, amara):
    """Nine words that find nobody and one that does: ten searches."""
    found = [door.post(step="search", q=words, screen=str(uuid.uuid4())) for words in ["xyz"] * 9 + ["ama", "ama"]]
    assert found == ["nobody"] * 9 + ["names", "paused"]
    door.tablet.refresh_from_db()
    assert door.tablet.paused_at is not None
