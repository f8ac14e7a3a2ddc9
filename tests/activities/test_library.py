"""What a unit knows how to do: kept in its library, posted with one tap, begun with what most houses do."""

import datetime as dt

import pytest
from django.urls import reverse

from activities import actions
from activities.library import TRADES, titles, trade_of
from activities.models import GuideStep, LibraryTask, OpeningHours, OpeningWeek, UnitTask
from members.models import AuditRecord, House
from tests import make

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 10, 5)
KITCHEN = ["Breakfast", "Dishes", "Garden", "Lunch", "Menu", "Reach-out", "Shopping", "Snack bar till"]


@pytest.fixture(autouse=True)
def monday_morning(time_machine):
    week = OpeningWeek.objects.create(starts_on=dt.date(2026, 1, 1))
    OpeningHours.objects.create(week=week, weekday=0, opens_at=dt.time(9), closes_at=dt.time(17))
    time_machine.move_to(House.objects.current().at(MONDAY, dt.time(8)), tick=False)


def known(title: str = "Bread", **fields) -> LibraryTask:
    return LibraryTask.objects.create(unit=fields.pop("unit", None) or make.unit(), title=title, **fields)


def in_library(unit) -> list[str]:
    return list(LibraryTask.objects.standing().filter(unit=unit).order_by("title").values_list("title", flat=True))


def filled_in(**fields) -> dict:
    return {"title": "Bread", "part": "morning", "starts_at": "", "places": "2", "good_to_know": ""} | fields


def errors(response) -> dict:
    return {name: list(found) for name, found in response.context["form"].errors.items()}


# -- posting from it ---------------------------------------------------------------------------------------------------


def test_one_tap_puts_it_on_the_board_of_today(as_, sam):
    bread = known(places=3, starts_at=dt.time(9, 30), good_to_know="Flour is in the attic.", is_practice=True,
                  carries_over=True)  # fmt: skip
    client = as_(sam)
    for _tap in range(2):
        response = client.post(f"/tasks/library/{bread.pk}/post/")
    task = UnitTask.objects.get()
    assert response["Location"] == f"/tasks/2026-10-05/#task-{task.pk}"
    assert (task.unit, task.title, task.day, task.places, task.starts_at, task.good_to_know) == (
        bread.unit, "Bread", MONDAY, 3, dt.time(9, 30), "Flour is in the attic.",
    )  # fmt: skip
    assert (task.is_practice, task.carries_over, task.library_task, task.posted_by) == (True, True, bread, sam.user)
    assert [record.verb for record in AuditRecord.objects.all()] == ["post_task"]
    assert "On the board" in client.get("/tasks/library/").content.decode()


@pytest.mark.parametrize(
    ("asked", "day"),
    [
        ("2026-10-07", dt.date(2026, 10, 7)),
        ("2026-10-02", MONDAY),
        ("2199-12-31", MONDAY),
        ("next week", MONDAY),
        ("", MONDAY),
    ],
)
def test_it_is_posted_for_the_day_that_was_looked_at(asked, day, as_, sam):
    client = as_(sam)
    client.post(f"/tasks/library/{known().pk}/post/", {"day": asked})
    assert UnitTask.objects.get().day == day
    html = client.get(f"/tasks/library/?day={asked}").content.decode()
    assert f'name="day" value="{day}"' in html or "On the board" in html


def test_members_see_what_the_house_knows_and_post_where_they_may(as_, amara):
    bread, client = known(), as_(amara)
    html = client.get("/tasks/library/").content.decode()
    assert (
        "Bread" in html
        and "Post for" not in html
        and reverse("activities:edit_library_task", args=[bread.pk]) not in html
    )
    assert client.post(f"/tasks/library/{bread.pk}/post/").status_code == 403
    make.house(members_may_post_tasks=True)
    assert "Post for today" in client.get("/tasks/library/").content.decode()
    assert client.post(f"/tasks/library/{bread.pk}/post/").status_code == 302
    assert UnitTask.objects.get().posted_by == amara.user


def test_posting_by_hand_finds_the_library_by_name(sam):
    bread = known()
    task = actions.post_task(unit=bread.unit, title="bread", part="morning", places=1, day=MONDAY, by=sam.user)
    assert task.library_task == bread


def test_the_name_of_a_task_is_offered_from_the_library_first():
    kitchen, office = make.unit(), make.unit("Clerical")
    known("Bread", unit=kitchen), known("menu", unit=kitchen), known("Archive", unit=office)
    offered = titles(kitchen.pk)
    assert offered[:4] == ["Bread", "menu", "Archive", "Shopping"]
    assert len(offered) == len({title.casefold() for title in offered}) >= 25


# -- looking after it --------------------------------------------------------------------------------------------------


def test_sam_adds_changes_and_takes_out(as_, sam):
    kitchen, client = make.unit(), as_(sam)
    assert client.post(f"/tasks/library/units/{kitchen.pk}/add/", filled_in()).status_code == 302
    bread = LibraryTask.objects.get()
    posted = actions.post_from_library(library_task=bread, day=MONDAY, by=sam.user)
    client.post(f"/tasks/library/{bread.pk}/edit/", filled_in(title="Bread and rolls", places="4", carries_over="on"))
    bread.refresh_from_db()
    assert (bread.title, bread.places, bread.carries_over) == ("Bread and rolls", 4, True)
    GuideStep.objects.create(library_task=bread, number=1, words="Knead it.")
    for _tap in range(2):
        assert "Put it back" in client.post(f"/tasks/library/{bread.pk}/remove/", follow=True).content.decode()
    assert in_library(kitchen) == []
    assert "Bread and rolls" not in client.get("/tasks/library/").content.decode()
    posted.refresh_from_db()
    assert (posted.title, posted.places, posted.called_off_at, posted.library_task) == ("Bread", 2, None, bread)
    for _tap in range(2):
        client.post(f"/tasks/library/{bread.pk}/put-back/")
    assert (in_library(kitchen), GuideStep.objects.count()) == (["Bread and rolls"], 1)
    assert [record.verb for record in AuditRecord.objects.all()] == [
        "add_library_task", "post_task", "edit_library_task", "remove_library_task", "put_back_library_task",
    ]  # fmt: skip


