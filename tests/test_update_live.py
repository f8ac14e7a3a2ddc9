"""Nothing is lost by an update: arrivals are posted through a real web server before, while and after the command runs.

From the kept house of each version: the server is the new program from the first moment, says 503 until the database is
there, and clients do what tablets do: they try again with the same key. From this version to a made-up next one
(tests/next_version): the server of before runs on over a database that moves under it. The controls lose some.
"""

import contextlib
import http.client
import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.utils import timezone

from bootstrap import UNCOMPILED, WEB
from clubhouse.version import VERSION
from tests import machine
from tests.test_crash import Device, Tap
from tests.test_migrations import DUMPS, VERSIONS, kept_house

pytestmark = pytest.mark.slow
ROOT = DUMPS.parents[1]
# The house of this very version has nothing to update.
BEFORE = [version for version in VERSIONS if not VERSION.startswith(f"{version}.")]
NEXT = {"DJANGO_SETTINGS_MODULE": "tests.next_version.settings"}
STARTS_WITHIN = 40
DEVICES, MEMBERS = 3, 6
# Of a house of any version: only what has always been there.
LOOK_FOR_PEOPLE = """
import json
from importlib import import_module
from django.conf import settings
from django.db import connection
from members.models import User
with connection.cursor() as cursor:
    cursor.execute("SELECT id, password FROM members_user WHERE username = 'staff'")
    pk, password = cursor.fetchone()
    cursor.execute(
        "SELECT id, member_no FROM members_member WHERE deceased_on IS NULL AND user_id IS NULL"
        " AND id NOT IN (SELECT member_id FROM attendance_visit WHERE ending = 'here') ORDER BY id"
    )
    members = cursor.fetchall()
session = import_module(settings.SESSION_ENGINE).SessionStore()
session.update({names})
session.create()
print(json.dumps([session.session_key, members]))
"""
LOOK = """
import json
from attendance.models import Mark, Visit
from members import audit
print(json.dumps([[(str(key), 0, 0, visit) for key, visit in Mark.objects.values_list("key", "visit")],
                  list(audit.broken_records()),
                  len([v for v in Visit.objects.filter(ending="here").values_list("member")]),
                  len({v for v in Visit.objects.filter(ending="here").values_list("member")})]))
"""


