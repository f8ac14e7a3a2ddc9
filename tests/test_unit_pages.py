"""The units as everybody sees them: their work, their meetings, and who may know who is here."""

import datetime as dt
import re
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from activities.models import OpenDay, SignUp
from attendance.models import ReachOut
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
TUESDAY = dt.datetime(2026, 10, 6, 8, 45, tzinfo=ZoneInfo("America/New_York"))


@pytest.fixture
def clock(db):
    """A Tuesday, a quarter to nine; the story moves it."""
    with time_machine.travel(TUESDAY, tick=False) as traveller:
        make.house(time_zone="America/New_York")
        yield traveller


@pytest.fixture
def kitchen(clock):
    times = {"morning_meeting_at": dt.time(9), "afternoon_meeting_at": dt.time(13)}
    return make.unit("Kitchen", icon="kitchen", description="We cook. Come and stir.", **times)


def page_of(browser, unit):
    return browser.get(reverse("unit", args=[unit.pk]))


def words(answer) -> str:
    page = answer.content.decode()
    main = page[page.index("<main") : page.index("</main>")]
    return " ".join(re.sub(r"<[^>]*>", " ", main).split())


def at(day: int, hour: int, minute: int = 0) -> dt.datetime:
    return TUESDAY.replace(day=day, hour=hour, minute=minute)


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (at(6, 8, 45), "today, 9 am"),
        (at(6, 9), "today, 9 am"),
        (at(6, 9, 1), "today, 1 pm"),
        (at(6, 13, 1), "Wednesday 7 October, 9 am"),
        (at(7, 12), "Monday 12 October, 9 am"),  # a short day, and two closed ones
        (at(10, 10), "Monday 12 October, 9 am"),  # a weekend
        (at(12, 14), "Tuesday 13 October, 1 pm"),  # the doors open late
    ],
)
def test_the_next_meeting_is_on_an_open_day_while_the_house_is_open(kitchen, clock, as_, amara, now, said):
    OpenDay.objects.create(day=dt.date(2026, 10, 7), is_open=True, closes_at=dt.time(12, 30), note="Short day")
    for day in (8, 9):
        OpenDay.objects.create(day=dt.date(2026, 10, day), is_open=False, note="Painting")
    OpenDay.objects.create(day=dt.date(2026, 10, 13), is_open=True, opens_at=dt.time(10), note="Late")
    clock.move_to(now)
    assert page_of(as_(amara), kitchen).context["next_meeting"] == said
    assert [line.next_meeting for line in as_(amara).get("/units/").context["lines"]] == [said]


def test_a_unit_without_meeting_times_says_so_kindly(clock, as_, amara):
    page = page_of(as_(amara), make.unit("Garden"))
    assert page.context["next_meeting"] == ""
    assert "No meeting time is set yet. Ask a colleague in the unit." in words(page)


def test_amara_reads_what_the_kitchen_does_today(kitchen, as_, amara, noor, sam):
    ines = make.staff("Ines Moss", name_to_use="Inie")
    kitchen.staff.add(sam, ines, make.staff("Otto Gone", ended_on=dt.date(2026, 9, 1)))
    lunch = make.task("Lunch", unit=kitchen, places=3)
    SignUp.objects.create(task=lunch, member=noor, at=timezone.now(), by=noor.user)
    full = make.task("Till", unit=kitchen, places=1, part="afternoon", starts_at=dt.time(13, 30))
    SignUp.objects.create(task=full, member=noor, at=timezone.now(), by=noor.user)
    make.task("Dishes", unit=kitchen, places=1, part="afternoon", done_at=timezone.now())
    make.task("Soup", unit=kitchen, called_off_at=timezone.now())
    make.task("Bread", unit=kitchen, day=dt.date(2026, 10, 7))
    make.task("Weeds", unit=make.unit("Garden"))
    page = page_of(as_(amara), kitchen)
    assert [(task.title, task.free) for task in page.context["tasks"]] == [("Lunch", 2), ("Dishes", 1), ("Till", 0)]
    said = words(page)
    assert "Lunch 2 places free Dishes Done Till 1:30 pm · Full" in said
    assert "Next meeting: today, 9 am We meet each open day at 9 am and 1 pm." in said
    assert page.context["staff"] == ["Inie", "Sam"]
    assert page_of(as_(sam), kitchen).context["staff"] == ["Ines Moss", "Sam Rivers"]
    assert f'href="/tasks/#unit-{kitchen.pk}"' in page.content.decode()
    assert [(line.unit.name, line.room) for line in as_(amara).get("/units/").context["lines"]] == [
        ("Garden", 1), ("Kitchen", 1),
    ]  # fmt: skip


