"""The day's people in four groups, each on the page once, for the same price however many they are."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities.models import OpenDay, SignUp
from attendance.day_sheet import MOST_RECENT
from attendance.models import CorrectionRequest, Visit
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
TUESDAY = dt.date(2026, 10, 6)
WEEK = dt.timedelta(weeks=1)


@pytest.fixture(autouse=True)
def on_tuesday_at_ten():
    with time_machine.travel(dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC), tick=False) as clock:
        yield clock


def states(page) -> dict[str, str]:
    """Member number -> state, as a script reads them; a person on the page twice fails."""
    tiles = re.findall(r'data-member-no="([^"]*)" data-state="(\w+)"', page.content.decode())
    assert len(tiles) == len(dict(tiles))
    return dict(tiles)


def sign_up(member, day=TUESDAY, **task):
    made = make.task(day=day, **task)
    return SignUp.objects.create(task=made, member=member, at=timezone.now(), by=member.user)


def test_everybody_stands_in_one_group(amara, noor, rosa, idris, stella, sam, as_):
    gone = make.member("Otto Kern", deceased_on=dt.date(2026, 10, 1))
    make.visit(gone, dt.date(2026, 9, 30))
    sign_up(amara)
    for weeks in (1, 3):
        make.visit(noor, TUESDAY - weeks * WEEK)
    make.visit(rosa, TUESDAY, "09:00", None)
    make.visit(idris, TUESDAY, "08:45", "09:30")
    make.visit(stella, dt.date(2026, 9, 1))
    make.member("Pilar Vega")  # never here yet
    expected = {amara: "expected", noor: "expected", rosa: "here", idris: "left", stella: "recent"}
    page = as_(sam).get("/arrivals/")
    assert states(page) == {member.member_no: state for member, state in expected.items()}
    assert states(as_(sam).get(f"/arrivals/{TUESDAY}/")) == states(page)


def test_the_page_shows_no_more_of_a_person_than_reception_needs(rosa, as_):
    make.visit(make.member("Pilar Vega", phone="555 0199", email="pilar@example.org"), TUESDAY, "09:00", None)
    page = as_(rosa).get("/arrivals/").content.decode()
    assert "Pilar V." in page
    for private in ("Vega", "555 0199", "pilar@example.org", "correct"):
        assert private not in page


def test_once_a_month_is_not_usual(amara, sam, as_):
    make.visit(amara, TUESDAY - WEEK)
    make.visit(amara, TUESDAY - 5 * WEEK)
    assert states(as_(sam).get("/arrivals/")) == {amara.member_no: "recent"}


def test_nobody_is_usually_here_on_a_closed_day(amara, noor, sam, as_):
    for weeks in (1, 2):
        make.visit(amara, TUESDAY - weeks * WEEK)
    sign_up(noor)
    OpenDay.objects.create(day=TUESDAY, is_open=False, note="House holiday")
    page = as_(sam).get("/arrivals/")
    assert states(page) == {amara.member_no: "recent", noor.member_no: "expected"}
    assert "closed (House holiday)" in page.content.decode()


def test_a_task_that_was_called_off_expects_nobody(amara, sam, as_):
    task = sign_up(amara).task
    task.called_off_at = timezone.now()
    task.save()
    assert states(as_(sam).get("/arrivals/")) == {}


def test_nobody_is_expected_after_today(amara, noor, sam, as_, on_tuesday_at_ten):
    sign_up(amara)
    for weeks in (1, 2):
        make.visit(noor, TUESDAY - weeks * WEEK)
    on_tuesday_at_ten.shift(dt.timedelta(days=1))
    assert states(as_(sam).get(f"/arrivals/{TUESDAY}/")) == {noor.member_no: "recent"}


def test_who_was_here_an_hour_ago_on_an_earlier_day_is_still_here(amara, noor, sam, as_, on_tuesday_at_ten):
    make.visit(amara, TUESDAY, "21:00", None, kind="social")
    make.visit(noor, TUESDAY, "09:00", None)
    on_tuesday_at_ten.move_to(dt.datetime(2026, 10, 7, 5, 0, tzinfo=dt.UTC))  # 1:00 on Wednesday
    assert states(as_(sam).get("/arrivals/")) == {amara.member_no: "here", noor.member_no: "recent"}


def test_the_latest_visit_says_where_somebody_is(amara, sam, as_):
    make.visit(amara, TUESDAY, "08:30", "09:00")
    make.visit(amara, TUESDAY, "09:30", None)
    assert states(as_(sam).get("/arrivals/")) == {amara.member_no: "here"}


def test_who_left_without_a_word_may_come_back(amara, sam, as_):
    make.visit(amara, TUESDAY, "08:30", None, ending="not_written")
    page = as_(sam).get("/arrivals/").content.decode()
    tile = re.search(r'data-state="left".*?</li>', page, re.DOTALL)[0]
    assert re.findall(r'name="action" value="(\w+)"', tile) == ["arrive"]
    assert "Came back" in tile


def test_two_people_with_one_name_are_told_apart(sam, as_):
    for name, number in [("Mary Smith", "A1"), ("Mary Smith", "A2"), ("Mary Stone", "A3"), ("Ana Park", "A4")]:
        make.visit(make.member(name, member_no=number), TUESDAY, "09:00", None)
    names = re.findall(r'class="tile-name">([^<]*)<', as_(sam).get("/arrivals/").content.decode())
    assert names == ["Ana P.", "Mary Smith (A1)", "Mary Smith (A2)", "Mary Stone"]


def test_another_day_says_which_and_proposes_times(amara, sam, as_):
    make.visit(amara, dt.date(2026, 10, 5), "09:00", None, ending="not_written")
    make.visit(make.member("Noor Haddad"), dt.date(2026, 10, 2))
    page = as_(sam).get("/arrivals/2026-10-05/").content.decode()
    assert "You are changing Monday 5 October." in page
    assert re.findall(r'name="at" value="([^"]*)"', page) == ["16:30", "08:30"]


def test_a_day_that_has_not_come(sam, amara, as_):
    make.visit(amara, dt.date(2026, 10, 5))
    page = as_(sam).get("/arrivals/2026-10-07/")
    assert (page.status_code, states(page)) == (200, {})
    assert "This day has not come yet." in page.content.decode()


@pytest.mark.parametrize("day", ["2026-02-30", "2026-13-01", "0000-00-00", "x", "9999-12-31"])
def test_what_is_no_day(sam, as_, day):
    assert as_(sam).get(f"/arrivals/{day}/").status_code == 404


def test_recent_shows_at_most_sixty(sam, as_):
    for number in range(MOST_RECENT + 3):
        make.visit(make.member(f"P{number} X"), TUESDAY - dt.timedelta(days=1 + number % 30))
    assert list(states(as_(sam).get("/arrivals/")).values()) == ["recent"] * 60


def test_the_kind_chosen_for_the_page_travels_with_each_tap(amara, sam, as_):
    make.visit(amara, dt.date(2026, 10, 5))
    chosen = '<input type="hidden" name="kind" value="virtual">'
    assert as_(sam).get("/arrivals/?kind=virtual").content.decode().count(chosen) == 2  # the search and one tile
    assert 'name="kind"' not in as_(sam).get("/arrivals/?kind=party").content.decode()


def test_staff_see_how_many_members_wait_for_an_answer(amara, sam, rosa, as_):
    CorrectionRequest.objects.create(member=amara, day=TUESDAY, words="Canary", asked_at=timezone.now())
    assert as_(sam).get("/arrivals/").context["corrections_waiting"] == 1
    assert "/arrivals/corrections/" not in as_(rosa).get("/arrivals/").content.decode()


def fill(people: int) -> None:
    units = [make.unit("Kitchen"), make.unit("Clerical")]
    for number in range(people):
        member = make.member(f"Person{number} Name{number}")
        units[number % 2].members.add(member)
        make.visit(member, TUESDAY - WEEK, unit=units[0])
        if number % 4 == 0:
            make.visit(member, TUESDAY, "09:00", None, unit=units[1])
        elif number % 4 == 1:
            make.visit(member, TUESDAY, "08:30", "09:00")
        elif number % 4 == 2:
            make.visit(member, TUESDAY - 2 * WEEK, unit=units[0])


@pytest.mark.parametrize("people", [3, 60])
def test_the_page_costs_eleven_queries_for_three_people_and_for_sixty(sam, as_, people):
    fill(people)
    client = as_(sam)
    client.get("/arrivals/")
    with CaptureQueriesContext(connection) as captured:
        page = client.get("/arrivals/")
    assert len(states(page)) == people
    # session, user, house; how far the book is, the day, who was here, expected, recent, units; corrections, numbers
    assert len(captured) == 11, "\n".join(query["sql"] for query in captured)


def test_the_sheet_on_paper_has_everybody_and_room(amara, noor, rosa, as_):
    make.visit(amara, TUESDAY, "09:00", None)
    make.visit(noor, dt.date(2026, 10, 1))
    page = as_(rosa).get(f"/arrivals/{TUESDAY}/sheet/").content.decode()
    assert re.findall(r'<th scope="row">([^<]*)<', page) == ["Amara O.", "Noor H."]
    assert page.count('<tr class="is-empty">') == 12


def test_looking_changes_nothing(amara, sam, as_):
    sign_up(amara)
    for url in ("/arrivals/", f"/arrivals/{TUESDAY}/sheet/"):
        as_(sam).get(url)
    as_(sam).post("/arrivals/", {"q": "amara"})
    assert Visit.objects.count() == 0
