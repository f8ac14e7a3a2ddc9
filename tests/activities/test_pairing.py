"""Two do a task together: one shows, one learns. Each chooses that alone, and nobody is put together by the house."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from activities import actions
from activities.models import CanShow, LibraryTask, Part, PlaceRole, SignUp
from members.models import AuditRecord, Message
from tests import make
from tests.activities.cards import card, next_week, notes, says, sentence, tap, taps, today, words_of

pytestmark = pytest.mark.django_db


def roles(task) -> dict[str, str]:
    return {one.member.first_name: one.role for one in task.sign_ups.select_related("member")}


def shows(member, task) -> None:
    actions.can_show(what=task, member=member, by=member.user)
    task.refresh_from_db()


def did_before(member, task, role: str = PlaceRole.DOING) -> None:
    past = make.task(task.title, unit=task.unit, day=today() - dt.timedelta(days=3))
    SignUp.objects.create(task=past, member=member, at=timezone.now(), by=member.user, role=role)


# -- "I can show this" -------------------------------------------------------------------------------------------------


def test_noor_says_that_she_can_show_it(noor):
    task = make.task("Soup", day=next_week(), part=Part.AFTERNOON, places=3, good_to_know="Aprons hang at the door.")
    again = make.task("SOUP", day=next_week() + dt.timedelta(days=1))
    other_unit = make.task("Soup", day=next_week(), unit=make.unit("Hospitality"))
    actions.can_show(what=task, member=noor, by=noor.user)
    known = LibraryTask.objects.get()
    assert (known.unit, known.title, known.part, known.places, known.good_to_know, known.posted_by) == (
        task.unit, "Soup", Part.AFTERNOON, 3, "Aprons hang at the door.", noor.user,
    )  # fmt: skip
    for one in (task, again, other_unit):
        one.refresh_from_db()
    assert (task.library_task, again.library_task, other_unit.library_task) == (known, known, None)
    record = AuditRecord.objects.get()
    assert (record.verb, record.about, record.after) == ("can_show", noor, {"task": "Soup"})


def test_what_the_library_knows_already_is_not_written_twice(noor, amara):
    known = LibraryTask.objects.create(unit=make.unit(), title="SOUP")
    task = make.task("Soup")
    for member in (noor, noor, amara):
        actions.can_show(what=task, member=member, by=member.user)
    task.refresh_from_db()
    assert (LibraryTask.objects.count(), task.library_task, CanShow.objects.count()) == (1, known, 2)
    assert AuditRecord.objects.filter(verb="can_show").count() == 2


def test_it_can_be_said_of_a_page_of_the_library(noor):
    known = LibraryTask.objects.create(unit=make.unit(), title="Soup")
    actions.can_show(what=known, member=noor, by=noor.user)
    assert actions.stop_showing(what=known, member=noor, by=noor.user) is True


def test_taking_it_back_is_one_tap(noor):
    task = make.task("Soup")
    assert actions.stop_showing(what=task, member=noor, by=noor.user) is False
    shows(noor, task)
    assert actions.stop_showing(what=task, member=noor, by=noor.user) is True
    assert actions.stop_showing(what=task, member=noor, by=noor.user) is False
    assert CanShow.objects.count() == 0
    assert [*AuditRecord.objects.values_list("verb", flat=True)] == ["can_show", "stop_showing"]


def test_the_button_stands_on_what_a_member_does(as_, noor):
    """On every card it would be in the way; the page of the work has it for whoever knows it from elsewhere."""
    task = make.task("Soup")
    client = as_(noor)
    did_before(noor, task)
    assert taps(client, task) == [("sign_up", "", "Sign up")]
    tap(client, task, "sign_up")
    assert taps(client, task) == [("withdraw", "", "Withdraw"), ("can_show", "", "I can show this")]
    answer = tap(client, task, "can_show", to="can_show")
    assert sentence(answer) == "Thank you. The card says that you like to show “Soup”."
    assert notes(client, task) == ["You like to show this."]
    assert taps(client, task) == [("withdraw", "", "Withdraw"), ("stop_showing", "", "Not any more")]
    tap(client, task, "withdraw")
    assert taps(client, task) == [("sign_up", "", "Sign up"), ("sign_up", "showing", "Show it")]
    assert sentence(tap(client, task, "stop_showing", to="can_show")) == "The card says it no more."
    assert notes(client, task) == []


def test_who_knows_it_from_elsewhere_says_so_on_the_page_of_the_work(as_, noor, amara, sam):
    known = LibraryTask.objects.create(unit=make.unit(), title="Soup")
    guide, address, client = f"/tasks/library/{known.pk}/guide/", f"/tasks/library/{known.pk}/can-show/", as_(noor)
    assert "I can show this" in client.get(guide).content.decode()
    assert client.post(address, {"action": "can_show"})["Location"] == guide
    page = words_of(client.get(guide).content.decode().split("<main")[1])
    assert "You like to show this." in page and "Noor H." in page
    assert notes(as_(amara), make.task("Soup", library_task=known)) == ["Noor H. likes to show this."]
    client.post(address, {"action": "rank"})
    assert CanShow.objects.count() == 1
    client.post(address, {"action": "stop_showing"})
    assert CanShow.objects.count() == 0
    assert "I can show this" not in as_(sam).get(guide).content.decode()


def test_nobody_says_it_for_somebody_else(as_, noor, amara, sam):
    task = make.task("Soup")
    tap(as_(amara), task, "can_show", to="can_show", member=noor.pk)
    assert list(CanShow.objects.values_list("member", flat=True)) == [amara.pk]
    assert tap(as_(sam), task, "can_show", to="can_show").status_code == 403


@pytest.mark.parametrize("action", ["", "sign_up", "rank", "can_show\x00"])
def test_an_odd_button_says_nothing(as_, noor, action):
    answer = tap(as_(noor), make.task(), action, to="can_show")
    assert (sentence(answer), CanShow.objects.count()) == ("Please use one of the buttons on the task.", 0)


# -- What the card tells -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("allow", "line"),
    [
        (["short"], "Ana P. likes to show this."),
        (["full"], "Ana Pereira likes to show this."),
        (["none"], "Somebody here likes to show this."),
        (["none", "none"], "Some people here like to show this."),
        (["short", "short"], "Ana P. and Bo P. like to show this."),
        (["short", "none"], "Ana P. and others like to show this."),
        (["none", "none", "full"], "Cy Pereira and others like to show this."),
        (["short", "short", "short"], "Ana P., Bo P. and Cy P. like to show this."),
        (["short", "short", "short", "short"], "Ana P., Bo P. and others like to show this."),
    ],
)
def test_names_only_as_each_member_allows(as_, amara, allow, line):
    task = make.task("Soup")
    for name, allowed in zip(["Ana", "Bo", "Cy", "Di"], allow, strict=False):
        member = make.member(f"{name} Pereira", board_name=allowed)
        make.account(member)
        shows(member, task)
    assert notes(as_(amara), task) == [line]


def test_who_left_the_roll_or_died_is_not_named(as_, amara, noor, rosa):
    task = make.task("Soup")
    for member in (noor, rosa):
        shows(member, task)
    noor.withdrawn_on = rosa.deceased_on = today()
    noor.save()
    rosa.save()
    assert notes(as_(amara), task) == []


def test_a_newcomer_is_offered_to_learn_it(as_, amara, noor):
    task = make.task("Soup", places=3)
    client = as_(amara)
    assert taps(client, task) == [("sign_up", "", "Sign up")]
    shows(noor, task)
    assert notes(client, task) == ["Noor H. likes to show this."]
    assert taps(client, task) == [("sign_up", "", "Sign up"), ("sign_up", "learning", "Learn it")]
    actions.sign_up(task=task, member=noor, by=noor.user)
    assert taps(client, task)[1] == ("sign_up", "learning", "Learn it with Noor H.")
    answer = tap(client, task, "sign_up", role="learning")
    assert sentence(answer) == "You are on “Soup”, to learn it."
    assert roles(task) == {"Noor": "doing", "Amara": "learning"}
    assert re.search('place-role">learning<', card(as_(noor), task))


def test_learning_is_offered_where_two_have_room(as_, amara, noor):
    """The last place is no pair, unless somebody who shows stands there already."""
    task = make.task("Soup", places=1)
    shows(noor, task)
    assert taps(as_(amara), task) == [("sign_up", "", "Sign up")]
    task.places = 2
    task.save()
    actions.sign_up(task=task, member=noor, by=noor.user)
    assert ("sign_up", "learning", "Learn it with Noor H.") in taps(as_(amara), task)


def test_somebody_who_shows_today_is_enough(as_, amara, noor):
    task = make.task("Soup", places=3)
    actions.sign_up(task=task, member=noor, by=noor.user, role=PlaceRole.SHOWING)
    assert taps(as_(amara), task)[1] == ("sign_up", "learning", "Learn it with Noor H.")
    noor.board_name = "none"
    noor.save()
    assert taps(as_(amara), task)[1] == ("sign_up", "learning", "Learn it")
    assert "Noor" not in says(as_(amara), task)


@pytest.mark.parametrize(("role", "offered"), [("doing", False), ("showing", False), ("learning", True)])
def test_who_did_it_before_knows_how(as_, amara, noor, role, offered):
    """Learning once is no reason to stop learning: first together, then alone."""
    task = make.task("Soup")
    shows(noor, task)
    did_before(amara, task, role)
    assert (("sign_up", "learning", "Learn it") in taps(as_(amara), task)) is offered


def test_the_same_title_in_another_unit_is_other_work(as_, amara, noor):
    task = make.task("Phones")
    shows(noor, task)
    did_before(amara, make.task("Phones", unit=make.unit("Clerical")))
    assert ("sign_up", "learning", "Learn it") in taps(as_(amara), task)


def test_a_learner_who_is_alone_is_told_of_to_those_who_can_show(as_, amara, noor, rosa):
    task = make.task("Soup", places=3)
    shows(noor, task)
    actions.sign_up(task=task, member=amara, by=amara.user, role=PlaceRole.LEARNING)
    assert notes(as_(noor), task)[0] == "Amara O. would like to learn this."
    assert ("sign_up", "showing", "Show it") in taps(as_(noor), task)
    assert "would like to learn" not in says(as_(rosa), task)
    assert sentence(tap(as_(noor), task, "sign_up", role="showing")) == "You are on “Soup”, to show it."
    assert roles(task) == {"Amara": "learning", "Noor": "showing"}
    assert "would like to learn" not in says(as_(noor), task)


def test_a_learner_without_a_name_stays_without_one(as_, amara, noor):
    amara.board_name = "none"
    amara.save()
    task = make.task("Soup", places=3)
    shows(noor, task)
    actions.sign_up(task=task, member=amara, by=amara.user, role=PlaceRole.LEARNING)
    assert notes(as_(noor), task)[0] == "Somebody would like to learn this."


def test_who_is_on_it_already_changes_to_showing_and_keeps_the_place(as_, amara, noor):
    task = make.task("Soup", places=2)
    shows(noor, task)
    actions.sign_up(task=task, member=noor, by=noor.user)
    actions.sign_up(task=task, member=amara, by=amara.user, role=PlaceRole.LEARNING)
    assert ("sign_up", "showing", "Show it") in taps(as_(noor), task)
    tap(as_(noor), task, "sign_up", role="showing")
    assert roles(task) == {"Amara": "learning", "Noor": "showing"}
    tap(as_(noor), task, "sign_up")  # a second tap on "Sign up" takes nothing back
    assert roles(task) == {"Amara": "learning", "Noor": "showing"}
    assert AuditRecord.objects.filter(verb="change_role", about=noor).count() == 1


@pytest.mark.parametrize("role", ["", "boss", "learning\x00", "学ぶ"])
def test_an_odd_role_is_doing_it(as_, amara, role):
    task = make.task()
    tap(as_(amara), task, "sign_up", role=role)
    assert roles(task) == {"Amara": "doing"}


def test_wishing_to_learn_writes_to_nobody_and_puts_nobody_on(amara, noor, sam):
    """No automatic assignment ever: the only row is Amara's own, and the only message would be to her."""
    task = make.task("Soup", day=next_week(), places=3)
    shows(noor, task)
    actions.sign_up(task=task, member=amara, by=amara.user, role=PlaceRole.LEARNING)
    assert roles(task) == {"Amara": "learning"}
    assert set(Message.objects.values_list("member", flat=True)) <= {amara.pk}


def test_a_full_or_past_task_offers_no_pair(as_, amara, noor, rosa):
    full, past = make.task("Soup", places=1), make.task("Soup", day=today() - dt.timedelta(days=1))
    shows(noor, full)
    actions.sign_up(task=full, member=rosa, by=rosa.user)
    assert taps(as_(amara), full) == [("wait", "", "Wait for a place")]
    assert (taps(as_(amara), past), notes(as_(amara), past)) == ([], [])


# -- What else a card says ---------------------------------------------------------------------------------------------


def test_practice_and_done_are_said_in_words(as_, amara):
    practice = make.task("Phone call", is_practice=True)
    done = make.task("Bread", done_at=timezone.now())
    client = as_(amara)
    assert "Practice" in says(client, practice)
    assert says(client, done).startswith("Bread Done ")
    assert taps(client, done) == []
