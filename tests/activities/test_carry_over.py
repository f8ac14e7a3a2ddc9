"""What is left of the morning goes on in the afternoon, what is left of a day on the next open one."""

import datetime as dt
import re

import pytest
from django.urls import reverse
from django.utils import timezone

from activities import actions
from activities.models import LibraryTask, OpenDay, Part, RepeatingTask, SignUp, UnitTask, weekly
from members.models import AuditRecord, House
from tests import make

pytestmark = pytest.mark.django_db
MONDAY, TUESDAY, FRIDAY = dt.date(2026, 10, 5), dt.date(2026, 10, 6), dt.date(2026, 10, 9)
DAY = dt.timedelta(days=1)
MORNING, AFTERNOON = Part.MORNING, Part.AFTERNOON


@pytest.fixture
def at(time_machine):
    """`at(TUESDAY, 14)` puts the clock of the house there."""

    def set_clock(day: dt.date, hour: int) -> None:
        time_machine.move_to(House.objects.current().at(day, dt.time(hour)), tick=False)

    return set_clock


def where(task) -> tuple[dt.date, str]:
    return task.day, str(task.part)


def board() -> list[tuple]:
    return sorted((task.day, task.part, task.title, task.is_called_off) for task in UnitTask.objects.all())


def said(client, response) -> str:
    html = client.get(response.headers["Location"]).content.decode().split('id="messages"')[1]
    return re.sub(r"\s+", " ", re.search(r"<p>(.*?)</p>", html, re.DOTALL)[1]).strip()


# -- where it goes -----------------------------------------------------------------------------------------------------


def test_the_morning_goes_on_in_the_afternoon(at, meera, noor):
    at(TUESDAY, 13)
    known = LibraryTask.objects.create(unit=make.unit(), title="Shelves")
    details = {"places": 3, "good_to_know": "Bring gloves", "is_practice": True, "library_task": known}
    task = make.task("Shelves", day=TUESDAY, starts_at=dt.time(10), posted_by=noor.user, **details)
    SignUp.objects.create(task=task, member=noor, at=timezone.now(), by=noor.user)
    copy = actions.carry_over(task=task, by=meera.user)
    assert actions.carry_over(task=task, by=meera.user) == copy
    assert (where(copy), copy.starts_at, copy.carried_from) == ((TUESDAY, AFTERNOON), None, task)
    assert {name: getattr(copy, name) for name in details} == details
    assert (copy.unit, copy.posted_by, copy.repeats, copy.done_at) == (task.unit, noor.user, None, None)
    assert list(copy.sign_ups.all()) == []  # nobody is put up without their word
    assert list(AuditRecord.objects.values_list("verb", "by", "subject")) == [
        ("carry_over", meera.user.pk, f"activities.unittask {copy.pk}")
    ]


@pytest.mark.parametrize(
    ("day", "part", "now", "expected"),
    [
        (TUESDAY, MORNING, (TUESDAY, 9), (TUESDAY, AFTERNOON)),
        (TUESDAY, MORNING, (TUESDAY, 17), (TUESDAY + DAY, MORNING)),  # the house closed at half past four
        (TUESDAY, AFTERNOON, (TUESDAY, 14), (TUESDAY + DAY, AFTERNOON)),
        (FRIDAY, AFTERNOON, (FRIDAY, 15), (FRIDAY + 3 * DAY, AFTERNOON)),
        (MONDAY, MORNING, (TUESDAY, 9), (TUESDAY, MORNING)),
        (MONDAY, MORNING, (TUESDAY, 14), (TUESDAY, AFTERNOON)),  # this morning is over too
        (MONDAY, MORNING, (TUESDAY, 18), (TUESDAY + DAY, MORNING)),
        (MONDAY, AFTERNOON, (FRIDAY, 9), (FRIDAY, AFTERNOON)),
    ],
)
def test_where_it_goes(day, part, now, expected, at, meera):
    at(*now)
    assert where(actions.carry_over(task=make.task(day=day, part=part), by=meera.user)) == expected


