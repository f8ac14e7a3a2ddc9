"""Home, by who is looking: at most four big choices, and how many tasks have room."""

import re

import pytest

from activities.models import SignUp, UnitTask
from members.models import Member
from tests import make


def choices(page) -> list[str]:
    return re.findall(r'choice-label">([^<]*)<', page.content.decode())


@pytest.mark.parametrize(
    ("who", "labels"),
    [
        ("amara", ["Today&#x27;s tasks", "What&#x27;s on", "The month", "My page"]),
        ("rosa", ["Arrivals", "Today&#x27;s tasks", "What&#x27;s on", "My page"]),
        ("stella", ["Today&#x27;s tasks", "What&#x27;s on", "The month", "My page"]),
        ("sam", ["Arrivals", "Today&#x27;s tasks", "The month", "Members"]),
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
        ("sam", ["Arrivals", "Today&#x27;s tasks", "The month", "Members"]),
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


def test_a_member_reads_at_most_seven_links_and_150_words(amara, as_):
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
