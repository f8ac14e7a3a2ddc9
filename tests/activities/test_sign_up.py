"""Amara takes a place on a task with one tap, and gives it back with another."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activities import actions
from activities.models import Part, SignUp
from members.models import AuditRecord, House, Message
from tests import make
from tests.activities.cards import settled
from tests.members.notes import wish

pytestmark = pytest.mark.django_db


def today() -> dt.date:
    return timezone.localdate(timezone=House.objects.current().zone)


def next_week() -> dt.date:
    return today() + dt.timedelta(days=7)


def press(client, task, action: str, **extra):
    return client.post(reverse("activities:sign_up", kwargs={"pk": task.pk}), {"action": action}, **extra)


def sentence(response) -> str:
    """What the messages region says."""
    region = response.content.decode().split('id="messages"')[1]
    return " ".join(re.sub(r"<[^>]+>", " ", re.search(r"<p>(.*?)</p>", region, re.DOTALL)[1]).split())


# -- the action --------------------------------------------------------------------------------------------------------


def test_amara_takes_a_place(amara):
    task = make.task("Lunch for 50", day=next_week())
    made = actions.sign_up(task=task, member=amara, by=amara.user)
    assert list(SignUp.objects.values_list("pk", "task", "member", "by")) == [
        (made.pk, task.pk, amara.pk, amara.user.pk)
    ]
    record = AuditRecord.objects.get()
    assert (record.verb, record.by, record.about, record.subject) == (
        "sign_up", amara.user, amara, f"activities.unittask {task.pk}",
    )  # fmt: skip
    assert record.after == {"task": "Lunch for 50", "day": next_week().isoformat()}


def test_signing_up_twice_is_one_sign_up(amara):
    wish(amara, "task_reminder")
    task = make.task(day=next_week(), places=1)
    first = actions.sign_up(task=task, member=amara, by=amara.user)
    second = actions.sign_up(task=task, member=amara, by=amara.user)
    assert (first.is_new, second.is_new, second.pk) == (True, False, first.pk)
    assert (SignUp.objects.count(), AuditRecord.objects.count(), Message.objects.count()) == (1, 1, 1)


def test_a_full_task_names_what_else_there_is(amara, noor):
    task = make.task("Lunch", day=next_week(), places=1)
    for title in ("Dishes", "Garden", "Menu", "Shopping"):
        make.task(title, day=next_week())
    make.task("Next week", day=next_week() + dt.timedelta(days=7))
    actions.sign_up(task=task, member=noor, by=noor.user)
    with pytest.raises(actions.TaskFull) as refusal:
        actions.sign_up(task=task, member=amara, by=amara.user)
    assert str(refusal.value) == (
        "Every place on “Lunch” is taken. There is still room on “Dishes”, “Garden” and “Menu”."
    )
    assert list(SignUp.objects.values_list("member", flat=True)) == [noor.pk]


def test_a_full_task_on_a_full_day_sends_to_a_colleague(amara, noor):
    task = make.task("Lunch", day=next_week(), places=1)
    actions.sign_up(task=task, member=noor, by=noor.user)
    with pytest.raises(actions.TaskFull, match="Ask a colleague what else there is"):
        actions.sign_up(task=task, member=amara, by=amara.user)


def test_a_task_that_was_called_off_takes_nobody(amara):
    task = make.task(day=next_week(), called_off_at=timezone.now())
    with pytest.raises(actions.TaskCalledOff, match="“Lunch for 50” was called off"):
        actions.sign_up(task=task, member=amara, by=amara.user)
    assert SignUp.objects.count() == 0


def test_a_task_that_left_the_board_meanwhile_takes_nobody(amara):
    task = make.task(day=next_week())
    type(task).objects.filter(pk=task.pk).delete()
    with pytest.raises(actions.TaskCalledOff):
        actions.sign_up(task=task, member=amara, by=amara.user)


def test_yesterdays_task_takes_nobody(amara):
    task = make.task(day=today() - dt.timedelta(days=1))
    with pytest.raises(actions.TaskOver, match="That day is over"):
        actions.sign_up(task=task, member=amara, by=amara.user)
    assert SignUp.objects.count() == 0


@pytest.mark.parametrize("zone", ["America/Detroit", "Europe/Helsinki", "Australia/Lord_Howe"])
def test_today_is_open_until_midnight_house_time(zone, amara, time_machine):
    house = make.house(time_zone=zone)
    day = dt.date(2026, 10, 6)
    task = make.task(day=day)
    time_machine.move_to(house.at(day, dt.time(23, 59, 59)), tick=False)
    actions.sign_up(task=task, member=amara, by=amara.user)
    actions.withdraw(task=task, member=amara, by=amara.user)
    time_machine.move_to(house.at(day + dt.timedelta(days=1), dt.time(0)), tick=False)
    with pytest.raises(actions.TaskOver):
        actions.sign_up(task=task, member=amara, by=amara.user)


def test_withdrawing_leaves_nothing_but_amaras_own_record(amara):
    task = make.task(day=next_week())
    actions.sign_up(task=task, member=amara, by=amara.user)
    assert actions.withdraw(task=task, member=amara, by=amara.user) is True
    assert SignUp.objects.count() == 0
    assert list(AuditRecord.objects.values_list("verb", "about")) == [("sign_up", amara.pk), ("withdraw", amara.pk)]


def test_withdrawing_twice_is_withdrawing(amara, noor):
    task = make.task(day=next_week())
    actions.sign_up(task=task, member=noor, by=noor.user)
    assert actions.withdraw(task=task, member=amara, by=amara.user) is False
    assert list(SignUp.objects.values_list("member", flat=True)) == [noor.pk]
    assert AuditRecord.objects.count() == 1


def test_a_place_given_back_is_free_for_noor(amara, noor):
    task = make.task(day=next_week(), places=1)
    actions.sign_up(task=task, member=amara, by=amara.user)
    actions.withdraw(task=task, member=amara, by=amara.user)
    actions.sign_up(task=task, member=noor, by=noor.user)
    assert list(SignUp.objects.values_list("member", flat=True)) == [noor.pk]


def test_one_sign_up_costs_nine_queries(amara):
    wish(amara, "task_reminder")
    task, house = make.task(day=next_week()), House.objects.current()
    actions.sign_up(
        task=make.task("Dishes", day=next_week()), member=amara, by=amara.user
    )  # the audit record has begun
    with CaptureQueriesContext(connection) as asked:
        actions.sign_up(task=task, member=amara, by=amara.user, house=house)
    words = [
        " ".join(re.findall(r"SELECT|INSERT|UPDATE|DELETE|activities_\w+|members_\w+", q["sql"])[:2]) for q in asked
    ]
    assert [query for query in words if query] == [
        "SELECT activities_unittask",
        "SELECT activities_signup",
        "INSERT activities_signup",
        "SELECT members_messagewish",
        "SELECT members_message",
        "INSERT members_message",
        "SELECT members_audithead",
        "INSERT members_auditrecord",
        "UPDATE members_audithead",
    ]


# -- the reminder ------------------------------------------------------------------------------------------------------

DAY = dt.date(2026, 10, 6)


def clock(day: int, hour: int, minute: int) -> dt.datetime:
    """A wall-clock time of October 2026; each test reads it in its own zone."""
    return dt.datetime(2026, 10, day, hour, minute, tzinfo=dt.UTC)


EVENING_BEFORE, MORNING = clock(5, 18, 0), clock(6, 9, 0)


@pytest.mark.parametrize(
    ("part", "starts_at", "now", "due"),
    [
        (Part.MORNING, None, clock(1, 10, 0), EVENING_BEFORE),
        (Part.AFTERNOON, None, clock(1, 10, 0), EVENING_BEFORE),
        (Part.MORNING, None, EVENING_BEFORE, EVENING_BEFORE),
        (Part.MORNING, None, clock(5, 18, 1), None),
        (Part.AFTERNOON, None, clock(5, 18, 1), MORNING),
        (Part.AFTERNOON, None, clock(6, 8, 59), MORNING),
        (Part.AFTERNOON, None, clock(6, 9, 1), None),
        (Part.AFTERNOON, dt.time(14, 30), clock(6, 8, 0), MORNING),
        (Part.MORNING, dt.time(11), clock(6, 8, 0), None),
        (Part.AFTERNOON, dt.time(8), clock(6, 7, 0), None),  # it would have begun
        (Part.AFTERNOON, None, clock(9, 9, 0), None),
    ],
)
@pytest.mark.parametrize("zone", ["America/Detroit", "Europe/Helsinki", "Australia/Lord_Howe"])
def test_when_a_reminder_leaves(zone, part, starts_at, now, due):
    house = make.house(time_zone=zone)
    task = make.task(day=DAY, part=part, starts_at=starts_at)
    local = task.reminder_due_at(house, now.replace(tzinfo=house.zone))
    assert local == (due and due.replace(tzinfo=house.zone))


def test_a_sign_up_and_its_reminder_are_one_commit(amara, time_machine):
    wish(amara, "task_reminder")
    house = make.house()
    time_machine.move_to(dt.datetime(2026, 10, 1, 12, 0, tzinfo=house.zone), tick=False)
    task = make.task(day=DAY, starts_at=dt.time(9, 30))
    actions.sign_up(task=task, member=amara, by=amara.user)
    message = Message.objects.get()
    assert (message.member, message.kind, message.occurrence) == (amara, "task_reminder", f"task {task.pk}")
    assert message.due_at == EVENING_BEFORE.replace(tzinfo=house.zone)
    assert message.expires_at == dt.datetime(2026, 10, 6, 9, 30, tzinfo=house.zone)


def test_withdrawing_takes_the_reminder_back_and_signing_up_again_brings_it(amara):
    wish(amara, "task_reminder")
    task = make.task(day=next_week() + dt.timedelta(days=5))
    for act, states in ((actions.sign_up, ["waiting"]), (actions.withdraw, []), (actions.sign_up, ["waiting"])):
        act(task=task, member=amara, by=amara.user)
        assert [message.state for message in Message.objects.all()] == states


def test_nothing_is_queued_when_it_is_too_late(amara, time_machine):
    house = make.house()
    time_machine.move_to(dt.datetime(2026, 10, 6, 10, 0, tzinfo=house.zone), tick=False)
    actions.sign_up(task=make.task(day=DAY, part=Part.AFTERNOON), member=amara, by=amara.user)
    assert Message.objects.count() == 0


# -- the page ----------------------------------------------------------------------------------------------------------


def test_one_tap_without_javascript(as_, amara):
    task, client = make.task(), as_(amara)
    response = press(client, task, "sign_up")
    assert (response.status_code, response["Location"]) == (302, f"/tasks/#task-{task.pk}")
    page = client.get("/tasks/")
    assert sentence(page) == "You are on “Lunch for 50”."
    response = press(client, task, "withdraw")
    assert (response.status_code, response["Location"]) == (302, f"/tasks/#task-{task.pk}")
    assert sentence(client.get("/tasks/")) == "You are off “Lunch for 50”."
    assert SignUp.objects.count() == 0


def test_a_task_of_another_day_leads_back_to_that_day(as_, amara):
    task = make.task(day=next_week())
    assert press(as_(amara), task, "sign_up")["Location"] == f"/tasks/{next_week()}/#task-{task.pk}"


def test_with_htmx_the_card_comes_back_with_the_sentence(as_, amara):
    task = make.task()
    response = press(as_(amara), task, "sign_up", headers={"HX-Request": "true"})
    html = response.content.decode()
    assert response.status_code == 200
    assert (html.count("data-task="), html.count("<html")) == (1, 0)
    assert f'id="task-{task.pk}"' in html and 'data-taken="1"' in html and 'value="withdraw"' in html
    assert sentence(response) == "You are on “Lunch for 50”."


def test_signing_up_twice_is_answered_kindly(as_, amara):
    task, client = make.task(), as_(amara)
    press(client, task, "sign_up", headers={"HX-Request": "true"})
    response = press(client, task, "sign_up", headers={"HX-Request": "true"})
    assert sentence(response) == "You are already on “Lunch for 50”."


def test_a_refusal_shows_at_once_in_the_piece(as_, amara, noor):
    task = make.task(places=1)
    actions.sign_up(task=task, member=noor, by=noor.user)
    response = press(as_(amara), task, "sign_up", headers={"HX-Request": "true"})
    assert sentence(response) == "Every place on “Lunch for 50” is taken. Ask a colleague what else there is."
    html = response.content.decode()
    assert 'role="alert"' in html and 'value="sign_up"' not in html


def test_a_button_that_does_not_exist_changes_nothing(as_, amara):
    task = make.task()
    for action in ("", "assign", "destroy", "sign_up\x00", "登録"):
        response = press(as_(amara), task, action, headers={"HX-Request": "true"})
        assert (response.status_code, sentence(response)) == (200, "Please use one of the buttons on the task.")
    assert SignUp.objects.count() == 0


@pytest.mark.parametrize("pk", [0, 999999, 10**30])
def test_an_unknown_task_is_404(pk, as_, amara):
    assert as_(amara).post(f"/tasks/{pk}/sign-up/", {"action": "sign_up"}).status_code == 404


def test_looking_at_the_address_of_a_button_changes_nothing(as_, amara):
    task = make.task()
    assert as_(amara).get(f"/tasks/{task.pk}/sign-up/").status_code == 405
    assert SignUp.objects.count() == 0


def test_staff_do_not_sign_up_and_sign_nobody_up(as_, sam, dana, amara):
    task = make.task()
    for colleague in (sam, dana):
        client = as_(colleague)
        assert press(client, task, "sign_up").status_code == 403
        assert 'value="sign_up"' not in client.get("/tasks/").content.decode()
    assert SignUp.objects.count() == 0


def test_a_login_without_a_member_takes_no_place(as_, amara):
    client, task = as_(amara), make.task()
    amara.user = None
    amara.save()
    assert press(client, task, "sign_up").status_code == 403
    assert client.get("/tasks/").status_code == 200


def test_nobody_can_sign_somebody_else_up(as_, amara, noor):
    task = make.task()
    as_(amara).post(f"/tasks/{task.pk}/sign-up/", {"action": "sign_up", "member": noor.pk})
    assert list(SignUp.objects.values_list("member", flat=True)) == [amara.pk]
    as_(noor).post(f"/tasks/{task.pk}/sign-up/", {"action": "withdraw", "member": amara.pk})
    assert list(SignUp.objects.values_list("member", flat=True)) == [amara.pk]


def test_after_withdrawing_noor_sees_nothing_of_it(as_, amara, noor):
    task = make.task()
    client = as_(noor)

    def board() -> str:
        return settled(client.get("/tasks/").content.decode())

    before = board()
    press(as_(amara), task, "sign_up")
    assert board() != before
    press(as_(amara), task, "withdraw")
    assert board() == before
