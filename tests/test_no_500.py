"""Hostile words, numbers and dates through every form of ours: a sentence or a page, never an error."""

import io
from collections.abc import Callable
from itertools import cycle, islice

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse

from clubhouse import wsgi
from clubhouse.front import Letters, in_known_letters
from tests.actors import COORDINATOR, DOOR_TABLET, OWN, RECEPTION
from tests.walls import DOORS

# On PostgreSQL, which takes less: no NUL, no number or text that is too long.
pytestmark = [pytest.mark.django_db, pytest.mark.postgres]
HOSTILE = ["", "\0", "9" * 400, "2026-02-30", "25:61", "<script>'; DROP TABLE --", "\u202e😀\uffff" * 90]
OURS = [door for door in DOORS if not door.library]


POSTED = pytest.mark.parametrize("door", [door for door in OURS if door.POST], ids=lambda d: d.name)


@POSTED
@pytest.mark.parametrize("each", [1, pytest.param(3, marks=pytest.mark.slow)])
def test_a_hostile_form_gets_an_answer(door, world, each):
    """So many of the words for each field, turn by turn: the forms together meet all of them."""
    words = islice(cycle(HOSTILE), len(door.name) % len(HOSTILE), None)
    tries = [(field, word) for field in door.data(world) for word in islice(words, each)]
    assert answered_badly(door, world, tries) == []


def answered_badly(door, world, tries: list[tuple[str, str]]) -> list[str]:
    """What was answered with an error of the server's own."""
    url = reverse(door.name, kwargs=door.at(world))
    right = door.data(world)
    errors = []
    for actor in (COORDINATOR, RECEPTION, OWN, DOOR_TABLET):
        client: Client = world.clients[actor]
        if actor not in door.POST:
            continue
        for field, word in tries:
            answer = client.post(url, right | {field: word})
            if answer.status_code >= 500:
                errors.append(f"{actor}: {field}={word!r}: {answer.status_code}")
        for odd in (
            {},
            {field: ["a", "b"] for field in right},
            {"unheard_of": HOSTILE},
            right | {"unheard_of": HOSTILE},
        ):
            if client.post(url, odd).status_code >= 500:
                errors.append(f"{actor}: {odd}")
        break  # the first who may: more would only repeat the same code
    return errors


@pytest.mark.parametrize(
    "path",
    [
        "/arrivals/2026-02-30/",
        "/arrivals/0000-00-00/",
        "/arrivals/9999-12-31/",
        "/arrivals/1900-01-01/",
        "/arrivals/2199-12-31/",
        "/tasks/2026-13-01/",
        "/tasks/1900-01-01/",
        "/tasks/2199-12-31/",
        "/reports/2026-13/",
        "/reports/0000-01/",
        "/reports/1900-01/",
        "/reports/2199-12/",
        "/reports/2026-13.csv",
        "/reports/2199-12.json",
        "/house/calendar/1900-01/",
        "/house/calendar/2199-12/",
        "/house/calendar/2026-00/",
        "/members/999999999999999999999/",
        "/members/0/",
        "/tasks/99999999999999999999/edit/",
        "/arrivals/visits/99999999999999999999/",
        "/house/units/99999999999999999999/",
        "/house/import/99999999999999999999/",
        "/logins/99999999999999999999/",
        "/welcome/%00/",
        "/stop/%00%ff/",
        "/me/visits/?page=x",
        "/me/visits/?page=99999999999999999999",
        "/members/?page=-1",
        "/tasks/post/?day=%00&unit=%00",
        "/tasks/library/?day=%00",
        "/tasks/library/99999999999999999999/guide/",
        "/tasks/library/units/99999999999999999999/",
        "/whats-on/?from=%00&kind=%00",
        "/whats-on/99999999999999999999/",
        "/whats-on/sheet/?from=9999-12-31",
        "/whats-on/post/?day=%00",
    ],
)
def test_an_odd_address_gets_a_page(path, world):
    for actor in (COORDINATOR, OWN):
        assert world.clients[actor].get(path).status_code in {200, 302, 403, 404}, actor


def test_a_month_that_never_was_gets_a_kind_page(world):
    answer = world.clients[COORDINATOR].get("/reports/2026-13/")
    assert answer.status_code == 404
    assert "<h1" in answer.content.decode()


def read_as(kind: str, first: Callable) -> QueryDict:
    """The form as Django reads it, behind `first`."""
    environ = RequestFactory()._base_environ(
        REQUEST_METHOD="POST", QUERY_STRING="step=search", CONTENT_TYPE=kind, CONTENT_LENGTH="6",
        **{"wsgi.input": io.BytesIO(b"q=noor")},
    )  # fmt: skip
    return first(lambda environ, start_response: WSGIRequest(environ).POST)(environ, None)


@pytest.mark.parametrize("letters", ["undefined", "punycode", "hex", "klingon", "utf-16", "é", '"', "UTF-8"])
def test_a_form_in_letters_that_no_browser_sends_is_read_in_ours(letters):
    assert isinstance(wsgi.application, Letters)
    assert read_as(f"application/x-www-form-urlencoded; charset={letters}", Letters) == {"q": ["noor"]}


def test_without_the_first_look_such_a_form_ends_django():
    with pytest.raises(LookupError):
        read_as("application/x-www-form-urlencoded; charset=hex", lambda application: application)


IN_PARTS = "multipart/form-data; boundary=b0"


@pytest.mark.parametrize("kind", [IN_PARTS, f"{IN_PARTS}; charset=UTF-8", ""])
def test_a_form_in_parts_keeps_its_boundary(kind):
    assert in_known_letters(kind) == kind


def test_a_form_in_the_letters_of_browsers_is_read(world):
    form = {"content_type": "application/x-www-form-urlencoded; charset=UTF-8"}
    assert world.clients[COORDINATOR].generic("POST", "/members/", b"q=amara", **form).status_code == 200


@pytest.mark.parametrize("length", ["abc", "-1", "1.5"])
def test_a_length_that_is_none_is_refused(length, world):
    answer = world.clients[COORDINATOR].generic("POST", "/members/", b"q=amara", CONTENT_LENGTH=length)
    assert answer.status_code == 400
