"""Sam posts the house's work, changes it, calls it off, and lets it repeat."""

import datetime as dt

import pytest
from django.utils import timezone

from activities import actions, tasks
from activities.models import OpenDay, OpeningHours, OpeningWeek, Part, RepeatingTask, SignUp, UnitTask, weekly
from members.models import AuditRecord, House, Message
from tests import make
from tests.members.notes import wish

pytestmark = [pytest.mark.page, pytest.mark.django_db]
MONDAY = dt.date(2026, 10, 5)


@pytest.fixture(autouse=True)
def monday_morning(time_machine):
    """Monday 5 October 2026, 8:00; open Monday to Friday."""
    week = OpeningWeek.objects.create(starts_on=dt.date(2026, 1, 1))
    for weekday in range(5):
        OpeningHours.objects.create(week=week, weekday=weekday, opens_at=dt.time(8, 30), closes_at=dt.time(16, 30))
    time_machine.move_to(House.objects.current().at(MONDAY, dt.time(8)), tick=False)


def day(number: int) -> dt.date:
    return dt.date(2026, 10, number)


def post(by, **fields):
    """The action, with what most stories do not care about."""
    right = {"unit": make.unit(), "title": "Dishes", "part": Part.AFTERNOON, "places": 2, "day": MONDAY}
    return actions.post_task(**right | fields, by=by.user)


def filled_in(**fields) -> dict:
    """The form, as a browser sends it."""
    right = {
        "unit": make.unit().pk, "title": "Lunch for 50", "part": "morning", "starts_at": "9:30", "places": "4",
        "day": "2026-10-06", "good_to_know": "Meet at the stove", "until": "",
    }  # fmt: skip
    return right | fields


def errors(response) -> dict:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


# -- posting -----------------------------------------------------------------------------------------------------------


def test_sam_posts_a_task(as_, sam):
    client = as_(sam)
    response = client.post("/tasks/post/", filled_in())
    task = UnitTask.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/tasks/2026-10-06/#task-{task.pk}")
    assert (task.title, task.part, task.starts_at, task.places, task.day, task.good_to_know, task.posted_by) == (
        "Lunch for 50", "morning", dt.time(9, 30), 4, day(6), "Meet at the stove", sam.user,
    )  # fmt: skip
    assert task.repeats is None
    record = AuditRecord.objects.get()
    assert (record.verb, record.by, record.about, record.subject) == (
        "post_task", sam.user, None, f"activities.unittask {task.pk}",
    )  # fmt: skip
    assert "“Lunch for 50” is on the board." in client.get("/tasks/2026-10-06/").content.decode()


def test_the_same_work_posted_twice_is_one_task(as_, sam):
    client = as_(sam)
    for _tap in range(2):
        client.post("/tasks/post/", filled_in(repeats="weekly", weekdays=["0", "1"]))
    assert UnitTask.objects.filter(day=day(6)).count() == 1
    assert RepeatingTask.objects.count() == 1


def test_a_task_once_posted_may_be_posted_again_to_repeat(sam):
    once = post(sam)
    again = post(sam, rule=weekly([0]))
    assert (again.pk, again.repeats is None) == (once.pk, False)
    assert list(UnitTask.objects.order_by("day").values_list("day", flat=True)) == [
        day(5), day(12), day(19), day(26), dt.date(2026, 11, 2),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("day", "2026-10-04", "That day is over. Choose today or a later day."),
        ("day", "", "Choose a day."),
        ("day", "2026-02-30", "Write the day like 2026-10-05."),
        ("day", "9999-12-31", "That is far away. Choose a day within the coming year."),
        ("places", "0", "Write a number from 1 to 60."),
        ("places", "9999", "Write a number from 1 to 60."),
        ("places", "-1", "Write a number from 1 to 60."),
        ("places", "many", "Write a number from 1 to 60."),
        ("places", "9" * 40, "Write a number from 1 to 60."),
        ("title", "   ", "Give the task a name, like “Lunch for 50”."),
        ("title", "x" * 81, "Keep the name under 80 letters. The rest fits in “Good to know”."),
        ("good_to_know", "x" * 201, "Keep this under 200 letters."),
        ("unit", "999", "Choose a unit."),
        ("unit", "x", "Choose a unit."),
        ("part", "night", "Choose morning or afternoon."),
        ("part", "", "Choose morning or afternoon."),
        ("starts_at", "25:99", "Write the time like 9:30."),
        ("starts_at", "14:00", "That time is in the afternoon. Change the time, or choose Afternoon."),
        ("repeats", "daily", "Choose one of the four."),
        ("weekdays", ["7"], "Choose from the days of the week."),
        ("weekdays", ["x"], "Choose from the days of the week."),
        ("nth", "5", "Choose from first to last."),
        ("weekday", "7", "Choose from the days of the week."),
        ("until", "next week", "Write the day like 2026-10-05."),
    ],
)
def test_what_is_not_right_is_said_beside_its_field(field, value, sentence, as_, sam):
    response = as_(sam).post("/tasks/post/", filled_in(**{field: value}))
    assert response.status_code == 200
    assert errors(response) == {field: [sentence]}
    assert (UnitTask.objects.count(), AuditRecord.objects.count()) == (0, 0)


