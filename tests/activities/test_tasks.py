"""The board of a day: who sees which seats, and what it costs."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from activities import actions, board
from activities.models import OpenDay, Part, SignUp
from members.models import House
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]


def today() -> dt.date:
    return timezone.localdate(timezone=House.objects.current().zone)


def put_up(task, *members):
    for member in members:
        SignUp.objects.create(task=task, member=member, at=timezone.now(), by=member.user or make.account(member))


def cards(html: str) -> list[tuple[str, ...]]:
    """(unit, places, taken) of each task on the page, in the order of the page."""
    return re.findall(r'data-unit="([^"]*)"\s+data-places="(\d+)"\s+data-taken="(\d+)"', html)


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html.split("<main")[1].split("</main>")[0]).split())


def test_todays_board_by_unit_morning_first(as_, amara, noor):
    clerical = make.unit("Clerical")
    make.task("Dishes", part=Part.AFTERNOON, places=3)
    lunch = make.task("Lunch for 50", starts_at=dt.time(9, 30), places=4)
    make.task("Menu")
    make.task("Newsletter", unit=clerical, places=1)
    make.task("Tomorrow's tour", day=today() + dt.timedelta(days=1))
    put_up(lunch, noor)
    html = as_(amara).get("/tasks/").content.decode()
    assert cards(html) == [("Clerical", "1", "0"), ("Kitchen", "2", "0"), ("Kitchen", "4", "1"), ("Kitchen", "3", "0")]
    titles = re.findall(r'class="task-title">([^<]*)<', html)
    assert titles == ["Newsletter", "Menu", "Lunch for 50", "Dishes"]
    assert re.findall(r"<h3[^>]*>([^<]*)<", html) == ["Morning", "Morning", "Afternoon"]


def test_another_day_by_its_address(as_, amara):
    make.task("Lunch", day=dt.date(2026, 10, 5))
    html = as_(amara).get("/tasks/2026-10-05/").content.decode()
    assert cards(html) == [("Kitchen", "2", "0")]
    assert "Monday 5 October" in html
    assert 'href="/tasks/2026-10-04/"' in html and 'href="/tasks/2026-10-06/"' in html


@pytest.mark.parametrize("day", ["2026-13-01", "2026-02-30", "0000-01-01", "9999-12-31", "today", "2026-10-5"])
def test_what_is_no_day_is_404(day, as_, amara):
    assert as_(amara).get(f"/tasks/{day}/").status_code == 404


@pytest.mark.parametrize("day", ["1900-01-01", "2199-12-31", "2028-02-29"])
def test_the_edges_of_the_calendar_are_days(day, as_, amara):
    assert as_(amara).get(f"/tasks/{day}/").status_code == 200


def test_a_seat_shows_as_much_of_a_name_as_its_member_allows(as_, amara):
    lunch = make.task("Lunch", places=5)
    put_up(
        lunch,
        make.member("Ana Pereira", board_name="full"),
        make.member("Jo Marsh", board_name="short"),
        make.member("Suki Tanaka", board_name="none"),
    )
    put_up(lunch, amara)
    html = as_(amara).get("/tasks/").content.decode()
    assert re.findall(r'class="seat" aria-hidden="true">([^<]*)<', html) == ["AP", "JM"]
    assert "Ana Pereira" in html and "Jo M." in html
    assert not re.search("Marsh|Suki|Tanaka|ST", words(html))
    assert "taken" in words(html) and "You" in words(html)


def test_my_own_tasks_are_marked_with_a_word(as_, amara, noor):
    mine, theirs = make.task("Dishes"), make.task("Lunch")
    put_up(mine, amara)
    put_up(theirs, noor)
    html = as_(amara).get("/tasks/").content.decode()
    dishes, lunch = html.split("data-task=")[1:]
    assert ('<b class="no-print">You</b>' in dishes, 'value="withdraw"' in dishes, 'value="sign_up"' in dishes) == (
        True, True, False,
    )  # fmt: skip
    assert ('<b class="no-print">You</b>' in lunch, 'value="withdraw"' in lunch, 'value="sign_up"' in lunch) == (
        False, False, True,
    )  # fmt: skip


def test_a_full_task_has_no_button_and_says_so(as_, amara, noor):
    put_up(make.task(places=1), noor)
    html = as_(amara).get("/tasks/").content.decode()
    assert " Full" in words(html) and 'value="sign_up"' not in html


def test_a_past_board_has_no_buttons(as_, amara, sam):
    yesterday = today() - dt.timedelta(days=1)
    task = make.task(day=yesterday)
    put_up(task, amara)
    make.task("Dishes", day=yesterday)
    for person in (amara, sam):
        html = as_(person).get(f"/tasks/{yesterday}/").content.decode()
        assert not re.search('value="(sign_up|withdraw)"|/edit/|/tasks/post/', html)
        assert cards(html) == [("Kitchen", "2", "0"), ("Kitchen", "2", "1")]


@pytest.mark.parametrize("count", [1, 10, 150])
def test_the_board_costs_the_same_for_any_number_of_tasks(count, as_, amara, noor, rosa, django_assert_num_queries):
    """Each full, with a line and with somebody who likes to show it."""
    for number in range(count):
        task = make.task(f"Task {number}", unit=make.unit(f"Unit {number % 4}"), places=2)
        put_up(task, amara, noor)
        task.waiting.create(member=rosa, at=timezone.now(), by=rosa.user)
        actions.can_show(what=task, member=noor, by=noor.user)
    client = as_(amara)
    client.get("/tasks/")
    with django_assert_num_queries(12):
        html = client.get("/tasks/").content.decode()
    assert html.count("data-task=") == count


def test_an_empty_board_is_kind(as_, amara, sam):
    assert "The board is free so far." in as_(amara).get("/tasks/").content.decode()
    html = as_(sam).get("/tasks/").content.decode()
    assert "The board is free. What needs doing?" in html and 'href="/tasks/post/"' in html


def test_a_closed_day_says_why(as_, amara):
    OpenDay.objects.create(day=dt.date(2026, 11, 26), is_open=False, note="Thanksgiving")
    html = as_(amara).get("/tasks/2026-11-26/").content.decode()
    assert "The house is closed this day: Thanksgiving." in html


def test_a_called_off_task_is_shown_to_those_on_it_and_who_may_put_it_back(as_, amara, noor, sam):
    task = make.task("Car wash")
    put_up(task, amara)
    actions.call_off_task(task=task, by=sam.user)
    seen = {person: "Car wash" in as_(person).get("/tasks/").content.decode() for person in (amara, noor, sam)}
    assert seen == {amara: True, noor: False, sam: True}
    assert 'value="withdraw"' not in as_(amara).get("/tasks/").content.decode()


def test_a_hostile_title_is_text(as_, amara):
    title = "<script>alert(1)</script>{{ 7*7 }}\"'=cmd"
    make.task(title, good_to_know='"><img src=x onerror=alert(1)>')
    html = as_(amara).get("/tasks/").content.decode()
    assert "<script>alert" not in html and "<img" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{ 7*7 }}" in html


def test_sixty_free_places_are_drawn_as_a_few_and_said_in_words(amara):
    task = make.task(places=60)
    with timezone.override(House.objects.current().zone):
        card = board.card(task, amara.user)
    assert (card.free, len(card.open_seats), card.may_sign_up) == (60, board.SEATS_DRAWN - 1, True)


def test_the_board_is_no_door_for_strangers(client):
    assert client.get("/tasks/")["Location"].startswith("/accounts/login/")


def test_nothing_on_the_board_scores_or_ranks_anybody(as_, amara, noor):
    """Must-never 1 and 3: no counts of a person, no plan held against them."""
    task = make.task()
    put_up(task, amara, noor)
    text = words(as_(amara).get("/tasks/").content.decode()).lower()
    assert not re.search(r"points|badge|streak|rank|level|no-show|missed|late\b|absent|must|required", text)
