"""Redis goes away under load: every page is there, what is stored is stored once, and messages come when it is back.

A real web server, worker, beat and mail server; a Redis of our own that is stopped and started again.
"""

import datetime as dt
import http.client
import itertools
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone

from activities.models import Part, SignUp
from attendance.models import Mark, Visit
from bootstrap import WEB
from members.models import Member, Message
from tests import machine, make
from tests.chaos.house import an_evening, due_reminders, people
from tests.chaos.servers import PREFORK, ROOT, Workers, doubles, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

READERS, ARRIVALS, SIGN_UPS = 4, 3, 3  # clients at once
GONE = 12  # seconds without Redis, after some with it and before some with it again
AROUND = 4
REMINDERS = 40
PATIENCE = 10  # seconds that somebody waits for a page
TOKEN = "t" * 32


class Web:
    """The web server as the run command starts it."""

    def __init__(self, house: Workers, application: str = WEB[0]) -> None:
        self.house, self.port = house, machine.free_port()
        subprocess.run(
            [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
            cwd=ROOT, env=house.env, check=True,
        )  # fmt: skip
        command = [sys.executable, "-m", "gunicorn", application, *WEB[1:], "--bind", f"127.0.0.1:{self.port}"]
        with open(house.folder / "log-web", "ab") as log:
            house.running.append(
                subprocess.Popen(command, cwd=ROOT, env=house.env, stdout=log, stderr=log, start_new_session=True)
            )
        wait_until(lambda: self.request("GET", "/healthz", "") == 200, otherwise=house.logs)

    def request(self, method: str, path: str, session: str, fields: dict | None = None) -> int:
        """The status; 0 when there was no answer in time."""
        headers = {
            "Cookie": f"sessionid={session}; csrftoken={TOKEN}",
            "X-CSRFToken": TOKEN,
            "Content-Type": "application/x-www-form-urlencoded",
        } | ({"HX-Request": "true"} if fields else {})
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, urlencode(fields or {}) or None, headers)
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()


class Load:
    """People at work: some read pages, some mark arrivals, some sign up. Each thing is tried once, its answer kept."""

    def __init__(self, web: Web, sam, members: list[Member], newcomers: list[Member], task) -> None:
        self.web, self.bell, self.task = web, threading.Event(), task
        self.today = timezone.localdate(timezone=make.house().zone)
        self.sam = session_of(sam)
        self.answers: dict[str, Counter] = {"page": Counter(), "arrival": Counter(), "sign-up": Counter()}
        self.stored: dict[str, list] = {"arrival": [], "sign-up": []}  # what was acknowledged
        sessions = [(one, session_of(one)) for one in members]
        jobs: list[Callable[[], None]] = [self.read] * READERS
        jobs += [lambda part=part: self.arrive(newcomers[part::ARRIVALS]) for part in range(ARRIVALS)]
        jobs += [lambda part=part: self.sign_up(sessions[part::SIGN_UPS]) for part in range(SIGN_UPS)]
        self.threads = [threading.Thread(target=job, daemon=True) for job in jobs]

    def __enter__(self) -> "Load":
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.bell.set()
        for thread in self.threads:
            thread.join(PATIENCE + 5)

    def read(self) -> None:
        for path in itertools.cycle(["/", "/arrivals/", "/tasks/", "/whats-on/", "/healthz", "/me/"]):
            if self.bell.is_set():
                return
            self.answers["page"][self.web.request("GET", path, self.sam)] += 1
            self.bell.wait(0.1)

    def arrive(self, newcomers: list[Member]) -> None:
        for member in newcomers:
            if self.bell.is_set():
                return
            key = str(uuid.uuid4())
            fields = {"key": key, "action": "arrive", "member_no": member.member_no}
            self.done("arrival", key, self.web.request("POST", f"/arrivals/{self.today}/log/", self.sam, fields))
            self.bell.wait(0.3)

    def sign_up(self, sessions: list[tuple[Member, str]]) -> None:
        for member, session in sessions:
            if self.bell.is_set():
                return
            path = f"/tasks/{self.task.pk}/sign-up/"
            self.done("sign-up", member.pk, self.web.request("POST", path, session, {"action": "sign_up"}))
            self.bell.wait(0.3)

    def done(self, what: str, which: object, status: int) -> None:
        self.answers[what][status] += 1
        if status == 200:
            self.stored[what].append(which)