def test_closed_days_are_skipped(at, meera):
    at(TUESDAY, 15)
    OpenDay.objects.create(day=TUESDAY + DAY, is_open=False, note="Snow")
    task = make.task(day=TUESDAY, part=AFTERNOON)
    assert where(actions.carry_over(task=task, by=meera.user)) == (TUESDAY + 2 * DAY, AFTERNOON)


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ((TUESDAY, MORNING), (TUESDAY, AFTERNOON), "From this morning"),
        ((TUESDAY, MORNING), (TUESDAY + DAY, MORNING), "From Tuesday morning"),
        ((FRIDAY, AFTERNOON), (FRIDAY + 3 * DAY, AFTERNOON), "From Friday afternoon"),
        ((TUESDAY, AFTERNOON), (TUESDAY + 7 * DAY, AFTERNOON), "From Tuesday 6 October"),
    ],
)
def test_it_says_where_it_came_from(before, after, words, at, as_, amara):
    at(after[0], 9)
    task = make.task("Shelves", day=before[0], part=before[1])
    copy = make.task("Shelves", day=after[0], part=after[1], carried_from=task)
    html = as_(amara).get(f"/tasks/{copy.day}/").content.decode().split(f'data-task="{copy.pk}"')[1]
    assert words in re.sub(r"\s+", " ", html)


# -- refusals ----------------------------------------------------------------------------------------------------------


def test_refusals(at, meera):
    at(TUESDAY, 14)

    def refused(task) -> str:
        with pytest.raises(REFUSALS[task.title]) as refusal:
            actions.carry_over(task=task, by=meera.user)
        return str(refusal.value)

    again = make.task("Dishes", day=MONDAY, part=AFTERNOON)
    make.task("dishes", day=TUESDAY)
    assert [
        refused(make.task("Done", day=TUESDAY, done_at=timezone.now())),
        refused(make.task("Called off", day=TUESDAY, called_off_at=timezone.now())),
        refused(make.task("Ahead", day=TUESDAY + DAY)),
        refused(again),
    ] == [
        "“Done” is done. Nothing is left of it.",
        "“Called off” was called off.",
        "That day has not come yet. Wait and see what is left.",
        "“Dishes” stands on that day's board anyway.",
    ]
    assert not UnitTask.objects.filter(carried_from__isnull=False).exists()


REFUSALS = {
    "Done": actions.TaskDone,
    "Called off": actions.TaskCalledOff,
    "Ahead": actions.DayNotBegun,
    "Dishes": actions.ComesAgainAnyway,
}


def test_a_house_that_stays_closed(at, meera):
    at(TUESDAY, 18)
    for days in range(1, 70):
        OpenDay.objects.create(day=TUESDAY + days * DAY, is_open=False)
    with pytest.raises(actions.NoOpenDay, match="closed for a long time"):
        actions.carry_over(task=make.task(day=TUESDAY), by=meera.user)


# -- leaving it after all ----------------------------------------------------------------------------------------------


def test_leave_it_after_all(at, meera, noor):
    at(TUESDAY, 13)
    task = make.task("Shelves", day=TUESDAY)
    copy = actions.carry_over(task=task, by=meera.user)
    actions.leave_after_all(task=copy, by=meera.user)
    actions.leave_after_all(task=copy, by=meera.user)
    assert board() == [(TUESDAY, MORNING, "Shelves", False)]
    again = actions.carry_over(task=task, by=meera.user)
    actions.sign_up(task=again, member=noor, by=noor.user)
    actions.leave_after_all(task=again, by=meera.user)
    assert board() == [(TUESDAY, AFTERNOON, "Shelves", True), (TUESDAY, MORNING, "Shelves", False)]
    assert actions.carry_over(task=task, by=meera.user) == again
    again.refresh_from_db()
    assert (again.is_called_off, again.sign_ups.count()) == (False, 1)


def test_what_is_done_or_went_on_is_not_left(at, meera):
    at(TUESDAY, 13)
    copy = actions.carry_over(task=make.task("Shelves", day=TUESDAY), by=meera.user)
    actions.carry_over(task=copy, by=meera.user)
    with pytest.raises(actions.CarriedOn, match="Leave that one first"):
        actions.leave_after_all(task=copy, by=meera.user)
    done = actions.carry_over(task=make.task("Windows", day=TUESDAY), by=meera.user)
    UnitTask.objects.filter(pk=done.pk).update(done_at=timezone.now())
    with pytest.raises(actions.TaskDone, match="It stays on the board"):
        actions.leave_after_all(task=done, by=meera.user)