def test_a_last_day_before_the_first_is_refused(as_, sam):
    response = as_(sam).post("/tasks/post/", filled_in(repeats="weekly", weekdays=["1"], until="2026-10-05"))
    assert errors(response) == {
        "until": ["The last day comes before the first one. Choose a later day, or leave it empty."]
    }
    assert UnitTask.objects.count() == RepeatingTask.objects.count() == 0


@pytest.mark.parametrize("ticked", [{"until": "2026-12-01"}, {"weekdays": ["1"]}])
def test_days_without_how_often_are_pointed_out(ticked, as_, sam):
    response = as_(sam).post("/tasks/post/", filled_in(**ticked))
    assert errors(response) == {"repeats": ["Say how often, too. Or leave the days below empty."]}
    assert UnitTask.objects.count() == 0


def test_an_afternoon_task_at_nine_is_pointed_out(as_, sam):
    response = as_(sam).post("/tasks/post/", filled_in(part="afternoon", starts_at="9:00"))
    assert errors(response) == {"starts_at": ["That time is in the morning. Change the time, or choose Morning."]}


def test_the_action_itself_refuses_the_past(sam):
    with pytest.raises(actions.DayIsOver):
        post(sam, day=day(4))


@pytest.mark.parametrize(
    "query", ["?day=x&unit=x", "?day=9999-12-31", "?day=2020-01-01", "?unit=99999999999999999999", ""]
)
def test_an_odd_link_to_the_form_still_opens_it(query, as_, sam):
    make.unit()
    assert as_(sam).get(f"/tasks/post/{query}").status_code == 200


def test_the_form_offers_the_day_that_was_looked_at_and_the_library(as_, sam):
    make.unit()
    html = as_(sam).get("/tasks/post/?day=2026-10-07").content.decode()
    assert 'value="2026-10-07"' in html
    assert html.count("<option value=") >= 25 and '<option value="Newsletter">' in html


def test_a_house_without_units_is_told_what_to_do(as_, sam):
    assert "the house has none yet" in as_(sam).get("/tasks/post/").content.decode()


def test_members_post_only_where_the_house_says_so(as_, amara):
    client = as_(amara)
    assert client.get("/tasks/post/").status_code == 403
    assert client.post("/tasks/post/", filled_in()).status_code == 403
    assert "/tasks/post/" not in client.get("/tasks/").content.decode()
    assert UnitTask.objects.count() == 0
    make.house(members_may_post_tasks=True)
    assert "/tasks/post/" in client.get("/tasks/").content.decode()
    assert client.post("/tasks/post/", filled_in()).status_code == 302
    assert UnitTask.objects.get().posted_by == amara.user


def test_a_member_changes_only_what_they_posted(as_, amara, sam):
    make.house(members_may_post_tasks=True)
    amara.user.house = House.objects.current()
    own, other = post(amara, title="Cards"), post(sam, title="Dishes")
    client = as_(amara)
    for verb in ("call-off", "put-back", "stop-repeating", "repeat-again"):
        assert client.post(f"/tasks/{other.pk}/{verb}/").status_code == 404
        assert client.post(f"/tasks/{own.pk}/{verb}/").status_code == 302
    assert (client.get(f"/tasks/{other.pk}/edit/").status_code, client.get(f"/tasks/{own.pk}/edit/").status_code) == (
        404, 200,
    )  # fmt: skip
    html = client.get("/tasks/").content.decode()
    assert (f"/tasks/{own.pk}/edit/" in html, f"/tasks/{other.pk}/edit/" in html) == (True, False)
    make.house(members_may_post_tasks=False)
    assert client.post(f"/tasks/{own.pk}/call-off/").status_code == 403


# -- changing and calling off ------------------------------------------------------------------------------------------


def change(client, task, **fields):
    right = {"title": task.title, "part": task.part, "starts_at": "", "places": task.places, "good_to_know": ""}
    return client.post(f"/tasks/{task.pk}/edit/", right | fields)