def session_of(person) -> str:
    client = Client(SERVER_NAME="localhost")
    client.force_login(person.user, backend="members.sign_in.Backend")
    return client.cookies["sessionid"].value


@pytest.fixture
def load(workers, sam):
    """`load(web)` is what goes on in the house; who signs up wishes to be reminded."""
    an_evening()
    members = people(90, name="s")
    for member in members:
        make.account(member)
    newcomers = [make.member(f"Newcomer {number}") for number in range(120)]
    tomorrow = timezone.localdate(timezone=make.house().zone) + dt.timedelta(days=1)
    task = make.task("Lunch", day=tomorrow, part=Part.AFTERNOON, places=len(members))
    return lambda web: Load(web, sam, members, newcomers, task)


def test_pages_arrivals_and_sign_ups_do_not_notice_and_messages_are_late(
    workers, load, redis_server, post_office, capsys
):
    web = Web(workers)
    workers.start_beat()
    workers.start(PREFORK)
    with load(web) as going_on:
        time.sleep(AROUND)
        redis_server.stop()
        reminders = due_reminders(REMINDERS)
        time.sleep(GONE)
        sent_without = len(post_office.accepted())
        redis_server.start()
        back_at = time.monotonic()
        time.sleep(AROUND)
    wait_until(lambda: len(post_office.accepted()) >= REMINDERS or time.sleep(0.2), 90, workers.logs)
    late = time.monotonic() - back_at
    time.sleep(2)
    told = figures(going_on) | {
        "reminders due meanwhile": len(reminders),
        "sent without Redis": sent_without,
        "lost": REMINDERS - len({letter["to"] for letter in post_office.accepted()}),
        "extra": sum(doubles(post_office.accepted()).values()),
        "all sent after its return": f"{late:.0f} s",
    }
    with capsys.disabled():
        print(f"\nRedis gone for {GONE} s: {told}")
    check_answers(going_on)
    check_stored(going_on)
    assert (told["lost"], told["extra"]) == (0, 0)


def check_answers(going_on: Load) -> None:
    for what, answers in going_on.answers.items():
        assert set(answers) == {200}, what
    assert sum(going_on.answers["page"].values()) > 30
    assert min(len(done) for done in going_on.stored.values()) > 20


def check_stored(going_on: Load) -> None:
    """Each once, with what goes with it."""
    keys = Counter(str(key) for key in Mark.objects.values_list("key", flat=True))
    assert keys == Counter(going_on.stored["arrival"])
    assert Visit.objects.count() == len(keys)
    placed = Counter(SignUp.objects.filter(task=going_on.task).values_list("member", flat=True))
    assert placed == Counter(going_on.stored["sign-up"])
    waiting = Message.objects.filter(occurrence=f"task {going_on.task.pk}", state="waiting")
    assert Counter(waiting.values_list("member", flat=True)) == placed


def figures(going_on: Load) -> dict:
    return {what: dict(sorted(answers.items())) for what, answers in going_on.answers.items()}


def test_a_page_that_calls_the_worker_itself_breaks_with_it(workers, load, redis_server, capsys):
    """The control."""
    web = Web(workers, "tests.chaos.publishing_app:application")
    with load(web) as going_on:
        wait_until(lambda: going_on.answers["arrival"][200] > 5, otherwise=workers.logs)
        redis_server.stop()
        time.sleep(8)
    told = figures(going_on)
    with capsys.disabled():
        print(f"\nRedis gone under pages that call the worker: {told}")
    unhappy = {status: count for status, count in going_on.answers["arrival"].items() if status != 200}
    assert sum(unhappy.values()) > 0