def test_all_of_the_morning_and_one_undo(at, meera, noor):
    at(TUESDAY, 13)
    for title in ("Shelves", "Windows"):
        make.task(title, day=TUESDAY)
    make.task("Lunch", day=TUESDAY, done_at=timezone.now())
    make.task("Dishes", day=TUESDAY, part=AFTERNOON)
    make.task("Dishes", day=TUESDAY)  # stands in the afternoon anyway
    make.task("Tour", day=TUESDAY, called_off_at=timezone.now())
    before = board()
    carried = actions.carry_over_all(day=TUESDAY, by=meera.user)
    assert [(task.title, where(task)) for task in carried] == [
        ("Shelves", (TUESDAY, AFTERNOON)), ("Windows", (TUESDAY, AFTERNOON)),
    ]  # fmt: skip
    assert actions.carry_over_all(day=TUESDAY, by=meera.user) == []
    actions.leave_all_after_all(tasks=carried, by=meera.user)
    assert board() == before


# -- by itself ---------------------------------------------------------------------------------------------------------


def test_it_goes_on_by_itself_until_it_is_done(at, meera):
    at(FRIDAY, 9)
    make.task("Shelves", day=FRIDAY, carries_over=True)
    make.task("Lunch", day=FRIDAY)  # does not
    make.task("Windows", day=FRIDAY, carries_over=True, done_at=timezone.now())
    assert actions.carry_over_by_itself() == 0  # the day is not over
    at(FRIDAY + 3 * DAY, 7)
    assert [actions.carry_over_by_itself() for _ in range(3)] == [1, 0, 0]
    copy = UnitTask.objects.get(carried_from__title="Shelves")
    assert (where(copy), copy.carries_over) == ((FRIDAY + 3 * DAY, MORNING), True)
    at(FRIDAY + 4 * DAY, 7)
    assert actions.carry_over_by_itself() == 1
    UnitTask.objects.update(done_at=timezone.now())
    at(FRIDAY + 5 * DAY, 7)
    assert actions.carry_over_by_itself() == 0


def test_what_was_left_after_all_stays_left(at, meera):
    make.task("Shelves", day=MONDAY, carries_over=True)
    at(TUESDAY, 7)
    actions.carry_over_by_itself()
    actions.leave_after_all(task=UnitTask.objects.get(day=TUESDAY), by=meera.user)
    assert (actions.carry_over_by_itself(), board()) == (0, [(MONDAY, MORNING, "Shelves", False)])


def repeating(weekdays: list[int], **fields) -> RepeatingTask:
    return RepeatingTask.objects.create(
        unit=make.unit(), title="Dishes", rule=weekly(weekdays), starts_on=MONDAY, carries_over=True, **fields
    )


def test_what_comes_again_that_day_is_not_carried_over(at):
    repeats = repeating([0, 1])
    make.task("Dishes", day=MONDAY, repeats=repeats, carries_over=True)
    at(TUESDAY, 7)  # Tuesday's is not even made yet
    assert actions.carry_over_by_itself() == 0
    make.task("Dishes", day=TUESDAY, repeats=repeats, carries_over=True, done_at=timezone.now())
    at(TUESDAY + DAY, 7)  # Tuesday's took over from Monday's
    assert actions.carry_over_by_itself() == 0


def test_a_day_that_was_called_off_was_called_off_on_purpose(at):
    repeats = repeating([0, 1])
    make.task("Dishes", day=MONDAY, repeats=repeats, carries_over=True)
    make.task("Dishes", day=TUESDAY, repeats=repeats, called_off_at=timezone.now())
    at(TUESDAY, 7)
    assert actions.carry_over_by_itself() == 0


@pytest.mark.once
@pytest.mark.parametrize(
    ("weekdays", "closed", "awake"),
    [
        ([], [], []),
        ([], [1, 7], [2, 3]),
        ([0, 1], [], [3]),
        ([0, 2], [], [1]),  # the copy of Tuesday is older than what came on Wednesday
        ([0, 3], [3], [2, 4]),
        ([0, 1, 2, 3, 4], [2], [2, 5, 6]),
    ],
)
def test_late_or_twice_changes_nothing_more(weekdays, closed, awake, at):
    """Whenever the machine was on: the board of the last day is the one of a machine that was never off."""
    last = 8

    def board_after(mornings: list[int]) -> list[tuple]:
        UnitTask.objects.all().delete()
        RepeatingTask.objects.all().delete()
        at(MONDAY, 9)
        make.task("Shelves", day=MONDAY, carries_over=True)
        if weekdays:
            make.task("Dishes", day=MONDAY, repeats=repeating(weekdays), carries_over=True)
            actions.make_repeating_tasks()
        for days in mornings:
            at(MONDAY + days * DAY, 7)
            if days == last:  # the evening before, the dishes were done
                UnitTask.objects.filter(day=MONDAY + 7 * DAY, title="Dishes").update(done_at=timezone.now())
            for _ in range(2):
                actions.carry_over_by_itself()
        return [task for task in board() if task[0] == MONDAY + last * DAY]

    for days in closed:
        OpenDay.objects.create(day=MONDAY + days * DAY, is_open=False)
    never_off = board_after(list(range(1, last + 1)))
    assert board_after([*awake, last]) == never_off
    assert [task for task in never_off if task[2] == "Shelves"] == [(MONDAY + last * DAY, MORNING, "Shelves", False)]


