"""Everyone ever enrolled is found by whatever somebody types, on the first try."""

import datetime as dt
import re

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from attendance.search import MOST_FOUND, find_members
from tests import make

pytestmark = [pytest.mark.page, pytest.mark.django_db]
TUESDAY = dt.date(2026, 10, 6)


@pytest.fixture(autouse=True)
def on_tuesday_at_ten():
    with time_machine.travel(dt.datetime(2026, 10, 6, 14, 0, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def roll(db):
    for name, number, more in [
        ("Zoë O’Neil-Ågren", "M1", {}),
        ("José García", "M2", {"name_to_use": "Pepe"}),
        ("Margaret Davenport", "M3", {"withdrawn_on": dt.date(2020, 1, 1)}),
        ("李 小龍", "M4", {}),
        ("Suharto", "M5", {}),
        ("Ana Maria Park", "M6", {}),
        ("Otto Kern", "M7", {"deceased_on": dt.date(2025, 1, 1)}),
        ("=cmd Nguyen", "M8", {}),
    ]:
        make.member(name, member_no=number, **more)


def found(client, words: str, **headers) -> list[str]:
    page = client.post("/arrivals/", {"q": words}, headers=headers)
    assert page.status_code == 200
    return re.findall(r'data-member-no="([^"]*)"', page.content.decode())


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("zoe", ["M1"]),
        ("ONEIL", ["M1"]),
        ("agren", ["M1"]),
        ("gren o'n", ["M1"]),
        ("pepe", ["M2"]),
        ("jose garcia", ["M2"]),
        ("garcia josé", ["M2"]),
        ("  daven  ", ["M3"]),
        ("小龍", ["M4"]),
        ("suharto", ["M5"]),
        ("maria park", ["M6"]),
        ("m6", ["M6"]),
        ("nguyen", ["M8"]),
        ("davenprot", ["M3"]),  # small slips
        ("devenport", ["M3"]),
        ("garica", ["M2"]),
        ("margret davenport", ["M3"]),
        ("suhatro", ["M5"]),
        ("jsoe", ["M2"]),
        ("zeo", []),  # in three letters a slip is another name
        ("otto", []),  # the deceased
        ("xyzxyz", []),
        ("%", []),
        ("_", []),
        ("=", []),
    ],
)
def test_somebody_is_found(roll, sam, as_, words, numbers):
    assert found(as_(sam), words) == numbers


@pytest.mark.parametrize(
    "words", ["<script>alert(1)</script>", "\0", "'; drop table", '"><img src=x>', "x" * 9000, "٣", "🙂", "\\", "%%%"]
)
def test_hostile_words_find_nobody_and_stand_escaped(roll, sam, as_, words):
    page = as_(sam).post("/arrivals/", {"q": words})
    assert page.status_code == 200
    assert "<script>alert" not in page.content.decode()
    assert "<img src=x>" not in page.content.decode()


def test_results_stand_in_the_state_of_the_page(sam, as_):
    here, left, recent, away = (make.member(f"{name} Lind") for name in ("Ana", "Bo", "Cem", "Dov"))
    make.visit(here, TUESDAY, "09:00", None)
    make.visit(left, TUESDAY, "08:00", "08:30")
    make.visit(recent, TUESDAY - dt.timedelta(days=3))
    page = as_(sam).post("/arrivals/", {"q": "lind"}).content.decode()
    assert re.findall(r'data-state="(\w+)"', page) == ["here", "left", "recent", "away"]
    assert page.count('class="tile-form"') == page.count("data-member-no=") == 4


def test_names_that_begin_so_come_first(sam, as_):
    for number, name in enumerate(["Rosanna Lee", "Ann Lee", "Leo Ann", "Joann Park"]):
        make.member(name, member_no=f"N{number}")
    assert found(as_(sam), "ann") == ["N1", "N2", "N3", "N0"]


def test_a_guess_says_so_and_is_never_the_only_match(roll, sam, as_):
    page = as_(sam).post("/arrivals/", {"q": "davenprot"}).content.decode()
    assert ("Did you mean" in page, "data-only-match" in page) == (True, False)
    page = as_(sam).post("/arrivals/", {"q": "davenport"}).content.decode()
    assert ("Did you mean" in page, "data-only-match" in page) == (False, True)


def test_no_more_than_thirty(sam, as_):
    for number in range(MOST_FOUND + 5):
        make.member(f"Kim{number} Lind")
    assert len(found(as_(sam), "lind")) == 30
    assert "There are more." in as_(sam).post("/arrivals/", {"q": "lind"}).content.decode()


def test_htmx_gets_the_people_only(roll, sam, as_):
    page = as_(sam).post("/arrivals/", {"q": "zoe"}, headers={"HX-Request": "true"}).content.decode()
    assert ("<html" in page, page.count("data-member-no=")) == (False, 1)


def test_the_words_never_stand_in_an_address(roll, sam, as_):
    page = as_(sam).post("/arrivals/", {"q": "davenport"}).content.decode()
    assert not re.search(r'(?:href|action|hx-\w+)="[^"]*davenport', page, re.IGNORECASE)
    form = re.search(r'<form class="search"[^>]*>', page)[0]
    assert 'method="post"' in form
    assert page.count('name="q"') == 1


@pytest.mark.parametrize("people", [3, 30])
def test_a_search_costs_twelve_queries_however_many_are_found(sam, as_, people):
    for number in range(people):
        make.member(f"Kim{number} Lind")
    client = as_(sam)
    client.get("/arrivals/")
    with CaptureQueriesContext(connection) as captured:
        client.post("/arrivals/", {"q": "lind"}, headers={"HX-Request": "true"})
    # the page's nine; who is called so, their habits, the units
    assert len(captured) == 12, "\n".join(query["sql"] for query in captured)


def meant(words: str) -> str | None:
    found = find_members(words).meant
    return found and found.first_name


def test_enter_means_the_only_one_or_the_only_one_whose_names_begin_so(db):
    for name in ("Ana Park", "Joanna Reed", "Susana Stone", "Ana-Lena Moss"):
        make.member(name)
    assert meant("joa") == "Joanna"
    assert meant("ana p") == "Ana"  # Joanna has an a-n-a too, and no name that begins with p
    assert meant("ana") is None  # two begin so
    assert meant("nn") == "Joanna"  # the only one, wherever it stands
    assert meant("jaonna") is None  # a guess
    assert meant("") is None
