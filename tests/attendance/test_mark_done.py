"""Noor and Meera mark what is done with one tap; the visits of whoever did it are in that unit."""

import datetime as dt
import itertools
import re
from importlib import import_module

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone

from activities import actions as work
from activities.models import SignUp, UnitTask, Waiting
from attendance import actions
from attendance.models import Kind, Visit
from members.models import AuditRecord, House, Member
from tests import make

pytestmark = pytest.mark.django_db
HABIT, TASK, WORD = Visit.UnitFrom.HABIT, Visit.UnitFrom.TASK, Visit.UnitFrom.WORD


def today() -> dt.date:
    return timezone.localdate(timezone=House.objects.current().zone)


def ago(days: int) -> dt.date:
    return today() - dt.timedelta(days=days)


def put_up(task, *members) -> None:
    for member in members:
        SignUp.objects.create(task=task, member=member, at=timezone.now(), by=member.user or make.account(member))


def unit_of(visit) -> tuple[str | None, str]:
    visit.refresh_from_db()
    return (visit.unit and visit.unit.name, visit.unit_from)


def records() -> list[tuple]:
    return list(AuditRecord.objects.order_by("seq").values_list("verb", "by", "about", "before", "after"))


def press(client, name: str, task, **data):
    return client.post(reverse(f"attendance:{name}", args=[task.pk]), data)


def said(client, response) -> str:
    html = client.get(response.headers["Location"]).content.decode().split('id="messages"')[1]
    return re.sub(r"\s+", " ", re.search(r"<p>(.*?)</p>", html, re.DOTALL)[1]).strip()


# -- marking -----------------------------------------------------------------------------------------------------------


def test_noor_marks_her_task_done_and_her_visit_is_in_its_unit(noor, amara):
    task = make.task("Lunch")
    put_up(task, noor)
    visit, amaras = make.visit(noor), make.visit(amara)
    marked = actions.mark_done(task=task, by=noor.user)
    assert marked.is_done
    assert (unit_of(visit), unit_of(amaras)) == (("Kitchen", TASK), (None, HABIT))
    about = {"task": "Lunch", "day": today().isoformat()}
    assert records() == [
        ("attendance.mark_done", noor.user.pk, None, {}, about | {"done": True}),
        ("attendance.fill_unit", noor.user.pk, noor.pk, {"unit": None}, {"unit": "Kitchen"}),
    ]


def test_marking_twice_is_marking_once(noor):
    task = make.task()
    put_up(task, noor)
    first = actions.mark_done(task=task, by=noor.user)
    second = actions.mark_done(task=task, by=noor.user)
    assert (first.done_at, len(records())) == (second.done_at, 1)


def test_undo_puts_back_where_noor_usually_is(noor):
    make.unit("Clerical").members.add(noor)
    task = make.task()
    put_up(task, noor)
    visit = make.visit(noor, unit=make.unit("Clerical"))
    actions.mark_done(task=task, by=noor.user)
    assert unit_of(visit) == ("Kitchen", TASK)
    undone = actions.mark_not_done(task=task, by=noor.user)
    actions.mark_not_done(task=task, by=noor.user)
    assert (undone.done_at, unit_of(visit)) == (None, ("Clerical", HABIT))
    assert [record[0] for record in records()] == [
        "attendance.mark_done", "attendance.fill_unit", "attendance.mark_not_done", "attendance.fill_unit",
    ]  # fmt: skip


def test_what_was_empty_is_empty_again(noor):
    """The unit of the task itself is no habit, though the visit stood in it for a while."""
    task = make.task()
    put_up(task, noor)
    visit = make.visit(noor)
    actions.mark_done(task=task, by=noor.user)
    actions.mark_not_done(task=task, by=noor.user)
    assert unit_of(visit) == (None, HABIT)


