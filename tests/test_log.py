"""No name, no word of anybody and no row of the database stands in a log line, whatever breaks."""

import io
import json
import logging

import pytest
from celery import shared_task
from django.db import DataError, IntegrityError, transaction
from django.test import Client
from gunicorn.config import Config

from clubhouse import log
from members.models import User
from tests import make

CANARIES = {"Quetzalina", "Xylophonova", "peacock", "marzipan", "fig-and-plum"}
KEYS = ["time", "level", "logger", "message", "request", "method", "route", "status", "ms", "role"]


@pytest.fixture
def lines():
    """`lines(formatter)` reads what was logged meanwhile, in that form. Everything is written in all forms at once."""
    root, written = logging.getLogger(), {}
    for form in (log.JsonLine(), log.WithoutSecrets("{levelname} {name} {message}", style="{"), logging.Formatter()):
        handler = logging.StreamHandler(io.StringIO())
        handler.setFormatter(form)
        root.addHandler(handler)
        written[type(form)] = handler
    yield lambda form: written[form].stream.getvalue().splitlines()
    for handler in written.values():
        root.removeHandler(handler)


def found(text: list[str]) -> set[str]:
    return {canary for canary in CANARIES if canary in "\n".join(text)}


@shared_task
def break_down(word: str) -> None:
    raise ValueError(f"{word} is no number")


def everything_breaks(monkeypatch) -> None:
    """Names, forms, addresses, a row in an error of the database, a view, a task, and the web server itself."""
    member = make.member("Quetzalina Xylophonova")
    make.account(member, username="quetzal")
    client = Client(raise_request_exception=False)
    client.force_login(member.user, backend="members.sign_in.Backend")
    client.get("/members/", {"q": "Quetzalina"})
    client.get("/nowhere/Quetzalina/")
    client.get("/", headers={"Host": "marzipan"})
    client.post("/accounts/login/", {"login": "Quetzalina", "password": "fig-and-plum"})

    def broken(user):
        try:
            with transaction.atomic():
                User.objects.create(username="peacock")
                User.objects.create(username="peacock")
        except IntegrityError as error:
            raise DataError("Failing row contains (Quetzalina, Xylophonova, peacock)") from error

    monkeypatch.setattr("clubhouse.views._greeting", broken)
    client.get("/?q=marzipan")
    break_down.apply(args=["marzipan"])
    try:
        raise ValueError("fig-and-plum")
    except ValueError as error:
        logging.getLogger("gunicorn.error").exception("Error handling request %s", "/?q=marzipan")
        logging.getLogger("members.x").error("Could not do it: %s", error)
        logging.getLogger("py.warnings").warning("%s", "peacock")
        logging.getLogger("a.library").error(error)


def test_nothing_of_anybody_stands_in_a_line(db, monkeypatch, lines):
    everything_breaks(monkeypatch)
    assert found(lines(log.JsonLine)) == set()
    assert found(lines(log.WithoutSecrets)) == set()
    # The control: as Python would have written it.
    assert found(lines(logging.Formatter)) == CANARIES


def test_a_line_still_says_what_broke_and_where(db, monkeypatch, lines):
    everything_breaks(monkeypatch)
    told = [json.loads(line) for line in lines(log.JsonLine)]
    [view] = [line for line in told if line["message"] == "answered 500"]
    assert [kind.split(" < ")[0] for kind in view["error"][:2]] == [
        "django.db.utils.DataError",
        "django.db.utils.IntegrityError",
    ]
    assert "tests/test_log.py:" in view["error"][0]
    assert view["route"] == "home"
    [task] = [line for line in told if line["logger"] == "celery.app.trace"]
    assert "tests.test_log.break_down" in task["message"]
    assert task["error"][0].startswith("builtins.ValueError < tests/test_log.py:")


def test_each_answer_is_one_line(db, lines, sam, as_):
    as_(sam).get("/?q=peacock")
    Client().get("/healthz")
    [line] = [json.loads(line) for line in lines(log.JsonLine) if '"answered"' in line]
    assert sorted(line) == sorted(KEYS)
    assert (line["route"], line["status"], line["role"], line["method"]) == ("home", 200, "staff", "GET")


@pytest.mark.once
@pytest.mark.parametrize(
    ("wanted", "kind"), [("json", log.JsonLine), ("plain", log.WithoutSecrets), ("", log.JsonLine)]
)
def test_the_form_is_chosen(monkeypatch, wanted, kind):
    """Tests run away from a terminal, like a service."""
    monkeypatch.setenv("LOG_FORMAT", wanted)
    monkeypatch.setattr("sys.stderr", io.StringIO())
    assert isinstance(log.formatter(), kind)


@pytest.mark.once
def test_a_terminal_shows_only_answers_that_went_wrong(monkeypatch):
    well = logging.LogRecord(log.logger.name, logging.INFO, "", 0, "answered", (), None)
    badly = logging.LogRecord(log.logger.name, logging.ERROR, "", 0, "answered", (), None)
    monkeypatch.setenv("LOG_FORMAT", "plain")
    assert [log.Readable().filter(record) for record in (well, badly)] == [False, True]
    monkeypatch.setenv("LOG_FORMAT", "json")
    assert log.Readable().filter(well)


@pytest.mark.once
def test_the_web_server_writes_the_same_lines(monkeypatch):
    monkeypatch.setenv("LOG_FORMAT", "json")
    mine = log.GunicornLogger(Config())
    try:
        assert [type(handler.formatter) for handler in mine.error_log.handlers] == [log.JsonLine]
    finally:
        mine.error_log.handlers.clear()
