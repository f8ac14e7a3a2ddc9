"""Home, by who is looking: at most four big choices, and how many tasks have room."""

import datetime as dt
import html
import re

import pytest

from activities.models import EventSignUp, SignUp, UnitTask
from members.models import House, Member
from tests import make

pytestmark = pytest.mark.page


def choices(page) -> list[str]:
    return re.findall(r'choice-label">([^<]*)<', page.content.decode())


@pytest.mark.parametrize(
    ("who", "labels"),
    [
        ("amara", ["Today&#x27;s tasks", "What&#x27;s on", "The month", "My page"]),
        ("rosa", ["Arrivals", "Today&#x27;s tasks", "What&#x27;s on", "My page"]),
        ("stella", ["Today&#x27;s tasks", "What&#x27;s on", "The month", "My page"]),
        ("idris", ["Reach-out", "Today&#x27;s tasks", "What&#x27;s on", "My page"]),
        ("sam", ["Arrivals", "Today&#x27;s tasks", "The month", "Reach-out"]),
        ("dana", ["Arrivals", "Today&#x27;s tasks", "The month", "House"]),
    ],
)
def test_the_four_choices(who, labels, as_, request):
    assert choices(as_(request.getfixturevalue(who)).get("/")) == labels


@pytest.mark.parametrize(
    ("who", "labels"),
    [
        ("amara", ["I&#x27;m here", "Today&#x27;s tasks", "What&#x27;s on", "My page"]),
        ("rosa", ["I&#x27;m here", "Arrivals", "Today&#x27;s tasks", "What&#x27;s on"]),
        ("stella", ["I&#x27;m here", "Today&#x27;s tasks", "What&#x27;s on", "My page"]),
        ("idris", ["I&#x27;m here", "Reach-out", "Today&#x27;s tasks", "What&#x27;s on"]),
        ("sam", ["Arrivals", "Today&#x27;s tasks", "The month", "Reach-out"]),
    ],
)
def test_the_four_choices_where_members_may_mark_themselves(who, labels, as_, request):
    person = request.getfixturevalue(who)
    make.house(members_may_mark_themselves=True)
    page = as_(person).get("/")
    assert choices(page) == labels
    assert {"/reports/", "/me/"} <= set(re.findall(r'href="([^"]*)"', page.content.decode()))  # still one tap away


def test_it_says_since_when_amara_is_here(amara, noor, as_):
    make.house(members_may_mark_themselves=True)
    make.visit(noor, arrived="00:00", left=None)
    assert "Tell the house that you came" in as_(amara).get("/").content.decode()
    make.visit(amara, arrived="00:01", left=None)
    assert "You are here since 12:01 am" in as_(amara).get("/").content.decode()


def test_it_says_how_many_tasks_have_room(amara, noor, as_):
    make.task("Lunch", places=2)
    full = make.task("Dishes", places=1)
    SignUp.objects.create(task=full, member=noor, at="2026-11-02T12:00Z", by=noor.user)
    assert "1 task has room" in as_(amara).get("/").content.decode()
    UnitTask.objects.all().delete()
    assert "has room" not in as_(amara).get("/").content.decode()


# -- what is mine ------------------------------------------------------------------------------------------------------

MONDAY = dt.date(2026, 11, 23)


@pytest.fixture
def monday_at_ten(time_machine):
    make.house(lunch_until=dt.time(10, 30))
    time_machine.move_to(House.objects.current().at(MONDAY, dt.time(10)), tick=False)


def on(member, title, days=0, *, by=None, moved_up_at=None, **fields):
    task = make.task(title, day=MONDAY + dt.timedelta(days=days), **fields)
    SignUp.objects.create(
        task=task, member=member, at="2026-11-22T12:00Z", by=(by or member).user, moved_up_at=moved_up_at
    )


def my_day(page) -> str:
    part = re.search(r'<section class="home-mine".*?</section>', page.content.decode(), re.S).group()
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", part)).split())


