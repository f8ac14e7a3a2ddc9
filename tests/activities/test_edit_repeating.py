"""One day of a repeating task changes alone, or this day and all later ones."""

import datetime as dt

import pytest

from activities import actions, tasks
from activities.models import OpeningHours, OpeningWeek, Part, RepeatingTask, UnitTask, weekly
from members.models import AuditRecord, House
from tests import make

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 10, 5)
MONDAY, ONE_WEEK = 0, dt.timedelta(days=7)


@pytest.fixture
def monday_morning(db, time_machine):
    """Monday 5 October 2026, 8:00; open on Mondays."""
    week = OpeningWeek.objects.create(starts_on=dt.date(2026, 1, 1))
    OpeningHours.objects.create(week=week, weekday=MONDAY, opens_at=dt.time(9), closes_at=dt.time(17))
    time_machine.move_to(House.objects.current().at(TODAY, dt.time(8)), tick=False)


# -- one day alone -----------------------------------------------------------------------------------------------------


def test_one_day_stays_as_it_was_changed_and_a_day_called_off_stays_away(monday_morning, sam, time_machine):
    actions.post_task(
        unit=make.unit(), title="Dishes", part=Part.AFTERNOON, places=2, day=TODAY,
        rule=weekly([MONDAY], every=2), by=sam.user,
    )  # fmt: skip
    _first, changed, called_off = UnitTask.objects.order_by("day")
    actions.edit_task(
        task=changed, title="Dishes and oven", part=Part.MORNING, places=5, is_practice=True, carries_over=True,
        by=sam.user,
    )  # fmt: skip
    actions.call_off_task(task=called_off, by=sam.user)

    def on_the_board():
        standing = UnitTask.objects.standing().order_by("day")
        return list(standing.values_list("day", "title", "part", "places", "is_practice", "carries_over"))

    stands = [
        (dt.date(2026, 10, 5), "Dishes", "afternoon", 2, False, False),
        (dt.date(2026, 10, 19), "Dishes and oven", "morning", 5, True, True),
    ]
    assert tasks.make_repeating_tasks() == 0
    assert on_the_board() == stands
    time_machine.move_to(House.objects.current().at(dt.date(2026, 10, 19), dt.time(8)), tick=False)
    assert tasks.make_repeating_tasks() == 1
    assert on_the_board() == [*stands, (dt.date(2026, 11, 16), "Dishes", "afternoon", 2, False, False)]


# -- this day and all later ones ---------------------------------------------------------------------------------------


@pytest.fixture
def mondays(monday_morning, sam):
    """Dishes on five Mondays, the first of them today."""
    actions.post_task(
        unit=make.unit(), title="Dishes", part=Part.AFTERNOON, places=2, day=TODAY, rule=weekly([MONDAY]), by=sam.user
    )
    return list(UnitTask.objects.order_by("day"))


def change(client, task, **fields):
    right = {"title": "Dishes", "part": "afternoon", "starts_at": "", "places": "2", "good_to_know": ""}
    return client.post(f"/tasks/{task.pk}/edit/", right | fields)


def board() -> list[tuple]:
    return list(UnitTask.objects.standing().order_by("day").values_list("day", "title", "places"))


def test_only_this_day_is_what_saving_means(as_, sam, mondays):
    change(as_(sam), mondays[1], places="4")
    assert [places for _day, _title, places in board()] == [2, 4, 2, 2, 2]
    assert RepeatingTask.objects.get().places == 2


def test_this_day_and_all_later_ones_but_for_those_that_somebody_changed(as_, sam, amara, noor, mondays, time_machine):
    client = as_(sam)
    _first, second, third, fourth, fifth = mondays
    change(client, third, title="Dishes and oven")
    actions.call_off_task(task=fourth, by=sam.user)
    for member in (amara, noor):
        actions.sign_up(task=fifth, member=member, by=member.user)
    response = change(client, second, places="1", part="morning", is_practice="on", and_coming="yes")
    assert response.status_code == 302
    assert board() == [
        (TODAY, "Dishes", 2),
        (TODAY + ONE_WEEK, "Dishes", 1),
        (TODAY + 2 * ONE_WEEK, "Dishes and oven", 2),
        (TODAY + 4 * ONE_WEEK, "Dishes", 2),  # both who are on it stay
    ]
    fifth.refresh_from_db()
    assert (fifth.part, fifth.is_practice, fifth.sign_ups.count()) == ("morning", True, 2)
    time_machine.move_to(House.objects.current().at(TODAY + ONE_WEEK, dt.time(8)), tick=False)
    assert tasks.make_repeating_tasks() == 1
    new = UnitTask.objects.latest("day")
    assert (new.day, new.places, new.part, new.is_practice) == (TODAY + 5 * ONE_WEEK, 1, "morning", True)


def test_more_places_on_later_days_let_who_waits_move_up(as_, sam, amara, noor, rosa, mondays):
    for member in (amara, noor):
        actions.sign_up(task=mondays[2], member=member, by=member.user)
    actions.wait(task=mondays[2], member=rosa, by=rosa.user)
    change(as_(sam), mondays[0], places="3", and_coming="yes")
    assert [sign_up.member for sign_up in mondays[2].sign_ups.all()] == [amara, noor, rosa]


def test_a_day_that_has_more_people_than_places_is_refused_and_nothing_changes(as_, sam, amara, noor, mondays):
    for member in (amara, noor):
        actions.sign_up(task=mondays[0], member=member, by=member.user)
    response = change(as_(sam), mondays[0], places="1", and_coming="yes")
    assert list(response.context["form"].errors) == ["places"]
    assert [places for _day, _title, places in board()] == [2, 2, 2, 2, 2]


def test_the_rule_of_somebody_else_is_not_a_members_to_change(as_, sam, amara, mondays):
    make.house(members_may_post_tasks=True)
    UnitTask.objects.filter(pk=mondays[0].pk).update(posted_by=amara.user)
    change(as_(amara), mondays[0], places="4", and_coming="yes")
    assert [places for _day, _title, places in board()] == [4, 2, 2, 2, 2]
    assert "This day and all later ones" not in as_(amara).get(f"/tasks/{mondays[0].pk}/edit/").content.decode()
    assert "This day and all later ones" in as_(sam).get(f"/tasks/{mondays[0].pk}/edit/").content.decode()


def test_a_task_that_stands_once_asks_nothing_about_days(as_, sam, monday_morning):
    task = make.task("Soup", day=TODAY)
    assert "Which days?" not in as_(sam).get(f"/tasks/{task.pk}/edit/").content.decode()


def test_saving_it_twice_writes_it_down_once(as_, sam, mondays):
    for _tap in range(2):
        change(as_(sam), mondays[0], places="3", and_coming="yes")
    assert [(record.verb, record.after) for record in AuditRecord.objects.all()][1:] == [
        ("edit_task", {"places": 3, "and_coming": True})
    ]