# -- the pages ---------------------------------------------------------------------------------------------------------


def test_the_card_offers_it_to_who_runs_the_meeting(at, as_, meera, amara):
    at(TUESDAY, 13)
    task = make.task("Shelves", day=TUESDAY)
    assert "Carry over" not in as_(amara).get("/tasks/").content.decode()
    client = as_(meera)
    assert "Carry over" in client.get("/tasks/").content.decode()
    address = reverse("activities:carry_over", args=[task.pk])
    answer = client.post(address, headers={"HX-Request": "true"}).content.decode()
    copy = UnitTask.objects.get(carried_from=task)
    assert "Goes on this afternoon" in answer and "Leave it after all" in answer and "Carry over" not in answer
    assert "“Shelves” goes on in the afternoon." in answer
    answer = client.post(reverse("activities:leave_after_all", args=[copy.pk]))
    assert said(client, answer) == "“Shelves” is left after all."
    assert board() == [(TUESDAY, MORNING, "Shelves", False)]


def test_a_refusal_is_said(at, as_, meera):
    at(TUESDAY, 13)
    task = make.task("Shelves", day=TUESDAY, done_at=timezone.now())
    client = as_(meera)
    answer = client.post(reverse("activities:carry_over", args=[task.pk]))
    assert said(client, answer) == "“Shelves” is done. Nothing is left of it."


def test_everything_that_is_left_in_one_tap(at, as_, meera):
    at(TUESDAY, 13)
    for title in ("Shelves", "Windows"):
        make.task(title, day=TUESDAY)
    make.task("Dishes", day=TUESDAY, part=AFTERNOON)
    client, address = as_(meera), reverse("activities:carry_over_all", args=[TUESDAY])
    assert "2 tasks of the morning are left." in client.get("/tasks/").content.decode()
    html = client.get(client.post(address).headers["Location"]).content.decode()
    assert "2 tasks are carried over." in html
    undo = re.search(r'action="(/tasks/leave/[^"]*)"', html)[1]
    assert said(client, client.post(address)) == "Nothing is left to carry over."
    assert said(client, client.post(undo)) == "They are left after all."
    assert board() == [
        (TUESDAY, AFTERNOON, "Dishes", False),
        (TUESDAY, MORNING, "Shelves", False),
        (TUESDAY, MORNING, "Windows", False),
    ]
    at(TUESDAY + DAY, 9)
    client = as_(meera)
    assert "3 tasks are left." in client.get(f"/tasks/{TUESDAY}/").content.decode()
    client.post(address)
    assert UnitTask.objects.filter(day=TUESDAY + DAY).count() == 3


def test_the_bar_is_for_who_runs_the_meeting_after_noon(at, as_, meera, amara):
    at(TUESDAY, 11)
    make.task("Shelves", day=TUESDAY)
    assert "Carry over what is left" not in as_(meera).get("/tasks/").content.decode()
    at(TUESDAY, 12)
    assert "Carry over what is left" in as_(meera).get("/tasks/").content.decode()
    assert "Carry over what is left" not in as_(amara).get("/tasks/").content.decode()


@pytest.mark.parametrize("tasks", ["", "x", "1,x,,99999999999999999999", "0"])
def test_odd_numbers_leave_nothing(tasks, at, as_, meera):
    at(TUESDAY, 13)
    make.task("Shelves", day=TUESDAY)
    assert as_(meera).post(f"/tasks/leave/?tasks={tasks}").status_code == 302
    assert board() == [(TUESDAY, MORNING, "Shelves", False)]