def test_below_the_choices_stands_what_is_mine_today(amara, noor, as_, monday_at_ten):
    assert my_day(as_(amara).get("/")) == "My day You are on no task or event today. Save me a plate My week"
    on(amara, "Garden", part="afternoon")
    on(amara, "Lunch for 50", starts_at=dt.time(9, 30))
    on(amara, "Canary of tomorrow", 1)
    on(noor, "Canary of Noor")
    EventSignUp.objects.create(
        event=make.event("Film night", day=MONDAY), member=amara, at="2026-11-22T12:00Z", by=amara.user
    )
    assert my_day(as_(amara).get("/")) == (
        "My day You are on Lunch for 50 at 9:30 am, Garden in the afternoon and Film night at 5:15 pm."
        " Save me a plate My week"
    )
    on(amara, "Dishes", part="afternoon")
    on(amara, "Phones", part="afternoon")
    assert "You are on Lunch for 50 at 9:30 am, Dishes in the afternoon, Garden in the afternoon and 2 more." in my_day(
        as_(amara).get("/")
    )


def test_it_tells_of_a_place_that_came_free_and_a_name_put_up(amara, sam, as_, monday_at_ten):
    on(amara, "Shopping", 1, moved_up_at="2026-11-22T13:00Z", by=sam)
    on(amara, "Phones", 4, by=sam)
    on(amara, "Canary of yesterday", -1, by=sam)
    page = my_day(as_(amara).get("/"))
    assert "A place came free for you: Shopping, Tuesday 24 November." in page
    assert "Sam R. put your name up, at your word: Phones, Friday 27 November." in page
    assert "Canary" not in page


def test_a_plate_in_one_tap_and_back(amara, as_, monday_at_ten):
    browser = as_(amara)
    for action, then in (("save", "A plate is saved for you. Take it back"), ("take_back", "Save me a plate")):
        answer = browser.post("/lunch/2026-11-23/", {"action": action, "next": "/"}, follow=True)
        assert then in my_day(answer)


def test_no_plate_is_offered_when_there_is_none(amara, as_, monday_at_ten, time_machine):
    time_machine.move_to(House.objects.current().at(MONDAY, dt.time(11)), tick=False)
    assert "plate" not in my_day(as_(amara).get("/"))
    make.house(lunch_until=None)
    time_machine.move_to(House.objects.current().at(MONDAY, dt.time(9)), tick=False)
    assert "plate" not in my_day(as_(amara).get("/"))


@pytest.mark.parametrize("who", ["sam", "dana"])
def test_colleagues_in_charge_have_no_day_of_their_own_here(who, as_, request):
    assert "home-mine" not in as_(request.getfixturevalue(who)).get("/").content.decode()


@pytest.mark.parametrize("count", [1, 5])
def test_home_costs_the_same_for_any_number_of_things(amara, sam, as_, monday_at_ten, count, django_assert_num_queries):
    for n in range(count):
        on(amara, f"Task {n}", n, by=sam)
    client = as_(amara)
    client.get("/")
    with django_assert_num_queries(11):
        client.get("/")


def test_a_member_reads_at_most_seven_links_and_150_words(amara, sam, as_, monday_at_ten):
    for _ in range(6):
        on(amara, "The long table in the garden " * 2, by=sam)
    main = re.search(r"<main.*</main>", as_(amara).get("/").content.decode(), re.S).group()
    assert len(re.findall(r"<a ", main)) <= 7
    assert len(re.sub(r"<[^>]*>", " ", main).split()) <= 150


def test_a_name_is_shown_as_text(amara, as_):
    Member.objects.filter(pk=amara.pk).update(name_to_use="<b>Ama</b>")
    page = as_(amara).get("/").content.decode()
    assert "&lt;b&gt;Ama" in page and "<b>Ama" not in page


@pytest.mark.parametrize(
    ("asked", "leads_to"),
    [
        ("/tasks/", "/tasks/"),
        ("//elsewhere.example", "/"),
        ("https://elsewhere.example/", "/"),
        ("x", "/"),
        ("me", "/"),
    ],
)
def test_the_look_leads_back_to_a_page_of_ours_only(client, db, asked, leads_to):
    assert client.post("/look/", {"theme": "dark", "next": asked}).headers["Location"] == leads_to
