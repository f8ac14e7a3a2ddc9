"""A full task has a line. Whoever waited longest moves up by themselves, and is told."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activities import actions, board
from activities.models import OpenDay, Part, PlaceRole, SignUp, Waiting
from activities.notices import PLACE_FREE
from members import notices
from members.models import AuditRecord, House, Message, MessageWish
from tests import make
from tests.activities.cards import next_week, notes, says, sentence, settled, tap, taps, today, words_of

pytestmark = pytest.mark.django_db


def on(task) -> list[str]:
    return [one.member.first_name for one in task.sign_ups.select_related("member").order_by("pk")]


def in_line(task) -> list[str]:
    return [one.member.first_name for one in task.waiting.select_related("member").order_by("pk")]


@pytest.fixture
def dishes(rosa):
    """One place, and Rosa has it."""
    task = make.task("Dishes", day=next_week(), places=1)
    actions.sign_up(task=task, member=rosa, by=rosa.user)
    return task


# -- The line ----------------------------------------------------------------------------------------------------------


def test_amara_waits_behind_noor(dishes, amara, noor):
    first = actions.wait(task=dishes, member=noor, by=noor.user)
    second = actions.wait(task=dishes, member=amara, by=amara.user)
    assert (first.number, second.number, in_line(dishes)) == (1, 2, ["Noor", "Amara"])
    assert (second.is_new, second.by, second.role) == (True, amara.user, PlaceRole.DOING)
    record = AuditRecord.objects.order_by("seq").last()
    assert (record.verb, record.about, record.after["task"]) == ("wait", amara, "Dishes")


def test_waiting_twice_is_waiting_once(dishes, amara):
    first = actions.wait(task=dishes, member=amara, by=amara.user)
    again = actions.wait(task=dishes, member=amara, by=amara.user)
    assert (again.pk, again.is_new, Waiting.objects.count()) == (first.pk, False, 1)
    assert AuditRecord.objects.filter(verb="wait").count() == 1


def test_whoever_has_a_place_does_not_wait(dishes, rosa):
    assert isinstance(actions.wait(task=dishes, member=rosa, by=rosa.user), SignUp)
    assert Waiting.objects.count() == 0


def test_a_place_that_came_free_meanwhile_is_taken_at_once(dishes, rosa, amara):
    actions.withdraw(task=dishes, member=rosa, by=rosa.user)
    made = actions.wait(task=dishes, member=amara, by=amara.user)
    assert (isinstance(made, SignUp), on(dishes), in_line(dishes)) == (True, ["Amara"], [])


def test_when_rosa_withdraws_noor_moves_up_and_nobody_else(dishes, rosa, amara, noor):
    actions.wait(task=dishes, member=noor, by=noor.user, role=PlaceRole.LEARNING)
    actions.wait(task=dishes, member=amara, by=amara.user)
    actions.withdraw(task=dishes, member=rosa, by=rosa.user)
    assert (on(dishes), in_line(dishes)) == (["Noor"], ["Amara"])
    place = SignUp.objects.get()
    assert (place.by, place.role, place.moved_up_at is None) == (noor.user, PlaceRole.LEARNING, False)
    assert list(AuditRecord.objects.order_by("seq").values_list("verb", "about__first_name", "by"))[-2:] == [
        ("withdraw", "Rosa", rosa.user.pk), ("move_up", "Noor", None),
    ]  # fmt: skip


def test_leaving_the_line_is_one_tap_and_leaves_nothing(dishes, amara, noor, rosa):
    for member in (noor, amara):
        actions.wait(task=dishes, member=member, by=member.user)
    assert actions.stop_waiting(task=dishes, member=noor, by=noor.user) is True
    assert actions.stop_waiting(task=dishes, member=noor, by=noor.user) is False
    actions.withdraw(task=dishes, member=rosa, by=rosa.user)
    assert (on(dishes), in_line(dishes)) == (["Amara"], [])


def test_more_places_let_the_first_ones_move_up(dishes, amara, noor, idris, sam):
    for member in (noor, amara, idris):
        actions.wait(task=dishes, member=member, by=member.user)
    actions.edit_task(task=dishes, title="Dishes", part=Part.MORNING, places=3, by=sam.user)
    assert (on(dishes), in_line(dishes)) == (["Rosa", "Noor", "Amara"], ["Idris"])


def test_a_task_that_was_called_off_keeps_its_line_until_it_is_back(dishes, amara, rosa, sam):
    actions.wait(task=dishes, member=amara, by=amara.user)
    actions.call_off_task(task=dishes, by=sam.user)
    actions.withdraw(task=dishes, member=rosa, by=rosa.user)
    assert (on(dishes), in_line(dishes)) == ([], ["Amara"])
    actions.put_back_task(task=dishes, by=sam.user)
    assert (on(dishes), in_line(dishes)) == (["Amara"], [])


def test_a_repeating_task_that_stops_loses_nobody_from_its_line(rosa, amara, sam):
    first = actions.post_task(
        unit=make.unit(), title="Menu", part=Part.MORNING, places=1, day=today(), rule="FREQ=DAILY", by=sam.user
    )  # fmt: skip
    task = first.repeats.tasks.filter(day__gt=today()).first()
    actions.sign_up(task=task, member=rosa, by=rosa.user)
    actions.wait(task=task, member=amara, by=amara.user)
    actions.call_off_task(task=task, by=sam.user)
    actions.withdraw(task=task, member=rosa, by=rosa.user)
    actions.stop_repeating(repeats=first.repeats, last_day=today(), by=sam.user)
    assert in_line(task) == ["Amara"]


def test_nobody_moves_up_to_yesterday(dishes, amara, rosa, time_machine):
    actions.wait(task=dishes, member=amara, by=amara.user)
    time_machine.move_to(House.objects.current().at(dishes.day + dt.timedelta(days=1), dt.time(9)))
    actions.withdraw(task=dishes, member=rosa, by=rosa.user)
    assert (on(dishes), in_line(dishes)) == ([], ["Amara"])


def test_standing_in_line_costs_at_most_eight_queries(dishes, amara, noor):
    house = House.objects.current()
    actions.wait(task=dishes, member=noor, by=noor.user)
    with CaptureQueriesContext(connection) as asked:
        actions.wait(task=dishes, member=amara, by=amara.user, house=house)
    questions = [query for query in asked if re.match("SELECT|INSERT|UPDATE|DELETE", query["sql"])]
    assert len(questions) == 7


# -- What cannot be had, and what else there is ------------------------------------------------------------------------


def refuse_both(task, member, refusal, says: str) -> None:
    for act in (actions.sign_up, actions.wait):
        with pytest.raises(refusal) as refused:
            act(task=task, member=member, by=member.user)
        assert str(refused.value) == says
    assert not SignUp.objects.filter(member=member).exists() and not Waiting.objects.exists()


def test_nobody_waits_for_a_day_that_is_over(amara):
    task = make.task(day=today() - dt.timedelta(days=1))
    make.task("Soup", day=today())
    refuse_both(task, amara, actions.TaskOver, "That day is over. Today there is room on “Soup”.")


def test_nobody_waits_for_what_was_called_off(amara):
    make.task("Soup", day=next_week())
    make.task("Bread", day=next_week(), done_at=timezone.now())
    task = make.task("Dishes", day=next_week(), called_off_at=timezone.now())
    refuse_both(task, amara, actions.TaskCalledOff, "“Dishes” was called off. There is still room on “Soup”.")


def test_nobody_waits_for_what_is_done(amara):
    task = make.task("Dishes", day=next_week(), done_at=timezone.now())
    refuse_both(task, amara, actions.TaskDone, "“Dishes” is done already. Ask a colleague what else there is.")


def test_a_day_that_the_calendar_closes_takes_nobody(amara, time_machine):
    time_machine.move_to(House.objects.current().at(dt.date(2026, 10, 5), dt.time(9)), tick=False)
    OpenDay.objects.create(day=dt.date(2026, 10, 6), is_open=False, note="Snow")
    task = make.task("Dishes", day=dt.date(2026, 10, 6))
    make.task("Soup", day=dt.date(2026, 10, 6))
    make.task("Bread", day=dt.date(2026, 10, 7))
    says = "The house is closed that day. There is room on “Bread”, Wednesday 7 October."
    refuse_both(task, amara, actions.DayClosed, says)


def test_a_free_saturday_that_somebody_posted_work_for_is_open(amara):
    saturday = today() + dt.timedelta(days=12 - today().weekday())
    actions.sign_up(task=make.task("Yard sale", day=saturday), member=amara, by=amara.user)
    assert SignUp.objects.count() == 1


def test_a_task_that_left_the_board_says_what_else_there_is(amara):
    task = make.task("Dishes", day=next_week())
    make.task("Soup", day=next_week())
    type(task).objects.filter(pk=task.pk).delete()
    refuse_both(task, amara, actions.TaskCalledOff, "This task left the board. There is still room on “Soup”.")
    assert actions.stop_waiting(task=task, member=amara, by=amara.user) is False


def test_a_card_whose_task_is_gone_answers_kindly(as_, amara):
    make.task("Soup", day=today())
    task = make.task("Dishes")
    type(task).objects.filter(pk=task.pk).delete()
    answer = tap(as_(amara), task, "sign_up")
    assert sentence(answer) == "This task left the board. Today there is room on “Soup”."
    page = as_(amara).post(f"/tasks/{task.pk}/sign-up/", {"action": "sign_up"})
    text = words_of(page.content.decode().split("<main")[1])
    assert (page.status_code, "Today there is room on “Soup”." in text) == (404, True)


# -- The card ----------------------------------------------------------------------------------------------------------


def test_a_full_task_offers_to_wait_and_says_the_number(as_, dishes, amara, noor):
    actions.wait(task=dishes, member=noor, by=noor.user)
    client = as_(amara)
    assert "Full, 1 person waits" in says(client, dishes)
    assert taps(client, dishes) == [("wait", "", "Wait for a place")]
    assert sentence(tap(client, dishes, "wait")) == (
        "You are number 2 in line for “Dishes”. When a place comes free, it is yours. "
        "You will see it here and on your home page."
    )
    assert "Full, 2 people wait" in says(client, dishes)
    assert notes(client, dishes) == ["You are number 2 in line."]
    assert taps(client, dishes) == [("stop_waiting", "", "Stop waiting")]
    assert sentence(tap(client, dishes, "stop_waiting")) == "You wait no more for “Dishes”."
    assert taps(client, dishes) == [("wait", "", "Wait for a place")]


def test_others_see_a_number_and_no_name_in_line(as_, dishes, amara, noor, sam, meera):
    for member in (amara, noor):
        actions.wait(task=dishes, member=member, by=member.user)
    for person in (sam, meera, noor):
        text = says(as_(person), dishes)
        assert "Full, 2 people wait" in text and "Rosa" in text
        assert not re.search("Amara|Okafor|AO|Noor|Haddad|NH", text)


def home(client) -> str:
    return words_of(client.get("/").content.decode().split("<main")[1].split("</main>")[0])


def test_who_moved_up_reads_it_on_the_card_and_at_home(as_, dishes, amara, rosa, noor):
    client = as_(amara)
    tap(client, dishes, "wait")
    assert "Dishes" not in home(client)
    tap(as_(rosa), dishes, "withdraw")
    assert notes(client, dishes) == ["A place came free. You are on."]
    assert taps(client, dishes)[0] == ("withdraw", "", "Withdraw")
    assert "A place came free for you: Dishes" in home(client)
    assert "came free" not in home(as_(noor))
    tap(client, dishes, "withdraw")
    assert "Dishes" not in home(client)


def test_who_leaves_the_line_just_after_moving_up_is_told_that_they_are_on(as_, dishes, amara, rosa):
    actions.wait(task=dishes, member=amara, by=amara.user)
    actions.withdraw(task=dishes, member=rosa, by=rosa.user)
    answer = tap(as_(amara), dishes, "stop_waiting")
    assert sentence(answer) == "A place came free a moment ago. You are on “Dishes”."
    assert (on(dishes), taps(as_(amara), dishes)[0][2]) == (["Amara"], "Withdraw")


def test_nothing_of_a_line_that_noor_left_is_on_anybodys_page(as_, dishes, amara, noor, sam):
    """Neither the board nor home: a withdrawal and a changed mind leave no trace for others."""
    watching = [as_(person) for person in (amara, sam)]

    def pages() -> list[str]:
        paths = ("/", f"/tasks/{dishes.day}/")
        return [settled(client.get(path).content.decode()) for client in watching for path in paths]

    before = pages()
    tap(as_(noor), dishes, "wait")
    assert pages() != before
    tap(as_(noor), dishes, "stop_waiting")
    assert pages() == before


def test_two_tasks_at_one_time_are_pointed_out_and_never_refused(as_, amara):
    lunch, dishes = make.task("Lunch"), make.task("Dishes")
    make.task("Garden", part=Part.AFTERNOON)
    client = as_(amara)
    tap(client, lunch, "sign_up")
    assert notes(client, dishes) == []
    assert sentence(tap(client, dishes, "sign_up")) == "You are on “Dishes”. You are also on “Lunch” then."
    assert notes(client, lunch) == ["You are also on “Dishes” then."]
    tap(client, lunch, "withdraw")
    assert notes(client, dishes) == []


@pytest.mark.parametrize(
    ("one", "other", "meet"),
    [
        ({}, {}, True),
        ({}, {"part": Part.AFTERNOON}, False),
        ({"starts_at": dt.time(9)}, {}, True),
        ({"starts_at": dt.time(9)}, {"starts_at": dt.time(9)}, True),
        ({"starts_at": dt.time(9)}, {"starts_at": dt.time(11)}, False),
        ({}, {"day": today}, False),
        ({}, {"called_off_at": timezone.now}, False),
        ({}, {"done_at": timezone.now}, False),
    ],
)
def test_which_tasks_are_at_the_same_time(amara, one, other, meet):
    details = {name: value() if callable(value) else value for name, value in other.items()}
    place = SignUp.objects.create(
        task=make.task("Lunch", **{"day": next_week()} | one), member=amara, at=timezone.now(), by=amara.user
    )
    task = make.task("Dishes", **{"day": next_week()} | details)
    SignUp.objects.create(task=task, member=amara, at=timezone.now(), by=amara.user)
    assert board.also_on(place) == ("You are also on “Dishes” then." if meet else "")


def test_a_name_put_up_by_a_colleague_can_be_taken_off(as_, amara, noor, sam, meera, rosa):
    lunch, soup = make.task("Lunch"), make.task("Soup")
    actions.sign_up(task=lunch, member=amara, by=sam.user)
    actions.sign_up(task=soup, member=amara, by=meera.user)
    client = as_(amara)
    assert notes(client, lunch)[:1] == ["Sam put your name up, at your word."]
    assert notes(client, soup)[:1] == ["Meera N. put your name up, at your word."]
    assert ("withdraw", "", "Take me off") in taps(client, lunch)
    assert notes(as_(noor), lunch) == []
    assert "Sam Rivers put your name up for a task, at your word" in words_of(
        client.get("/me/looks/").content.decode()
    )  # fmt: skip
    tap(client, lunch, "withdraw")
    assert on(lunch) == []


# -- The message -------------------------------------------------------------------------------------------------------


@pytest.fixture
def who_asked(amara, settings):
    settings.MAIL_READY = True
    settings.ADDRESS = "https://house.example.org"
    amara.email = "amara@example.org"
    amara.save()
    MessageWish.objects.create(member=amara, kind=PLACE_FREE, channel="email", since_at=timezone.now())
    return amara


@pytest.fixture
def monday(time_machine):
    house = make.house()
    time_machine.move_to(house.at(dt.date(2026, 10, 5), dt.time(10)), tick=False)
    return house


def moved_up(member, rosa):
    task = make.task("Lunch", day=dt.date(2026, 10, 6), places=1, starts_at=dt.time(9, 30))
    actions.sign_up(task=task, member=rosa, by=rosa.user)
    actions.wait(task=task, member=member, by=member.user)
    actions.withdraw(task=task, member=rosa, by=rosa.user)
    return task


def test_who_asked_for_it_gets_word(monday, who_asked, rosa):
    task = moved_up(who_asked, rosa)
    message = Message.objects.get(kind=PLACE_FREE)
    assert (message.member, message.occurrence, message.expires_at) == (
        who_asked, f"task {task.pk}", task.begins_at(monday),
    )  # fmt: skip
    notices.send_due(timezone.now())
    body = mail.outbox[0].body
    assert "A place came free, and it is yours: Lunch.\nTuesday 6 October, 9:30 am\n" in body
    assert "https://house.example.org/tasks/2026-10-06/\n" in body


def test_nobody_else_does(monday, amara, rosa, settings):
    settings.MAIL_READY = True
    amara.email = "amara@example.org"
    amara.save()
    moved_up(amara, rosa)
    notices.send_due(timezone.now())
    assert (mail.outbox, Message.objects.filter(kind=PLACE_FREE).count()) == ([], 0)


@pytest.mark.parametrize("what", ["given back", "removed", "called off", "begun", "taken again by themselves"])
def test_word_is_not_sent_when_it_is_not_true_any_more(monday, who_asked, rosa, sam, what):
    task = moved_up(who_asked, rosa)
    now = timezone.now()
    match what:
        case "given back":
            actions.withdraw(task=task, member=who_asked, by=who_asked.user)
        case "removed":
            task.delete()
        case "called off":
            actions.call_off_task(task=task, by=sam.user)
        case "begun":
            now = task.begins_at(monday)
        case _by_themselves:
            actions.withdraw(task=task, member=who_asked, by=who_asked.user)
            actions.sign_up(task=task, member=who_asked, by=who_asked.user)
    notices.send_due(now)
    assert (mail.outbox, list(Message.objects.filter(kind=PLACE_FREE).exclude(state="dropped"))) == ([], [])


def test_who_moves_up_to_work_that_has_begun_is_told_on_the_page_only(who_asked, rosa, time_machine):
    house = make.house()
    time_machine.move_to(house.at(dt.date(2026, 10, 6), dt.time(9, 31)), tick=False)
    moved_up(who_asked, rosa)
    assert not Message.objects.filter(kind=PLACE_FREE).exists()


def test_a_title_with_a_word_that_no_message_holds(monday, who_asked, rosa):
    task = moved_up(who_asked, rosa)
    task.title = "Must-do: mental health leaflet"
    task.save()
    notices.send_due(timezone.now())
    assert "it is yours: your task." in mail.outbox[0].body