def test_a_persons_word_stays(noor):
    task = make.task()
    put_up(task, noor)
    chosen = make.visit(noor, unit=make.unit("Clerical"), unit_from=WORD)
    none = make.visit(noor, arrived="13:00", left="14:00", unit_from=WORD)
    guess = make.visit(noor, arrived="15:00", left="16:00", unit=make.unit("Clerical"))
    actions.mark_done(task=task, by=noor.user)
    assert (unit_of(chosen), unit_of(none), unit_of(guess)) == (
        ("Clerical", WORD), (None, WORD), ("Kitchen", TASK),
    )  # fmt: skip


@pytest.mark.parametrize("kind", [Kind.SOCIAL, Kind.VIRTUAL, Kind.OFFSITE])
def test_only_visits_of_the_work_ordered_day(kind, noor):
    task = make.task()
    put_up(task, noor)
    visit, yesterdays = make.visit(noor, kind=kind), make.visit(noor, ago(1))
    actions.mark_done(task=task, by=noor.user)
    assert (unit_of(visit), unit_of(yesterdays)) == ((None, HABIT), (None, HABIT))


@pytest.mark.parametrize("order", list(itertools.permutations("ABC")))
def test_the_first_task_done_wins_in_whatever_order_things_happen(order, noor, meera):
    """A and B are marked, A is taken back; each step at its place in `order`; the end is a function of what is done."""
    visit = make.visit(noor)
    tasks = {name: make.task(name, unit=make.unit(f"Unit {name}")) for name in "AB"}
    put_up(tasks["A"], noor)
    put_up(tasks["B"], noor)
    for step in order:
        if step == "C":
            actions.mark_not_done(task=tasks["A"], by=meera.user)
        else:
            actions.mark_done(task=tasks[step], by=meera.user)
    first = SignUp.objects.filter(task__done_at__isnull=False).order_by("task__done_at").first()
    assert unit_of(visit) == (first.task.unit.name, TASK)


def test_the_same_unit_is_no_news(noor):
    task = make.task()
    put_up(task, noor)
    visit = make.visit(noor, unit=task.unit)
    actions.mark_done(task=task, by=noor.user)
    assert (unit_of(visit), [record[0] for record in records()]) == (("Kitchen", TASK), ["attendance.mark_done"])


def test_the_rest_of_what_was_done_after_all_leaves_the_board(noor, meera):
    """Yesterday's task went on by itself in the night; in the morning somebody says that it was done."""
    task, taken = make.task("Shelves", day=ago(1)), make.task("Windows", day=ago(1))
    make.task("Shelves", carried_from=task)
    rest = make.task("Windows", carried_from=taken)
    put_up(rest, noor)
    for one in (task, taken):
        actions.mark_done(task=one, by=meera.user)
    assert list(UnitTask.objects.on(today())) == [rest]
    assert [record[0] for record in records()] == [
        "leave_after_all", "attendance.mark_done", "attendance.mark_done",
    ]  # fmt: skip


# -- refusals ----------------------------------------------------------------------------------------------------------


def test_amara_is_not_on_it(amara, noor):
    task = make.task("Lunch")
    put_up(task, noor)
    with pytest.raises(actions.TaskNotTheirs, match="Whoever is on “Lunch” marks it"):
        actions.mark_done(task=task, by=amara.user)
    actions.mark_done(task=task, by=noor.user)
    with pytest.raises(actions.TaskNotTheirs):
        actions.mark_not_done(task=task, by=amara.user)
    task.refresh_from_db()
    assert task.is_done


def test_who_runs_the_meeting_marks_every_task_for_a_week(meera, sam, dana, noor):
    for days, colleague in [(0, meera), (1, sam), (7, dana)]:
        task = make.task(day=ago(days))
        put_up(task, noor)
        assert actions.mark_done(task=task, by=colleague.user).is_done
    with pytest.raises(actions.TaskLongAgo, match="more than a week ago"):
        actions.mark_done(task=make.task(day=ago(8)), by=dana.user)


def test_yesterday_is_over_for_noor(noor):
    task = make.task(day=ago(1))
    put_up(task, noor)
    with pytest.raises(actions.TaskNotTheirs):
        actions.mark_done(task=task, by=noor.user)