def test_saving_without_a_change_writes_nothing(as_, sam):
    bread = known(places=2)
    as_(sam).post(f"/tasks/library/{bread.pk}/edit/", filled_in())
    assert AuditRecord.objects.count() == 0


@pytest.mark.parametrize("title", ["Bread", "bread", "BREAD"])
def test_nothing_stands_twice_in_a_library(title, as_, sam):
    bread = known()
    response = as_(sam).post(f"/tasks/library/units/{bread.unit.pk}/add/", filled_in(title=title))
    assert errors(response) == {"title": ["The library has this task already."]}
    assert LibraryTask.objects.count() == 1


def test_letters_with_marks_are_told_alike_on_every_database(sam):
    crepes = known("Crêpes")
    with pytest.raises(actions.InTheLibrary):
        actions.add_library_task(unit=crepes.unit, title="CRÊPES", part="morning", places=1, by=sam.user)


def test_a_change_of_name_does_not_make_two_of_a_kind(as_, sam):
    bread, soup = known("Bread"), known("Soup")
    response = as_(sam).post(f"/tasks/library/{soup.pk}/edit/", filled_in(title="bread"))
    assert errors(response) == {"title": ["The library has this task already."]}
    soup.refresh_from_db()
    assert (soup.title, bread.title) == ("Soup", "Bread")


def test_what_was_taken_out_comes_back_under_its_name_with_its_guide(sam):
    bread = known()
    GuideStep.objects.create(library_task=bread, number=1, words="Knead it.")
    actions.remove_library_task(library_task=bread, by=sam.user)
    again = actions.add_library_task(unit=bread.unit, title="bread", part="afternoon", places=1, by=sam.user)
    assert (again.pk, again.removed_at, again.part, again.steps.count()) == (bread.pk, None, "afternoon", 1)


def test_another_unit_may_know_the_same(sam):
    bread = known()
    actions.add_library_task(unit=make.unit("Garden"), title="Bread", part="morning", places=1, by=sam.user)
    assert LibraryTask.objects.filter(title=bread.title).count() == 2


# -- what most houses do -----------------------------------------------------------------------------------------------


def test_a_new_kitchen_begins_with_what_most_kitchens_do(dana):
    kitchen = actions.add_unit(name="Kitchen & Garden", colour=1, by=dana.user)
    assert in_library(kitchen) == KITCHEN
    assert [record.verb for record in AuditRecord.objects.all()] == ["add_unit"]


@pytest.mark.parametrize(
    ("name", "trade"),
    [
        ("Culinary", "kitchen"), ("Clerical", "office"), ("Membership", "office"), ("Hospitality", "hospitality"),
        ("Employment & Education", "employment"), ("Music", None),
    ],
)  # fmt: skip
def test_the_name_of_a_unit_tells_its_trade(name, trade):
    found = trade_of(make.unit(name))
    assert (found.name if found else None) == trade


def test_a_unit_of_another_kind_begins_empty_and_is_offered_all_of_them(as_, dana):
    music = actions.add_unit(name="Music", colour=1, by=dana.user)
    assert in_library(music) == []
    html = as_(dana).get(f"/tasks/library/units/{music.pk}/").content.decode()
    assert [trade.name for trade in TRADES if str(trade.offer) in html] == [trade.name for trade in TRADES]


def test_one_tap_brings_them_to_a_unit_that_is_there_and_nothing_twice(as_, sam):
    kitchen, client = make.unit(), as_(sam)
    known("LUNCH", unit=kitchen, places=9)
    for sentence in ("7 tasks are new here.", "They are all here already."):
        response = client.post(f"/tasks/library/units/{kitchen.pk}/usual/", {"trade": "kitchen"}, follow=True)
        assert sentence in response.content.decode()
    assert sorted(in_library(kitchen), key=str.casefold) == [
        "LUNCH" if title == "Lunch" else title for title in KITCHEN
    ]
    assert LibraryTask.objects.get(title="LUNCH").places == 9
    assert [(record.verb, record.after) for record in AuditRecord.objects.all()] == [
        ("add_usual_tasks", {"trade": "kitchen", "tasks": 7})
    ]
    assert client.post(f"/tasks/library/units/{kitchen.pk}/usual/", {"trade": "circus"}).status_code == 404


def test_what_was_taken_out_is_not_brought_back(sam):
    kitchen = make.unit()
    actions.remove_library_task(library_task=known("Lunch", unit=kitchen), by=sam.user)
    actions.add_usual_tasks(unit=kitchen, trade=TRADES[0], by=sam.user)
    assert "Lunch" not in in_library(kitchen)


# -- the pages ---------------------------------------------------------------------------------------------------------


def test_the_library_asks_the_same_questions_whatever_it_holds(as_, amara, django_assert_num_queries):
    client = as_(amara)
    known("Bread")
    client.get("/tasks/library/")  # whatever is asked once only
    for more in ([], ["Soup", "Salad", "Cake"]):
        for title in more:
            GuideStep.objects.create(library_task=known(title, unit=make.unit(title)), number=1, words="Begin.")
        with django_assert_num_queries(5):
            client.get("/tasks/library/")