class LiveHouse:
    """A kept house, the command that updates it, and gunicorn as the run command starts it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.folder, self.port, self.web = folder, machine.free_port(), None
        names = ("PATH", "HOME", "LANG", "PYTHONPYCACHEPREFIX")
        keep = {name: os.environ[name] for name in names if name in os.environ}
        known = {"DATABASE_URL": url, "DATA_DIR": str(folder), "SECRET_KEY": "x" * 60, "BACKUP_KEY": "b" * 24}
        self.env = keep | known | {"DEMO": "1", "LOG_FORMAT": "json"} | UNCOMPILED
        self.run("collectstatic", "--noinput", "-v0")
        names = f"{{'{SESSION_KEY}': str(pk), '{BACKEND_SESSION_KEY}': 'members.sign_in.Backend', "
        names += f"'{HASH_SESSION_KEY}': User(password=password).get_session_auth_hash()}}"
        self.session, self.members = json.loads(self.shell(LOOK_FOR_PEOPLE.replace("{names}", names)))
        zone = self.shell("from django.db import connection\nwith connection.cursor() as c:\n"
                          " c.execute('SELECT time_zone FROM members_house'); print(c.fetchone()[0])")  # fmt: skip
        with timezone.override(zone.strip()):
            self.today = timezone.localdate().isoformat()

    def run(self, *words: str, **env: str) -> str:
        command = [sys.executable, "manage.py", *words]
        done = subprocess.run(command, cwd=ROOT, env=self.env | env, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout

    def shell(self, code: str) -> str:
        return self.run("shell", "--no-imports", "-v0", "-c", code)

    def start_web(self, application: str = WEB[0], **env: str) -> None:
        command = [sys.executable, "-m", "gunicorn", application, *WEB[1:], "--bind", f"127.0.0.1:{self.port}"]
        with open(self.folder / "web.log", "ab") as log:
            self.web = subprocess.Popen(
                command, cwd=ROOT, env=self.env | env, stdout=log, stderr=log, start_new_session=True
            )
        latest = time.monotonic() + STARTS_WITHIN
        while time.monotonic() < latest:
            with contextlib.suppress(OSError, http.client.HTTPException):
                if self.request("GET", "/healthz")[0] == 200:
                    return
            time.sleep(0.1)
        raise AssertionError((self.folder / "web.log").read_text()[-3000:])

    def end_web(self) -> None:
        if self.web is not None:
            self.web.terminate()
            self.web.wait(40)
            self.web = None

    def request(self, method: str, path: str, body: str = "", headers: dict | None = None, *, hang_up: bool = False):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request(method, path, body, {"Host": "localhost"} | (headers or {}))
            if hang_up:
                raise TimeoutError("the wifi dropped")
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def update(self, **env: str) -> str:
        return self.run("update_house", **{"DEMO": "0"} | env)  # with a backup, as in a real house


class Tablet(Device):
    """At the end it sends what still waits, as a tablet does; a forgetful one never tries again."""

    def __init__(self, house: LiveHouse, members: list, bell: threading.Event, *, is_forgetful: bool = False) -> None:
        super().__init__(house, "tablet", members, bell)
        self.is_forgetful = is_forgetful

    def send(self, tap: Tap) -> tuple[int, str]:
        if self.is_forgetful and tap.keys:
            return 200, ""
        time.sleep(0.02)
        return super().send(tap)

    def send_what_waits(self) -> None:
        latest = time.monotonic() + STARTS_WITHIN
        for tap in self.taps:
            while not tap.is_acknowledged and not self.is_forgetful and time.monotonic() < latest:
                self.send(tap)
                time.sleep(0.1)


@contextlib.contextmanager
def tapping(house: LiveHouse, **options):
    """Tablets that tap until the block ends; then what waits is sent."""
    bell = threading.Event()
    groups = [house.members[n * MEMBERS : (n + 1) * MEMBERS] for n in range(DEVICES)]
    tablets = [Tablet(house, group, bell, **options) for group in groups]
    for tablet in tablets:
        tablet.start()
    try:
        yield tablets
    finally:
        bell.set()
        for tablet in tablets:
            tablet.join(30)
        for tablet in tablets:
            tablet.send_what_waits()


def acknowledged(tablets: list[Tablet]) -> int:
    return sum(tap.is_acknowledged for tablet in tablets for tap in tablet.taps)


def wait_for_taps(tablets: list[Tablet], count: int = 12) -> int:
    """Until that many more were stored; how many there are then."""
    goal, latest = acknowledged(tablets) + count, time.monotonic() + STARTS_WITHIN
    while acknowledged(tablets) < goal:
        assert time.monotonic() < latest, [dict(tablet.answers) for tablet in tablets]
        time.sleep(0.05)
    return acknowledged(tablets)


def wait_for_503(tablets: list[Tablet]) -> None:
    latest = time.monotonic() + STARTS_WITHIN
    while any(tablet.answers[503] < 2 for tablet in tablets):
        assert time.monotonic() < latest, [dict(tablet.answers) for tablet in tablets]
        time.sleep(0.05)


def told(house: LiveHouse, tablets: list[Tablet], **env: str) -> dict:
    marks, broken, here, people = json.loads(house.run("shell", "--no-imports", "-v0", "-c", LOOK, **env))
    times = Counter(key for key, *_ in marks)
    taps = [tap for tablet in tablets for tap in tablet.taps if tap.keys]  # the bell may ring before the last is sent
    stored = [tap for tap in taps if times[tap.keys[0]]]
    return {
        "tried": len(taps),
        "stored": len(stored),
        "acknowledged": acknowledged(tablets),
        "lost": sum(tap.is_acknowledged and not times[tap.keys[0]] for tap in taps),
        "doubles": sum(count > 1 for count in times.values()) + here - people,
        "broken": broken,
        "answers": dict(sorted(sum((tablet.answers for tablet in tablets), Counter()).items())),
    }


def check(found: dict) -> None:
    assert found["tried"] == found["stored"] == found["acknowledged"] > 30
    assert (found["lost"], found["doubles"], found["broken"]) == (0, 0, [])
    assert set(found["answers"]) <= {0, 200, 503}
    assert found["answers"][503] > 0


def say(capsys, title: str, found: dict) -> None:
    with capsys.disabled():
        print(f"\n{title}: {found}")


@pytest.fixture
def live(tmp_path, db):
    """`live(version)` is that kept house with its web server not yet started."""
    with contextlib.ExitStack() as stack:

        def opened(version: str) -> LiveHouse:
            house = LiveHouse(stack.enter_context(kept_house(version, tmp_path)), tmp_path)
            stack.callback(house.end_web)
            return house

        yield opened


@pytest.mark.parametrize("version", BEFORE)
def test_nothing_is_lost_from_the_house_of_each_version(version, live, capsys):
    house = live(version)
    house.start_web()
    with tapping(house) as tablets:
        wait_for_503(tablets)
        status, page = house.request("GET", "/arrivals/")
        assert (status, "We are updating" in page) == (503, True)
        said = house.update()
        assert f"Updating the house from version {version} to" in said
        wait_for_taps(tablets)
        assert "Nothing to do" in house.update()
        wait_for_taps(tablets)
    found = told(house, tablets)
    say(capsys, f"From {version} on {settings.DATABASES['default']['ENGINE'].rsplit('.', 1)[1]}", found)
    check(found)


def test_nothing_is_lost_when_the_server_of_before_runs_on(live, capsys):
    """From this version to the next: first all is well, then the old program says 503, then the new one goes on."""
    house = live(BEFORE[-1])
    house.update()
    house.start_web()
    with tapping(house) as tablets:
        before = wait_for_taps(tablets)
        house.update(**NEXT)
        wait_for_503(tablets)
        house.end_web()
        house.start_web(**NEXT)
        assert wait_for_taps(tablets) > before > 0
    found = told(house, tablets, **NEXT)
    say(capsys, "From this version to the next", found)
    check(found)


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("how", "application", "options"),
    [
        ("clients that do not try again", WEB[0], {"is_forgetful": True}),
        ("a server that says saved before it is", "tests.hasty_app:application", {}),
    ],
)
def test_without_keeping_and_trying_again_some_are_lost(how, application, options, live, capsys):
    """The control."""
    house = live(BEFORE[-1])
    house.start_web(application)
    with tapping(house, **options) as tablets:
        time.sleep(1)
        house.update()
        time.sleep(2)
    found = told(house, tablets)
    say(capsys, how, found)
    assert found["tried"] > found["stored"]