def test_nothing_is_done_before_its_day(meera):
    with pytest.raises(actions.TaskAhead, match="not come yet"):
        actions.mark_done(task=make.task(day=ago(-1)), by=meera.user)


def test_what_was_called_off_was_not_done(meera):
    task = make.task("Lunch", called_off_at=timezone.now())
    with pytest.raises(work.TaskCalledOff, match="“Lunch” was called off"):
        actions.mark_done(task=task, by=meera.user)


def test_nobody_signs_up_or_moves_up_to_what_is_done(amara, noor, meera):
    task = make.task("Lunch", places=1)
    put_up(task, noor)
    Waiting.objects.create(task=task, member=amara, at=timezone.now(), by=amara.user)
    actions.mark_done(task=task, by=noor.user)
    actions.remove_helper(task=task, member=noor, by=meera.user)
    assert (task.sign_ups.count(), task.waiting.count()) == (0, 1)
    with pytest.raises(work.TaskDone, match="“Lunch” is done already"):
        work.sign_up(task=task, member=amara, by=amara.user)


# -- who did it --------------------------------------------------------------------------------------------------------


def test_amara_helped_too_though_every_place_was_taken(amara, noor, meera):
    task = make.task("Lunch", places=1)
    put_up(task, noor)
    visit = make.visit(amara)
    actions.mark_done(task=task, by=noor.user)
    made = actions.add_helper(task=task, member=amara, by=meera.user)
    assert actions.add_helper(task=task, member=amara, by=meera.user) == made
    assert list(task.sign_ups.values_list("member", "by")) == [
        (noor.pk, noor.user.pk), (amara.pk, meera.user.pk),
    ]  # fmt: skip
    assert unit_of(visit) == ("Kitchen", TASK)
    assert [(verb, about) for verb, _by, about, *_ in records()] == [
        ("attendance.mark_done", None), ("attendance.add_helper", amara.pk), ("attendance.fill_unit", amara.pk),
    ]  # fmt: skip
    assert actions.remove_helper(task=task, member=amara, by=meera.user) is True
    assert actions.remove_helper(task=task, member=amara, by=meera.user) is False
    assert (unit_of(visit), task.sign_ups.count()) == ((None, HABIT), 1)


def test_who_did_it_is_asked_of_what_is_done(amara, meera):
    task = make.task("Lunch")
    for change in (actions.add_helper, actions.remove_helper):
        with pytest.raises(actions.NotDoneYet, match="Mark “Lunch” done first"):
            change(task=task, member=amara, by=meera.user)


def test_amara_reads_all_of_it(as_, amara, meera):
    task = make.task("Lunch", done_at=timezone.now())
    make.visit(amara)
    actions.add_helper(task=task, member=amara, by=meera.user)
    actions.remove_helper(task=task, member=amara, by=amara.user)
    html = re.sub(r"<[^>]+>|\s+", " ", as_(amara).get(reverse("my_records")).content.decode())
    for words in ("wrote down that you did a task", "took you off a task that is done", "set the unit of your visit"):
        assert words in html


# -- what came late ----------------------------------------------------------------------------------------------------


def test_a_visit_that_was_written_down_later_is_put_right(amara, noor, meera):
    task, other = make.task(day=ago(1)), make.task("Dishes", day=ago(1), unit=make.unit("Hospitality"))
    put_up(task, amara)
    put_up(other, noor)
    actions.mark_done(task=task, by=meera.user)
    actions.mark_done(task=other, by=meera.user)
    late, chosen = make.visit(amara, ago(1)), make.visit(noor, ago(1), unit_from=WORD)
    assert [actions.fill_units_lately() for _ in range(2)] == [1, 0]
    assert (unit_of(late), unit_of(chosen)) == (("Kitchen", TASK), (None, WORD))
    assert records()[-1] == ("attendance.fill_unit", None, amara.pk, {"unit": None}, {"unit": "Kitchen"})
    task.sign_ups.all().delete()
    assert [actions.fill_units_lately() for _ in range(2)] == [1, 0]
    assert unit_of(late) == (None, HABIT)


