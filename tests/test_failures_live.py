"""The house's computer fails under a real web server: a page that says so, no half state, and well again by itself.

A disk that is full is one: a small one in memory, or a limit on how long a file of the program may grow. What was typed
is in the page; a tablet sends its tap again.
"""

import contextlib
import json
import os
import re
import resource
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlencode
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from tests.test_migrations import VERSIONS, kept_house
from tests.test_update_live import LiveHouse

pytestmark = pytest.mark.slow
READ = ["/", "/arrivals/", "/tasks/", "/whats-on/", "/reports/", "/units/"]
COUNT = """
from attendance.models import Mark, Visit
from members import audit
print(Mark.objects.count(), Visit.objects.count(), len(list(audit.broken_records())))
"""


class Desk:
    """Somebody at a page of the house, and what was counted in its book."""

    def __init__(self, house: LiveHouse) -> None:
        self.house, token = house, "t" * 32
        self.headers = {
            "Cookie": f"sessionid={house.session}; csrftoken={token}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.form = {"csrfmiddlewaretoken": token, "action": "arrive", "member_no": house.members[0][1]}

    def read(self) -> dict[str, int]:
        return {path: self.house.request("GET", path, headers=self.headers)[0] for path in READ}

    def arrive(self, key: str, person: int = 0, **headers: str) -> tuple[int, str]:
        form = self.form | {"key": key, "member_no": self.house.members[person][1]}
        return self.house.request("POST", f"/arrivals/{self.house.today}/log/", urlencode(form), self.headers | headers)

    def count(self) -> list[int]:
        return [int(word) for word in self.house.shell(COUNT).split()]


@pytest.fixture
def desk(tmp_path, db):
    with kept_house(VERSIONS[-1], tmp_path) as url:
        house = LiveHouse(url, tmp_path)
        house.update()
        try:
            yield Desk(house)
        finally:
            house.end_web()


def answers_503_and_keeps(desk: Desk, kind: str, *, reads: bool = True) -> str:
    """A tap that cannot be stored: the page says why, and holds what was sent. Returns its key."""
    key, before = str(uuid4()), desk.count() if reads else None
    if reads:
        assert desk.read() == dict.fromkeys(READ, 200)
    status, page = desk.arrive(key)
    assert (status, f'data-kind="{kind}"' in page, f'name="key" value="{key}"' in page) == (503, True, True), page[:900]
    assert desk.arrive(key, **{"X-Queued": "1"}) == (503, "")
    if reads:
        assert desk.count() == before
    return key


def is_well_again(desk: Desk, key: str) -> None:
    """By itself: the same key once more, and it is stored once."""
    marks, visits, broken = desk.count()
    statuses = [desk.arrive(key)[0], desk.arrive(key)[0]]
    assert [status < 400 for status in statuses] == [True, True], statuses
    assert desk.count() == [marks + 1, visits + 1, 0]
    assert broken == 0
    log = (desk.house.folder / "web.log").read_text()
    assert '"status": 500' not in log


def limit_files(pid: int, size: int) -> None:
    """From now on no file of that program grows beyond `size` bytes: the system says what it says of a full disk."""
    for child in [pid, *map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())]:
        resource.prlimit(child, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


@pytest.mark.skipif(sys.platform != "linux", reason="sets limits of another program")
@pytest.mark.parametrize(("size", "reads"), [(40_960, True), (4_096, False)], ids=["nearly", "to the last byte"])
def test_a_full_disk(desk, size, reads):
    """SQLite. (PostgreSQL's disk is PostgreSQL's own; tests/test_trouble.py has what it says then.)

    SQLite wants a small file beside the house for reading, too: without room for that, pages say so instead.
    """
    if connection.vendor != "sqlite":
        pytest.skip("the database writes for itself")
    desk.house.start_web()
    assert desk.arrive(str(uuid4()), person=1)[0] < 400
    limit_files(desk.house.web.pid, size)
    key = answers_503_and_keeps(desk, "full", reads=reads)
    limit_files(desk.house.web.pid, resource.RLIM_INFINITY)
    is_well_again(desk, key)


def test_a_database_that_takes_no_change(desk):
    """PostgreSQL as it is after a failed-over disk; SQLite when the file may only be read."""
    desk.house.start_web()
    with read_only(desk.house):
        key = answers_503_and_keeps(desk, "full")
    is_well_again(desk, key)


@contextlib.contextmanager
def read_only(house: LiveHouse):
    url = house.env["DATABASE_URL"]
    if connection.vendor == "sqlite":
        house.end_web()
        house.start_web(READ_ONLY_APP)
        yield
        house.end_web()
        house.start_web()
        return
    name = url.rsplit("/", 1)[1]
    with psycopg.connect(url, autocommit=True) as keeper:
        keeper.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
        hang_up_all(keeper, name)
        yield
        keeper.execute("SET default_transaction_read_only = off")
        keeper.execute(f'ALTER DATABASE "{name}" RESET default_transaction_read_only')
        hang_up_all(keeper, name)


def hang_up_all(keeper, name: str) -> None:
    keeper.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()", [name]
    )


READ_ONLY_APP = "tests.read_only_app:application"


def test_a_database_that_is_gone(desk):
    desk.house.start_web()
    with gone(desk.house):
        key = answers_503_and_keeps(desk, "away", reads=False)
        assert desk.house.request("GET", "/healthz")[0] == 503
    is_well_again(desk, key)


@contextlib.contextmanager
def gone(house: LiveHouse):
    """The file was moved away, or nobody may connect."""
    url = house.env["DATABASE_URL"]
    if connection.vendor == "sqlite":
        folder, away = house.folder, house.folder / "away"
        away.mkdir()
        house.end_web()
        files = list(folder.glob("house.sqlite3*"))
        house.start_web()
        for file in files:
            file.rename(away / file.name)
        (folder / "house.sqlite3").mkdir()  # so that nobody makes a new one there
        yield
        (folder / "house.sqlite3").rmdir()
        for file in files:
            (away / file.name).rename(file)
        return
    name = url.rsplit("/", 1)[1]
    with psycopg.connect(url.rsplit("/", 1)[0] + "/postgres", autocommit=True) as keeper:
        keeper.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS false')
        hang_up_all(keeper, name)
        yield
        keeper.execute(f'ALTER DATABASE "{name}" WITH ALLOW_CONNECTIONS true')


# -- Mail that hangs ---------------------------------------------------------------------------------------------------


class Hanging(threading.Thread):
    """A mail server that takes a call and says nothing, ever."""

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port, self.held = self.socket.getsockname()[1], []

    def run(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                self.held.append(self.socket.accept()[0])


def test_a_mail_server_that_hangs(desk):
    """Pages are quick, and the command ends and says it. (The worker then: tests/chaos/test_mail_server.py.)"""
    server = Hanging()
    server.start()
    mail = {"EMAIL_URL": f"smtp://127.0.0.1:{server.port}/", "DEMO": "0"}
    desk.house.start_web(**mail)
    started = time.monotonic()
    command = [sys.executable, "manage.py", "check_house"]
    env = desk.house.env | mail
    checked = subprocess.run(command, cwd=os.getcwd(), env=env, capture_output=True, text=True, timeout=60)
    assert checked.returncode == 1
    assert re.search(r"^LOOK  The mail server: It does not answer\.", checked.stdout, re.MULTILINE), checked.stdout
    assert time.monotonic() - started < 20
    started = time.monotonic()
    assert desk.house.request("GET", "/accounts/login/")[0] == 200
    assert json.loads(desk.house.request("GET", "/healthz")[1])["database"] == "ok"
    assert time.monotonic() - started < 3
    server.socket.close()
