"""A real worker and beat, as the run command starts them, deliver a reminder and a weekly summary once each.

On the embedded queue and on a real Redis, and although two workers run with a beat each.
"""

import datetime as dt
import os
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import pytest
import redis
from django.conf import settings
from django.db import connection
from django.utils import timezone

from activities.models import Part, SignUp
from bootstrap import WORKER
from members.models import Message, MessageWish
from members.notices import mailbox
from tests import make

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parent.parent
WITHIN = 25  # seconds, on a busy machine
SECOND = dt.timedelta(seconds=1)


def zone_where_it_is_evening() -> str:
    """Where it is about seven in the evening: the reminder left at six, and Monday 9:30 is over on every weekday."""
    ahead = round((19 * 60 - (timezone.now().hour * 60 + timezone.now().minute)) / 60)  # hours to add to UTC
    ahead = ahead if ahead <= 12 else ahead - 24
    return f"Etc/GMT{-ahead:+d}"  # the sign is the other way round there


def address_of_the_test_database() -> str:
    """As DATABASE_URL, for other programs."""
    about = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{about['NAME']}"
    password = f":{about['PASSWORD']}" if about["PASSWORD"] else ""
    return f"postgresql://{about['USER']}{password}@{about['HOST']}:{about['PORT'] or 5432}/{about['NAME']}"


@pytest.fixture
def house(tmp_path):
    """The environment of a house with a broker in its data folder, and mail to a folder."""
    for name in ("messages", "control"):
        (tmp_path / "queue" / name).mkdir(parents=True)
    env = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "EMAIL_URL")}
    return env | {
        "DATA_DIR": str(tmp_path),
        "DATABASE_URL": address_of_the_test_database(),
        "SECRET_KEY": settings.SECRET_KEY,
        "DEMO": "1",
        "QUEUE_FOR_TESTS": f"test-{uuid.uuid4()}",
    }


@pytest.fixture
def with_redis(house):
    url = urlsplit(os.environ["REDIS_URL_FOR_TESTS"])
    house["REDIS_URL"] = urlunsplit(url._replace(path=url.path if url.path.strip("/") else "/9"))
    yield house
    with redis.Redis.from_url(house["REDIS_URL"]) as server:
        server.delete(house["QUEUE_FOR_TESTS"], f"_kombu.binding.{house['QUEUE_FOR_TESTS']}")


@pytest.fixture
def two_workers(tmp_path):
    """`two_workers(env)` starts two workers with a beat each; they end when the test does."""
    running = []

    def start(env: dict) -> None:
        for position in range(2):
            schedule = ["--schedule", str(tmp_path / f"schedule-{position}"), "-n", f"w{position}@test"]
            with open(tmp_path / f"log-{position}", "wb") as log:
                command = [sys.executable, "-m", "celery", "-A", "tests.worker_app", *WORKER, *schedule]
                running.append(
                    subprocess.Popen(command, cwd=ROOT, env=env, stdout=log, stderr=log, start_new_session=True)
                )

    yield start
    for process in running:
        process.terminate()
    for process in running:
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


@pytest.fixture
def story(amara, noor):
    """Amara took a task of tomorrow and asked to be reminded; Noor was here last week and asked for her week."""
    make.house(time_zone=zone_where_it_is_evening(), quiet_from=dt.time(0), quiet_until=dt.time(0))
    zone = make.house().zone
    today = timezone.localdate(timezone=zone)
    long_ago = timezone.now() - dt.timedelta(days=30)
    for member, kind in ((amara, "task_reminder"), (noor, "weekly_summary")):
        member.email = f"{member.known_as.lower()}@example.org"
        member.save()
        MessageWish.objects.create(member=member, kind=kind, channel="email", since_at=long_ago)
    task = make.task("Newsletter", day=today + dt.timedelta(days=1), part=Part.MORNING)
    SignUp.objects.create(task=task, member=amara, at=long_ago, by=amara.user)
    make.visit(noor, today - dt.timedelta(days=7))


def wait_until_sent(tmp_path: Path) -> None:
    started = time.monotonic()
    while Message.objects.filter(state="sent").count() < 2:
        logs = "".join(path.read_text()[-3000:] for path in sorted(tmp_path.glob("log-*")))
        assert time.monotonic() - started < WITHIN, logs
        time.sleep(0.1)
    time.sleep(2.5)  # and the beats go on asking


def check_sent_once(tmp_path: Path) -> None:
    wait_until_sent(tmp_path)
    rows = Counter(Message.objects.values_list("member__first_name", "kind", "state", "attempts"))
    assert rows == Counter({("Amara", "task_reminder", "sent", 1): 1, ("Noor", "weekly_summary", "sent", 1): 1})
    letters = {each.to: each for each in mailbox.newest(tmp_path / "mail")}
    assert Counter(each.to for each in mailbox.newest(tmp_path / "mail")) == Counter(
        ["amara@example.org", "noor@example.org"]
    )
    assert "Newsletter (Kitchen)" in letters["amara@example.org"].text
    assert "You joined us at the house on" in letters["noor@example.org"].text


@pytest.mark.once
def test_on_the_embedded_queue(story, house, two_workers, tmp_path):
    two_workers(house)
    check_sent_once(tmp_path)


@pytest.mark.redis
@pytest.mark.postgres
def test_on_redis(story, with_redis, two_workers, tmp_path):
    two_workers(with_redis)
    check_sent_once(tmp_path)
