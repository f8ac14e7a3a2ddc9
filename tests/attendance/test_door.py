"""The door tablet: arriving and leaving by three letters and a tap, and an answer that never tells who is in."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from attendance import actions
from attendance.models import Kind, Mark, Visit
from members.models import AuditRecord, Tablet
from tests import make
from tests.attendance.at_the_door import AtTheDoor
from tests.test_walls import snapshot

pytestmark = pytest.mark.page

NINE = dt.datetime(2026, 10, 6, 13, 0, tzinfo=dt.UTC)  # Tuesday, nine in the morning in the house


@pytest.fixture
def morning(db):
    with time_machine.travel(NINE, tick=False) as clock:
        yield clock


@pytest.fixture
def door(morning) -> AtTheDoor:
    return AtTheDoor()


def stays() -> list[tuple]:
    return list(Visit.objects.order_by("pk").values_list("member__first_name", "ending", "source", "kind"))


# -- Arriving and leaving ----------------------------------------------------------------------------------------------


def test_amara_arrives_by_three_letters_and_a_tap(door, amara):
    assert door.look() == "home"
    assert (door.search("ama"), door.names) == ("names", ["Amara O."])
    assert (door.choose("Amara O."), door.words) == ("person", "Hello, Amara O. I'm here I'm leaving")
    assert door.tap("arrive") == "done"
    assert "Thank you, Amara O. You said that you are here. Have a good day!" in door.words
    assert stays() == [("Amara", "here", "door", "wod")]
    mark, record = Mark.objects.get(), AuditRecord.objects.order_by("seq").last()
    assert (mark.tablet, mark.by, mark.action) == (door.tablet, None, "arrive")
    assert (record.verb, record.about, record.by) == ("attendance.log_arrival", amara, None)
    assert record.device == f"tablet {door.tablet.pk}, Front door"


def test_she_leaves_by_the_other_button(door, morning, amara):
    door.says("ama", "Amara O.", "arrive")
    morning.shift(dt.timedelta(hours=3))
    assert door.says("ama", "Amara O.", "leave") == "done"
    assert "You said that you are leaving. Go well!" in door.words
    visit = Visit.objects.get()
    assert (visit.left_at - visit.arrived_at, visit.ending) == (dt.timedelta(hours=3), "known")


def test_the_kind_follows_the_calendar(door, morning, amara):
    """Sunday is no work-ordered day."""
    morning.shift(dt.timedelta(days=5))
    door.says("ama", "Amara O.", "arrive")
    assert [kind for *_, kind in stays()] == [Kind.SOCIAL]


def test_a_tap_sent_twice_is_one_mark(door, amara):
    door.search("ama")
    door.choose("Amara O.")
    who = door.who
    bodies = {(door.post(step="tap", who=who, action="arrive"), door.body) for _ in range(3)}
    assert [screen for screen, _ in bodies] == ["done"]
    assert (Mark.objects.count(), Visit.objects.count()) == (1, 1)


def test_one_screen_says_one_thing(door, amara):
    """Sent again with the other button it starts again; nothing more is written."""
    door.search("ama")
    door.choose("Amara O.")
    who = door.who
    assert door.post(step="tap", who=who, action="arrive") == "done"
    assert door.post(step="tap", who=who, action="leave") == "again"
    assert [mark.action for mark in Mark.objects.all()] == ["arrive"]


def test_she_who_left_at_night_is_written_down_for_that_evening(door, morning, amara):
    morning.move_to(NINE + dt.timedelta(hours=13))  # ten at night
    door.says("ama", "Amara O.", "arrive")
    morning.shift(dt.timedelta(hours=3))  # one in the morning
    door.says("ama", "Amara O.", "leave")
    assert list(Visit.objects.values_list("day", "ending")) == [(dt.date(2026, 10, 6), "known")]


# -- Never whether somebody is in --------------------------------------------------------------------------------------

HERE, AWAY, LEFT = "here", "away", "left"


def bodies(action: str, amara) -> set[tuple[str, bytes]]:
    """The answers to a tap, whoever is in, out, or left before."""
    answers = set()
    for state in (HERE, AWAY, LEFT):
        Mark.objects.all().delete()
        Visit.objects.all().delete()
        if state != AWAY:
            make.visit(amara, dt.date(2026, 10, 6), "08:00", "08:30" if state == LEFT else None)
        door = AtTheDoor()
        screen = door.says("ama", "Amara O.", action)
        headers = sorted((name, value) for name, value in door.answer.items() if name != "Content-Length")
        answers.add((screen, door.answer.status_code, door.answer.content, str(headers)))
    return answers


@pytest.mark.parametrize("action", ["arrive", "leave"])
def test_the_answer_is_the_same_to_the_byte(morning, amara, action):
    ((screen, *_),) = bodies(action, amara)
    assert screen == "done"


def test_an_answer_that_says_not_here_would_be_noticed(morning, amara, monkeypatch):
    """The control: without `log_at_door`, leaving is refused to who is not here."""

    def told(*, member, action, key, tablet):
        log = actions.log_arrival if action == Mark.Action.ARRIVE else actions.log_leaving
        return log(member=member, day=timezone.localdate(), key=key, by=None, tablet=tablet)

    monkeypatch.setattr("attendance.door.log_at_door", told)
    assert {screen for screen, *_ in bodies("leave", amara)} == {"done", "again"}


def test_leaving_without_having_arrived_is_kept_for_a_colleague(door, amara):
    door.says("ama", "Amara O.", "leave")
    mark, record = Mark.objects.get(), AuditRecord.objects.order_by("seq").last()
    assert (mark.action, mark.visit, mark.tablet, mark.undone) == ("leave", None, door.tablet, False)
    assert (record.verb, record.about, record.subject) == (
        "attendance.log_leaving", amara, f"attendance.mark {mark.pk}"
    )  # fmt: skip
    assert record.after == {"left_at": "2026-10-06 09:00-04:00"}
    assert Visit.objects.count() == 0


def test_arriving_twice_is_one_visit(door, amara):
    make.visit(amara, dt.date(2026, 10, 6), "08:00", None)
    assert door.says("ama", "Amara O.", "arrive") == "done"
    assert stays() == [("Amara", "here", "screen", "wod")]


# -- What a screen gives to the next -----------------------------------------------------------------------------------


def person_screen(door: AtTheDoor) -> str:
    door.search("ama")
    door.choose("Amara O.")
    return door.who


def test_a_choice_is_good_on_its_own_tablet_only(door, amara):
    who = person_screen(door)
    assert AtTheDoor().post(step="tap", who=who, action="arrive") == "again"
    assert Visit.objects.count() == 0


def test_a_choice_is_good_for_its_own_step_only(door, amara):
    """Else the code could be stepped over."""
    door.search("ama")
    assert door.post(step="tap", who=door.who, action="arrive") == "again"
    assert Visit.objects.count() == 0


@pytest.mark.parametrize(("binding", "step"), [("self.tablet.pk", "tap"), ("step", "choose")])
def test_without_the_binding_it_would_be_good_elsewhere(door, amara, monkeypatch, binding, step):
    """The control of the two tests above."""
    salts = {"self.tablet.pk": lambda self, step: f"door {step}", "step": lambda self, step: f"door {self.tablet.pk}"}
    monkeypatch.setattr("attendance.door.Door._salt", salts[binding])
    door.search("ama")
    who = door.who if step == "choose" else person_screen(door)
    tablet = door if step == "choose" else AtTheDoor()
    assert tablet.post(step="tap", who=who, action="arrive") == "done"


def test_a_choice_is_good_for_five_minutes(door, morning, amara):
    who = person_screen(door)
    morning.shift(5 * 60 + 1)
    assert door.post(step="tap", who=who, action="arrive") == "again"
    assert "Nothing was written down just now." in door.words


@pytest.mark.parametrize("who", ["", "7", "made:up:one", "\0"])
def test_made_up_choices_start_again(door, amara, who):
    assert [door.post(step=step, who=who, action="arrive", proof="") for step in ("choose", "prove", "tap")] == [
        "again", "again", "again",
    ]  # fmt: skip


def test_somebody_who_died_meanwhile_is_not_marked(door, amara):
    who = person_screen(door)
    amara.deceased_on = dt.date(2026, 10, 6)
    amara.save()
    assert door.post(step="tap", who=who, action="arrive") == "again"


@pytest.mark.parametrize("action", ["", "undo", "x"])
def test_there_are_two_buttons_only(door, amara, action):
    assert door.post(step="tap", who=person_screen(door), action=action) == "again"
    assert Mark.objects.count() == 0


# -- A page that is shown again ----------------------------------------------------------------------------------------


def sent_again(door: AtTheDoor) -> list[str]:
    """The screens that a browser without JavaScript gets when it sends a page again: Back, Reload, a restored tab."""
    search = {"step": "search", "q": "ama", "screen": str(uuid.uuid4())}
    door.post(**search)
    choice = {"step": "choose", "who": door.who}
    door.post(**choice)
    return [door.post(**search), door.post(**choice)]


def test_a_page_sent_again_shows_nobody(door, amara):
    assert sent_again(door) == ["home", "again"]
    assert "Amara" not in door.body


def test_without_the_note_of_used_screens_it_would_show_names_again(door, amara, monkeypatch):
    monkeypatch.setattr("attendance.door.Door.is_used", lambda self, screen: False)
    assert sent_again(door) == ["names", "person"]


def test_nothing_is_kept_and_no_name_is_in_an_address(door, amara):
    addresses = set()
    for screen in (door.look(), door.search("ama"), door.choose("Amara O."), door.tap("arrive")):
        assert "no-store" in door.answer["Cache-Control"], screen
        addresses.add(door.answer.wsgi_request.get_full_path())
        assert "Amara" not in door.answer["Set-Cookie"] if door.answer.has_header("Set-Cookie") else True
    assert addresses == {"/door/"}


def test_without_javascript_a_screen_goes_home_by_itself(door, amara):
    assert (door.look(), door.answer.has_header("Refresh")) == ("home", False)
    person_screen(door)
    assert door.answer["Refresh"] == "50; url=/door/"
    door.tap("arrive")
    assert door.answer["Refresh"] == "10; url=/door/"


# -- Where the door is -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("place", [None, Tablet.Place.RECEPTION])
def test_any_other_browser_is_told_how_to_pair(db, amara, place):
    browser = make.paired_tablet("Desk", place)[0] if place else Client()
    page = browser.get("/door/")
    assert (page.status_code, b"Pair this tablet" in page.content, b"door-q" in page.content) == (200, True, False)
    refused = browser.post("/door/", {"step": "search", "q": "ama", "screen": "1"})
    assert (refused.status_code, b"Amara" in refused.content) == (403, False)


def test_the_door_speaks_the_language_of_the_house(door, amara):
    make.house(language="fr")
    door.answer = door.client.get("/door/", headers={"Accept-Language": "de"})
    assert ('lang="fr"' in door.body, "mardi" in door.words) == (True, True)


def test_reception_is_not_told_to_whom_the_tablet_belongs(door):
    """No member and no colleague is named on the home screen."""
    door.look()
    assert "Front door" not in door.body


# -- Practice ----------------------------------------------------------------------------------------------------------


def walk(door: AtTheDoor, words: str, name: str) -> str:
    door.search(words)
    if door.screen == "names":
        door.choose(name)
    if door.screen == "proof":
        door.prove("2580" if "Pepper" in name else "P1")
    return door.tap("arrive") if door.screen == "person" else door.screen


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("rob", "Robin G."),
        ("pep", "Pepper H."),
        ("sun", "Sunny F. Cat"),
        ("sun", "Sunny F. with my code or member number"),
        ("bcdf-ghjk-nprs", "Sunny F."),
    ],
)
def test_practising_changes_no_row(morning, amara, words, name):
    door = AtTheDoor("/door/practice/")
    door.look()  # makes the house
    before = snapshot()
    assert walk(door, words, name) == "done"
    assert "nothing is written down" in door.body
    assert snapshot() == before


def test_practising_knows_nobody_of_the_house_and_never_pauses(morning, amara):
    door = AtTheDoor("/door/practice/")
    assert [door.search("ama") for _ in range(12)] == ["nobody"] * 12
    assert (door.search("willow"), door.search("ro")) == ("many", "few")


def test_the_real_door_does_change_rows(door, amara):
    """The control of practising."""
    before = snapshot()
    assert walk(door, "ama", "Amara O.") == "done"
    assert snapshot() != before


def test_a_choice_of_practice_is_none_at_the_door(morning, amara):
    practice, door = AtTheDoor("/door/practice/"), AtTheDoor()
    practice.search("rob")
    practice.choose("Robin G.")
    assert door.post(step="tap", who=practice.who, action="arrive") == "again"


# -- What it costs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("crowd", [0, 30])
def test_a_tap_costs_the_same_however_many_belong_here(door, amara, crowd):
    """Eight statements; those that know the house and the tablet, and where transactions begin and end, apart."""
    for number in range(crowd):
        make.visit(make.member(f"Noor{number:02} Haddad"), dt.date(2026, 9, 1 + number))
    make.visit(amara, dt.date(2026, 9, 30), unit=make.unit("Kitchen"))
    who = person_screen(door)
    with CaptureQueriesContext(connection) as asked:
        door.post(step="tap", who=who, action="arrive")
    statements = [query["sql"] for query in asked.captured_queries if "SAVEPOINT" not in query["sql"]]
    assert [sql for sql in statements if "cache" in sql] == []
    assert len(statements) - 2 == 8
    assert Visit.objects.latest("pk").unit.name == "Kitchen"