def test_sam_changes_a_task(as_, sam):
    task = post(sam)
    assert change(as_(sam), task, title="Dishes and pans", places=5)["Location"] == f"/tasks/#task-{task.pk}"
    task.refresh_from_db()
    assert (task.title, task.places) == ("Dishes and pans", 5)
    record = AuditRecord.objects.last()
    assert (record.verb, record.before, record.after) == (
        "edit_task", {"title": "Dishes", "places": 2}, {"title": "Dishes and pans", "places": 5},
    )  # fmt: skip


def test_saving_without_a_change_writes_nothing(as_, sam):
    task = post(sam)
    change(as_(sam), task)
    assert [record.verb for record in AuditRecord.objects.all()] == ["post_task"]


def test_places_stay_for_everybody_who_is_on_it(as_, sam, amara, noor):
    task = post(sam)
    for member in (amara, noor):
        actions.sign_up(task=task, member=member, by=member.user)
    response = change(as_(sam), task, places=1)
    assert errors(response) == {"places": ["2 people are on this task already. Keep at least 2 places."]}
    task.refresh_from_db()
    assert task.places == 2


def test_another_time_moves_the_reminder(sam, amara):
    wish(amara, "task_reminder")
    task = post(sam, day=day(8))
    actions.sign_up(task=task, member=amara, by=amara.user)
    actions.edit_task(task=task, title=task.title, part="afternoon", places=2, starts_at=dt.time(15), by=sam.user)
    assert Message.objects.get().expires_at == House.objects.current().at(day(8), dt.time(15))


def test_calling_off_keeps_the_reminders_at_home_and_putting_back_sends_them(as_, sam, amara):
    wish(amara, "task_reminder")
    task, client = post(sam, day=day(8)), as_(sam)
    actions.sign_up(task=task, member=amara, by=amara.user)
    for _tap in range(2):
        client.post(f"/tasks/{task.pk}/call-off/")
    assert [message.state for message in Message.objects.all()] == ["dropped"]
    assert SignUp.objects.count() == 1
    for _tap in range(2):
        client.post(f"/tasks/{task.pk}/put-back/")
    assert [message.state for message in Message.objects.all()] == ["waiting"]
    verbs = [record.verb for record in AuditRecord.objects.all()]
    assert verbs == ["post_task", "sign_up", "call_off_task", "put_back_task"]


def test_a_past_task_stays_as_it_was(as_, sam):
    task, client = make.task(day=day(2)), as_(sam)
    assert client.get(f"/tasks/{task.pk}/edit/").status_code == 404
    for verb in ("edit", "call-off", "put-back", "stop-repeating", "repeat-again"):
        assert client.post(f"/tasks/{task.pk}/{verb}/").status_code == 404


# -- repeating ---------------------------------------------------------------------------------------------------------


def days_of(repeats) -> list[dt.date]:
    return list(repeats.tasks.standing().order_by("day").values_list("day", flat=True))


MONDAYS_AND_WEDNESDAYS = [day(n) for n in (5, 7, 12, 14, 19, 21, 26, 28)] + [dt.date(2026, 11, 2)]


def test_a_task_repeats_on_the_chosen_weekdays_for_four_weeks(as_, sam):
    as_(sam).post("/tasks/post/", filled_in(day="2026-10-05", repeats="weekly", weekdays=["0", "2"]))
    repeats = RepeatingTask.objects.get()
    assert (repeats.rule, repeats.starts_on, repeats.ends_on) == ("FREQ=WEEKLY;BYDAY=MO,WE", MONDAY, None)
    assert days_of(repeats) == MONDAYS_AND_WEDNESDAYS
    assert {(task.title, task.places, task.starts_at) for task in repeats.tasks.all()} == {
        ("Lunch for 50", 4, dt.time(9, 30))
    }


