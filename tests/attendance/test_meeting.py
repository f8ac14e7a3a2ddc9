"""The unit meeting: Meera puts names up at people's word, and whoever is meant reads it and takes it off."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from activities import actions as work
from activities.models import OpenDay, Part, SignUp, Waiting
from attendance.meeting import meeting, part_now
from members.models import AuditRecord, House
from tests import make

pytestmark = [pytest.mark.django_db, pytest.mark.once]  # the actions behind it have tests on both databases
TUESDAY = dt.date(2026, 10, 6)
TEN = dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC)  # ten in the morning at the house
PIECE = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def on_tuesday_at_ten():
    with time_machine.travel(TEN, tick=False):
        yield


@pytest.fixture
def dishes(on_tuesday_at_ten, db):
    return make.task("Dishes", day=TUESDAY, places=2)


def put_up(client, task, words: str = "", **fields):
    return client.post(f"/tasks/meeting/{task.pk}/put-up/", {"q": words, "part": "morning", **fields}, headers=PIECE)


def words_of(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def said(response) -> str:
    """What the messages region says."""
    return words_of(re.search(r"<p>(.*?)</p>", response.content.decode().split('id="messages"')[1], re.S)[1])


def up() -> list[tuple[str, str]]:
    return [(one.member.first_name, one.by.username) for one in SignUp.objects.select_related("member", "by")]


def offered(response) -> list[str]:
    """The buttons to choose from, with their numbers."""
    html = response.content.decode().split('id="choices"')[1].split('id="needs"')[0]
    return [words_of(one) for one in re.findall(r"<button.*?>(.*?)</button>", html, re.S)]


@pytest.fixture
def house(dishes) -> House:
    """Ana and Anna are here, Anselm is expected, Andrea was last seen years ago, Zoë is here."""
    for name in ("Ana Park", "Anna Quist", "Zoë Lund"):
        make.visit(make.member(name), TUESDAY, "08:50", None)
    anselm = make.member("Anselm Roy")
    SignUp.objects.create(task=make.task("Lunch", day=TUESDAY), member=anselm, at=TEN, by=make.account(anselm))
    make.visit(make.member("Andrea Sol"), dt.date(2021, 3, 1))
    return House.objects.current()


# -- putting a name up -------------------------------------------------------------------------------------------------


def test_meera_puts_noor_up_at_her_word(as_, meera, noor, dishes):
    response = put_up(as_(meera), dishes, "noo")
    assert up() == [("Noor", "meera")]
    assert said(response) == "Noor H. is on “Dishes”."
    html = response.content.decode()
    assert f'id="meet-{dishes.pk}"' in html and "at their word" in html and "Still needs people: Dishes 1." in html
    record = AuditRecord.objects.get(about=noor)
    assert (record.verb, record.by, record.after) == ("sign_up", meera.user, {"task": "Dishes", "day": str(TUESDAY)})


def test_noor_reads_who_put_her_up_and_takes_her_name_off(as_, meera, noor, dishes):
    put_up(as_(meera), dishes, "noor")
    client = as_(noor)
    records = words_of(client.get("/me/looks/").content.decode())
    assert "Meera Nair put your name up for a task, at your word" in records
    client.post(f"/tasks/{dishes.pk}/sign-up/", {"action": "withdraw"})
    assert up() == []


def test_who_signed_up_alone_is_not_marked(as_, sam, noor, dishes):
    work.sign_up(task=dishes, member=noor, by=noor.user)
    html = as_(sam).get("/tasks/meeting/").content.decode()
    assert "Noor H." in html and "at their word" not in html


def test_putting_up_twice_is_one_place(as_, sam, noor, dishes):
    put_up(as_(sam), dishes, "noor")
    response = put_up(as_(sam), dishes, "noor")
    assert (up(), said(response)) == ([("Noor", "sam")], "Noor H. has a place on “Dishes”.")
    assert "take-off" not in response.content.decode().split('id="messages"')[1]


@pytest.mark.parametrize("who", ["amara", "rosa", "stella"])
def test_a_member_without_the_duty_puts_nobody_up(who, request, as_, noor, dishes):
    client = as_(request.getfixturevalue(who))
    work.sign_up(task=dishes, member=noor, by=noor.user)
    place = SignUp.objects.get()
    assert put_up(client, dishes, "noor").status_code == 403
    assert client.post(f"/tasks/meeting/{dishes.pk}/names/", {"q": "noor"}).status_code == 403
    assert client.post(f"/tasks/meeting/places/{place.pk}/take-off/").status_code == 403
    assert client.get("/tasks/meeting/").status_code == 403
    assert "meeting" not in client.get("/tasks/").content.decode()
    assert up() == [("Noor", "noor")]


def test_several_who_may_be_meant_are_a_question(as_, meera, house, dishes):
    client = as_(meera)
    response = put_up(client, dishes, "an")
    assert offered(response) == ["1 Ana P.", "2 Anna Q.", "3 Anselm R.", "4 Andrea S."]
    assert said(response) == "Several people may be meant. Choose one, or write more of the name."
    chosen = re.findall(r'value="(\d+)"', response.content.decode().split("</form>")[0])[1]
    put_up(client, dishes, member=chosen)
    assert up()[1:] == [("Anna", "meera")]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ("xyz", "Nobody found by that name. Try fewer letters, or another of their names."),
        ("andrew", "Nobody is called so. Did you mean one of these?"),
        ("", "Who takes it? Write a name, or choose one."),
    ],
)
def test_what_is_asked_when_nobody_is_meant(as_, sam, house, dishes, words, sentence):
    assert said(put_up(as_(sam), dishes, words)) == sentence
    assert SignUp.objects.filter(task=dishes).count() == 0


@pytest.mark.parametrize("number", ["0", "999999", "9" * 40, "x", "٣", "-1", "\0"])
def test_a_number_of_nobody_puts_nobody_up(as_, sam, amara, dishes, number):
    response = put_up(as_(sam), dishes, member=number)
    assert (response.status_code, SignUp.objects.count()) == (200, 0)


def test_the_deceased_are_not_put_up(as_, sam, noor, dishes):
    noor.deceased_on = TUESDAY
    noor.save()
    put_up(as_(sam), dishes, member=noor.pk)
    put_up(as_(sam), dishes, "noor")
    assert up() == []


def test_a_name_that_nobody_shall_read_is_not_said_on_the_wall(as_, sam, noor, dishes):
    noor.board_name = "none"
    noor.save()
    client = as_(sam)
    response = put_up(client, dishes, "noor")
    assert said(response) == "One more place on “Dishes” is taken."
    assert "Noor" not in response.content.decode()
    page = client.get("/tasks/meeting/").content.decode()
    assert "Noor" not in page and "taken" in page
    response = client.post(f"/tasks/meeting/places/{SignUp.objects.get().pk}/take-off/", headers=PIECE)
    assert said(response) == "One name is off “Dishes”."


def test_being_on_two_tasks_at_once_is_pointed_out_and_not_refused(as_, sam, noor, dishes):
    for title, part in (("Menu", Part.MORNING), ("Phones", Part.AFTERNOON)):
        work.sign_up(task=make.task(title, day=TUESDAY, part=part), member=noor, by=noor.user)
    assert said(put_up(as_(sam), dishes, "noor")) == "Noor H. is on “Dishes”. Noor H. is also on “Menu”."


# -- full, over, called off --------------------------------------------------------------------------------------------


def test_a_full_task_offers_its_waiting_list(as_, sam, amara, noor, dishes):
    dishes.places = 1
    dishes.save()
    client = as_(sam)
    put_up(client, dishes, "noor")
    response = put_up(client, dishes, "amara")
    assert said(response) == "Every place on “Dishes” is taken."
    assert offered(response) == ["1 Put Amara O. on the waiting list"]
    assert Waiting.objects.count() == 0
    response = put_up(client, dishes, member=amara.pk, wait="yes")
    assert said(response) == "Amara O. waits for “Dishes”."
    assert [(one.member, one.by) for one in Waiting.objects.all()] == [(amara, sam.user)]
    undo = re.search(r'action="(/tasks/meeting/waits/\d+/take-off/)"', response.content.decode())[1]
    client.post(undo, headers=PIECE)
    assert Waiting.objects.count() == 0


def test_what_is_done_and_a_closed_day_take_no_name(as_, sam, noor, dishes):
    client = as_(sam)
    put_up(client, dishes, "noor")
    place = SignUp.objects.get()
    dishes.done_at = TEN
    dishes.save()
    assert "“Dishes” is done already." in said(put_up(client, dishes, member=make.member("Ana Park").pk))
    client.post(f"/tasks/meeting/places/{place.pk}/take-off/", headers=PIECE)
    assert up() == [("Noor", "sam")]
    html = client.get("/tasks/meeting/").content.decode()
    assert "Noor H." in html and "take-off" not in html and "data-pick" not in html
    menu = make.task("Menu", day=TUESDAY)
    OpenDay.objects.create(day=TUESDAY, is_open=False, note="Snow")
    assert "The house is closed that day." in said(put_up(client, menu, "noor"))
    html = client.get("/tasks/meeting/").content.decode()
    assert "The house is closed this day." in html and "Snow" in html and "data-pick" not in html


def test_a_task_that_was_called_off_takes_no_name(as_, sam, noor, dishes):
    work.call_off_task(task=dishes, by=sam.user)
    assert said(put_up(as_(sam), dishes, "noor")) == "“Dishes” was called off. Ask a colleague what else there is."
    assert up() == []


def test_yesterday_stays_as_it_was(as_, sam, amara, noor):
    yesterday = make.task("Menu", day=TUESDAY - dt.timedelta(days=1))
    place = SignUp.objects.create(task=yesterday, member=noor, at=TEN, by=noor.user)
    client = as_(sam)
    assert "That day is over" in said(put_up(client, yesterday, "amara"))
    response = client.post(f"/tasks/meeting/places/{place.pk}/take-off/", headers=PIECE)
    assert said(response) == "That work is over. It stays as it was."
    assert up() == [("Noor", "noor")]
    html = client.get(f"/tasks/meeting/{yesterday.day}/?part=morning").content.decode()
    assert "Menu" in html and "take-off" not in html and "put-up/" not in re.sub(r'data-put-up="[^"]+"', "", html)


# -- off again ---------------------------------------------------------------------------------------------------------


def test_a_name_comes_off_with_one_tap_and_the_undo_puts_it_back(as_, meera, noor, dishes):
    client = as_(meera)
    undo = re.search(
        r'action="(/tasks/meeting/places/\d+/take-off/)"', put_up(client, dishes, "noor").content.decode()
    )[1]
    SignUp.objects.update(role="showing")
    response = client.post(undo, headers=PIECE)
    assert (up(), said(response)) == ([], "Noor H. is off “Dishes”.")
    assert [one.verb for one in AuditRecord.objects.filter(about=noor, by=meera.user)] == ["sign_up", "withdraw"]
    again = re.search(rf'action="(/tasks/meeting/{dishes.pk}/put-up/\d+/[^"]*)"', response.content.decode())[1]
    client.post(again, headers=PIECE)
    assert (up(), SignUp.objects.get().role) == ([("Noor", "meera")], "showing")


def test_a_name_that_is_off_already_is_no_error(as_, meera, dishes):
    assert said(as_(meera).post("/tasks/meeting/places/9999/take-off/", headers=PIECE)) == "That name is off already."


# -- the page ----------------------------------------------------------------------------------------------------------


def test_a_link_leads_there_and_only_who_may_sees_it(as_, sam, meera, dishes):
    for colleague in (sam, meera):
        assert 'href="/tasks/meeting/2026-10-06/"' in as_(colleague).get("/tasks/").content.decode()


def test_by_house_time_it_is_the_morning_until_noon(as_, sam, dishes):
    make.task("Phones", day=TUESDAY, part=Part.AFTERNOON)
    house, client = House.objects.current(), as_(sam)
    for clock, part, title in ((dt.time(11, 59), Part.MORNING, "Dishes"), (dt.time(12), Part.AFTERNOON, "Phones")):
        with time_machine.travel(house.at(TUESDAY, clock), tick=False):
            html = client.get("/tasks/meeting/").content.decode()
            assert re.findall(r'data-title="(\w+)"', html)[-1 if part == Part.MORNING else 0] == title
            assert f"?part={part}" in re.search(r'data-now="([^"]+)"', html.split("<main")[1])[1]
    assert re.findall(r'data-title="(\w+)"', client.get("/tasks/meeting/?part=nonsense").content.decode()) == ["Dishes"]


def test_the_afternoon_shows_what_the_morning_left(as_, sam, noor, dishes):
    make.task("Menu", day=TUESDAY, done_at=TEN)
    phones = make.task(
        "Phones", day=TUESDAY, part=Part.AFTERNOON, carried_from=make.task("Post", day=TUESDAY - dt.timedelta(days=1))
    )
    found = meeting(TUESDAY, Part.AFTERNOON, sam.user, TUESDAY)
    assert [row.task for _unit, rows in found.units for row in rows] == [phones]
    assert [(row.task, row.takes_names, row.needs_people) for row in found.left] == [(dishes, True, False)]
    assert found.needs == "Still needs people: Phones 2."
    html = as_(sam).get("/tasks/meeting/?part=afternoon").content.decode()
    assert "Left from the morning" in html and "From Monday morning." in html
    for address in (f"{dishes.pk}/mark-done", f"{dishes.pk}/carry-over", f"{phones.pk}/carry-over"):
        assert f'action="/tasks/{address}/"' in html
    assert f"{phones.pk}/mark-done" not in html  # nobody is on it
    morning = as_(sam).get("/tasks/meeting/?part=morning").content.decode()
    assert "carry-over" not in morning and "Who did it" in morning


def test_what_was_carried_over_is_not_left(sam, dishes):
    copy = work.carry_over(task=dishes, by=sam.user)
    found = meeting(TUESDAY, Part.AFTERNOON, sam.user, TUESDAY)
    assert found.left == []
    assert [(row.task, row.came_from) for _unit, rows in found.units for row in rows] == [(copy, "From this morning")]
    assert found.needs == "Still needs people: Dishes 2."


def test_what_the_line_says_when_nothing_is_needed(sam, noor, dishes):
    assert meeting(TUESDAY, Part.AFTERNOON, sam.user, TUESDAY).needs == "No tasks are named for this part of the day."
    dishes.places = 1
    dishes.save()
    work.sign_up(task=dishes, member=noor, by=noor.user)
    assert meeting(TUESDAY, Part.MORNING, sam.user, TUESDAY).needs == "Every task has its people."


def test_the_page_holds_no_list_of_members_and_the_search_is_posted(as_, meera, house, dishes):
    client = as_(meera)
    page = client.get("/tasks/meeting/").content.decode()
    assert "Ana P." not in page and "Anna" not in page and "Andrea" not in page
    address = f"/tasks/meeting/{dishes.pk}/names/"
    assert client.get(address, {"q": "ann"}).status_code == 405
    assert "Anna Q." in client.post(address, {"q": "ann"}).content.decode()
    here = client.post(address, {"q": ""}).content.decode()
    assert re.findall(r"<bdi>(.*?)</bdi>", here) == ["Ana P.", "Anna Q.", "Zoë L."]


def test_without_javascript_a_question_is_a_page_and_an_answer_leads_back(as_, sam, house, dishes):
    client = as_(sam)
    address = f"/tasks/meeting/{dishes.pk}/put-up/"
    page = client.post(address, {"q": "an", "part": "morning"})
    html = page.content.decode()
    assert (page.status_code, html.count("<h1"), 'value="an"' in html) == (200, 1, True)
    assert [name for name in ("Ana P.", "Anna Q.", "Andrea S.") if f"<bdi>{name}</bdi>" in html] == [
        "Ana P.", "Anna Q.", "Andrea S.",
    ]  # fmt: skip
    answer = client.post(address, {"q": "anna", "part": "morning"})
    assert answer["Location"] == f"/tasks/meeting/2026-10-06/?part=morning#meet-{dishes.pk}"


def test_the_wall_hears_within_seconds_what_a_phone_takes(as_, sam, noor, dishes):
    client = as_(sam)
    version = re.search(r'data-version="([^"]+)"', client.get("/tasks/meeting/").content.decode())[1]
    address = "/tasks/meeting/2026-10-06/now/?part=morning"
    assert client.get(address, {"v": version}).status_code == 204
    work.sign_up(task=dishes, member=noor, by=noor.user)
    answer = client.get("/tasks/meeting/2026-10-06/now/", {"v": version, "part": "morning"})
    assert "Noor H." in answer.content.decode() and "<html" not in answer.content.decode()
    assert client.get("/tasks/meeting/2026-10-06/now/", {"v": answer["X-Version"]}).status_code == 204


def test_the_version_turns_at_noon(sam):
    assert (part_now(TEN), part_now(TEN + dt.timedelta(hours=6))) == (Part.MORNING, Part.AFTERNOON)


@pytest.mark.parametrize("count", [10, 150])
def test_ten_tasks_and_a_hundred_and_fifty_cost_the_same(as_, sam, count):
    units = [make.unit(f"Unit {number}") for number in range(5)]
    for number in range(count):
        task = make.task(f"Task {number}", day=TUESDAY, unit=units[number % 5], places=2)
        SignUp.objects.create(task=task, member=make.member(f"Person{number} Name"), at=TEN, by=sam.user)
    client = as_(sam)
    client.get("/tasks/meeting/")
    with CaptureQueriesContext(connection) as asked:
        html = client.get("/tasks/meeting/").content.decode()
    assert html.count("data-task=") == count
    assert len(asked) == 9