def test_who_is_here_is_for_those_who_see_arrivals(kitchen, as_, amara, noor, rosa, meera, sam, dana):
    canary = make.member("Canary Bird")
    make.visit(canary, arrived="08:40", left=None, unit=kitchen)
    make.visit(make.member("Ada Left"), arrived="08:31", left="08:40", unit=kitchen)
    make.visit(make.member("Bo Garden"), arrived="08:31", left=None, unit=make.unit("Garden"))
    make.visit(make.member("Cy Yesterday"), dt.date(2026, 10, 5), left=None, unit=kitchen)
    for colleague in (rosa, sam, dana):
        page = page_of(as_(colleague), kitchen)
        assert [person.name for person in page.context["here"]] == ["Canary B."]
        assert "Canary B." in words(page)
    for other in (amara, noor, meera):
        kitchen.members.add(other)
        page = page_of(as_(other), kitchen)
        assert page.context["here"] is None
        assert "Canary" not in page.content.decode()
        assert "In today's work" not in words(page)


def test_reach_out_is_a_number_for_the_unit(kitchen, as_, amara, noor, idris, sam):
    garden, stranger = make.unit("Garden"), make.account(make.staff("Ines Moss"))
    kitchen.staff.add(sam)
    kitchen.members.add(idris)
    garden.members.add(idris)  # in two units: once for each

    def reached(by, when):
        ReachOut.objects.create(member=noor, at=when, channel="phone", replied=True, by=by)

    assert page_of(as_(amara), kitchen).context["reach_outs"] == 0
    reached(sam.user, at(5, 0))  # Monday, the first minute
    reached(idris.user, at(6, 8))
    reached(sam.user, at(4, 23, 59))  # last week
    reached(stranger, at(6, 8, 10))
    reached(None, at(6, 8, 20))
    page = page_of(as_(amara), kitchen)
    assert (page.context["reach_outs"], page_of(as_(amara), garden).context["reach_outs"]) == (2, 1)
    assert "This week our unit got in touch 2 times with people we miss." in words(page)
    assert [name for name in ("Noor", "Idris", "Haddad", "Bello") if name in page.content.decode()] == []


def test_the_pages_know_what_is_my_home_base(kitchen, as_, amara, sam):
    garden = make.unit("Garden")
    kitchen.members.add(amara)
    lines = as_(amara).get("/units/").context["lines"]
    assert [(line.unit, line.is_mine) for line in lines] == [(garden, False), (kitchen, True)]
    buttons = {
        unit: re.findall(r'name="action" value="(\w+)"', page_of(as_(amara), unit).content.decode())
        for unit in (kitchen, garden)
    }
    assert buttons == {kitchen: ["leave"], garden: ["choose"]}
    assert 'name="action"' not in page_of(as_(sam), kitchen).content.decode()
    assert "My units Kitchen" in words(as_(amara).get("/me/"))


def test_the_way_to_the_units(kitchen, as_, amara, sam):
    for person, pages in [(amara, ["/me/", "/tasks/"]), (sam, ["/tasks/"])]:
        browser = as_(person)
        assert [page for page in pages if 'href="/units/"' not in browser.get(page).content.decode()] == []


def test_the_pages_ask_the_same_for_one_and_for_three(kitchen, as_, amara, sam, rosa, django_assert_num_queries):
    browsers = {person: as_(person) for person in (amara, sam)}
    for browser in browsers.values():
        browser.get("/units/")
    for many in (1, 3):
        for n in range(many):
            make.unit(f"Unit {many} {n}", morning_meeting_at=dt.time(9)).members.add(amara)
            kitchen.staff.add(make.staff(f"Ines{n} Moss"))
            SignUp.objects.create(task=make.task(unit=kitchen), member=rosa, at=timezone.now(), by=rosa.user)
            make.visit(make.member("Ana Lind"), arrived="08:40", left=None, unit=kitchen)
        with django_assert_num_queries(9):
            browsers[amara].get("/units/")
        with django_assert_num_queries(12):
            page_of(browsers[amara], kitchen)
        with django_assert_num_queries(17):
            page_of(browsers[sam], kitchen)


@pytest.mark.parametrize("address", ["/units/", "/units/{}/"])
def test_a_members_pages_stay_short(kitchen, as_, amara, address):
    """At most seven links and 150 words (handbook, "Member's pages"), in a house of four units and a busy day."""
    kitchen.description = "We cook lunch for fifty. Come and chop, stir, bake or set the table. You can learn it here."
    kitchen.save()
    for name in ("Clerical", "Hospitality", "Employment & Education"):
        make.unit(name, description=kitchen.description, morning_meeting_at=dt.time(9)).members.add(amara)
    for n in range(8):
        make.task(f"Lunch for {n}", unit=kitchen, starts_at=dt.time(9, 30))
    page = as_(amara).get(address.format(kitchen.pk))
    main = page.content.decode().partition("<main")[2].partition("</main>")[0]
    assert main.count("<a ") <= 7
    assert "and 3 more" in main or address == "/units/"
    assert len(words(page).split()) <= 150