@pytest.mark.parametrize(
    ("chosen", "rule"),
    [
        ({"repeats": "weekly"}, "FREQ=WEEKLY;BYDAY=TU"),
        ({"repeats": "fortnightly"}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU"),
        ({"repeats": "fortnightly", "weekdays": ["4", "0"]}, "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,FR"),
        ({"repeats": "monthly"}, "FREQ=MONTHLY;BYDAY=1TU"),
        ({"repeats": "monthly", "nth": "3"}, "FREQ=MONTHLY;BYDAY=3TU"),
        ({"repeats": "monthly", "nth": "-1", "weekday": "4"}, "FREQ=MONTHLY;BYDAY=-1FR"),
    ],
)
def test_how_often_becomes_a_rule(chosen, rule, as_, sam):
    as_(sam).post("/tasks/post/", filled_in(**chosen))
    assert [repeats.rule for repeats in RepeatingTask.objects.all()] == [rule]
    assert UnitTask.objects.filter(day=day(6)).count() == 1


def test_practice_and_going_on_are_said_when_posting_and_changing(as_, sam):
    client = as_(sam)
    client.post("/tasks/post/", filled_in(is_practice="on", carries_over="on", repeats="weekly"))
    assert {(task.is_practice, task.carries_over) for task in UnitTask.objects.all()} == {(True, True)}
    task = UnitTask.objects.earliest("day")
    change(client, task)
    kept = UnitTask.objects.order_by("day").values_list("is_practice", "carries_over")
    assert list(kept)[:2] == [(False, False), (True, True)]


def test_the_first_day_counts_whatever_its_weekday(sam):
    task = post(sam, day=day(6), rule=weekly([4]))
    assert days_of(task.repeats)[:3] == [day(6), day(9), day(16)]


def test_closed_days_are_left_out(sam):
    OpenDay.objects.create(day=day(14), is_open=False, note="Outing")
    OpenDay.objects.create(day=day(17), is_open=True, note="Open Saturday")
    task = post(sam, rule=weekly([2, 5]))
    assert days_of(task.repeats) == [day(n) for n in (5, 7, 17, 21, 28)]


def test_the_last_day_is_the_last(sam):
    task = post(sam, rule=weekly([0, 2]), until=day(14))
    assert days_of(task.repeats) == [day(n) for n in (5, 7, 12, 14)]


def test_the_worker_makes_the_coming_weeks_and_nothing_twice(sam, time_machine):
    task = post(sam, rule=weekly([0, 2]))
    assert tasks.make_repeating_tasks() == 0
    time_machine.move_to(House.objects.current().at(day(12), dt.time(0, 1)), tick=False)
    assert tasks.make_repeating_tasks() == 2
    assert tasks.make_repeating_tasks() == 0
    assert days_of(task.repeats) == [*MONDAYS_AND_WEDNESDAYS, dt.date(2026, 11, 4), dt.date(2026, 11, 9)]


def test_a_day_that_was_called_off_is_not_made_again(sam):
    task = post(sam, rule=weekly([0]))
    actions.call_off_task(task=UnitTask.objects.get(day=day(12)), by=sam.user)
    assert actions.make_repeating_tasks() == 0
    assert day(12) not in days_of(task.repeats)


def test_one_day_changes_alone(sam):
    task = post(sam, rule=weekly([0]))
    actions.edit_task(
        task=UnitTask.objects.get(day=day(12)), title="Dishes and oven", part="afternoon", places=3, by=sam.user
    )
    assert list(task.repeats.tasks.order_by("day").values_list("title", flat=True))[:3] == [
        "Dishes", "Dishes and oven", "Dishes",
    ]  # fmt: skip


def test_stopping_clears_later_days_and_calls_off_those_with_people(as_, sam, amara):
    wish(amara, "task_reminder")
    task = post(sam, rule=weekly([0]))
    taken = UnitTask.objects.get(day=day(19))
    actions.sign_up(task=taken, member=amara, by=amara.user)
    client = as_(sam)
    week_after = UnitTask.objects.get(day=day(12))
    for _tap in range(2):
        client.post(f"/tasks/{week_after.pk}/stop-repeating/")
    task.repeats.refresh_from_db()
    assert task.repeats.ends_on == day(12)
    assert list(UnitTask.objects.order_by("day").values_list("day", "called_off_at")) == [
        (day(5), None), (day(12), None), (day(19), timezone.now()),
    ]  # fmt: skip
    assert [message.state for message in Message.objects.all()] == ["dropped"]
    assert tasks.make_repeating_tasks() == 0

    client.post(f"/tasks/{week_after.pk}/repeat-again/")
    assert days_of(task.repeats) == [day(5), day(12), day(19), day(26), dt.date(2026, 11, 2)]
    assert [message.state for message in Message.objects.all()] == ["waiting"]


def test_the_page_of_a_task_says_when_it_repeats(as_, sam):
    task = post(sam, rule=weekly([0, 2]))
    client = as_(sam)
    assert "Every week on Monday and Wednesday" in client.get(f"/tasks/{task.pk}/edit/").content.decode()
    client.post(f"/tasks/{task.pk}/stop-repeating/")
    assert "The last day is Monday 5 October." in client.get(f"/tasks/{task.pk}/edit/").content.decode()


def test_stopping_a_task_that_does_not_repeat_changes_nothing(as_, sam):
    task = post(sam)
    for verb in ("stop-repeating", "repeat-again"):
        assert as_(sam).post(f"/tasks/{task.pk}/{verb}/").status_code == 302
    assert [record.verb for record in AuditRecord.objects.all()] == ["post_task"]