@pytest.mark.once
def test_units_of_before_the_upgrade_are_somebodys_word(amara, noor):
    """Nobody knows how they came to stand there, so what is done never changes them."""
    stood, empty = make.visit(amara, unit=make.unit()), make.visit(noor)
    migration = import_module("attendance.migrations.0006_units_that_stood_there_are_somebodys_word")
    migration.keep_units(apps, None)
    assert (unit_of(stood), unit_of(empty)) == (("Kitchen", WORD), (None, HABIT))


# -- the pages ---------------------------------------------------------------------------------------------------------


def test_one_tap_on_the_card_and_one_back(as_, noor):
    task = make.task("Lunch")
    put_up(task, noor)
    client = as_(noor)
    answer = client.post(
        reverse("attendance:mark_done", args=[task.pk]), headers={"HX-Request": "true"}
    ).content.decode()
    assert f'id="task-{task.pk}"' in answer and "“Lunch” is done. Well done!" in answer
    assert "Not done after all" in answer and "Mark done" not in answer
    assert f'action="/tasks/{task.pk}/not-done/"' in answer.split('id="messages"')[1]  # the undo
    answer = press(client, "mark_not_done", task)
    assert answer.headers["Location"] == f"/tasks/#task-{task.pk}"
    assert said(client, answer) == "“Lunch” is not done yet."


def test_amara_gets_a_sentence_and_no_button(as_, amara, noor):
    task = make.task("Lunch")
    put_up(task, noor)
    client = as_(amara)
    assert "Mark done" not in client.get("/tasks/").content.decode()
    assert "Whoever is on “Lunch” marks it" in said(client, press(client, "mark_done", task))
    task.refresh_from_db()
    assert not task.is_done


def test_noor_takes_herself_off(as_, noor, meera):
    task = make.task("Lunch")
    put_up(task, noor)
    actions.mark_done(task=task, by=meera.user)
    client = as_(noor)
    html = client.get("/tasks/").content.decode()
    assert "Take me off" in html and 'value="withdraw"' not in html
    assert said(client, press(client, "take_me_off", task)) == "You are off “Lunch”."
    assert task.sign_ups.count() == 0


def test_meera_finds_who_helped_by_a_part_of_the_name(as_, amara, noor, meera):
    task = make.task("Lunch", done_at=timezone.now())
    put_up(task, noor)
    make.member("Amalia Costa")
    client = as_(meera)
    html = press(client, "edit_helpers", task, q="ama").content.decode()
    numbers = dict(Member.objects.values_list("first_name", "member_no"))
    assert re.findall(r'name="add" value="(\w+)"', html) == [numbers["Amalia"], numbers["Amara"]]
    assert re.findall(r'name="remove" value="(\w+)"', html) == [numbers["Noor"]]
    answer = press(client, "edit_helpers", task, add=amara.member_no)
    assert said(client, answer) == "Amara is on “Lunch”."
    press(client, "edit_helpers", task, remove=noor.member_no)
    assert list(task.sign_ups.values_list("member", flat=True)) == [amara.pk]
    assert press(client, "edit_helpers", task, add="nobody").status_code == 404


def test_nobody_by_that_name_and_somebody_who_stands_there(as_, noor, meera):
    task = make.task("Lunch", done_at=timezone.now())
    put_up(task, noor)
    client = as_(meera)
    assert "Nobody by that name." in press(client, "edit_helpers", task, q="zzzz").content.decode()
    assert "</bdi> is on it." in press(client, "edit_helpers", task, q="noor").content.decode()


def test_a_name_is_added_to_what_is_done_only(as_, noor, meera):
    task, client = make.task("Lunch"), as_(meera)
    assert "Mark it done first" in press(client, "edit_helpers", task).content.decode()
    answer = press(client, "edit_helpers", task, add=noor.member_no)
    assert said(client, answer) == "Mark “Lunch” done first. Then say who helped."
