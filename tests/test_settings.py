"""A missing or bad setting stops the start with one sentence that says which and why."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.once
ROOT = Path(__file__).resolve().parent.parent
GOOD = {"SECRET_KEY": "k" * 20 + "l" * 20 + "mnopqrstuvwxyz", "ALLOWED_HOSTS": "roll.example.org"}


def start(tmp_path, **environment) -> subprocess.CompletedProcess:
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)} | environment
    return subprocess.run(
        [sys.executable, "-c", "import clubhouse.settings"],
        env=env,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=30,
    )


def test_good_settings_start(tmp_path):
    started = start(tmp_path, **GOOD)
    assert (started.returncode, started.stderr) == (0, "")


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("SECRET_KEY", "", "SECRET_KEY is missing"),
        ("SECRET_KEY", "short", "SECRET_KEY is too short"),
        ("ALLOWED_HOSTS", "*", "ALLOWED_HOSTS must name"),
        ("DEMO", "1", "DEMO=1 shows sample accounts"),
        ("DEMO", "perhaps", "DEMO is not right"),
        ("DATABASE_URL", "mysql://x/y", "DATABASE_URL must name SQLite or PostgreSQL"),
        ("DATABASE_URL", "nonsense", "DATABASE_URL is not right"),
        ("REDIS_URL", "http://x", "REDIS_URL is not right"),
        ("TIME_ZONE", "Mars/Olympus", "TIME_ZONE 'Mars/Olympus' is not a time zone"),
        ("EMAIL_URL", "pigeon://x", "EMAIL_URL is not right"),
        ("BOUNCE_MAILBOX_URL", "pop3://x", "BOUNCE_MAILBOX_URL is not right"),
        ("BOUNCE_MAILBOX_URL", "imaps://", "BOUNCE_MAILBOX_URL is not right"),
        ("BOUNCE_MAILBOX_URL", "imaps://name:pa#ss@server/INBOX", "BOUNCE_MAILBOX_URL is not right"),
        ("TEXT_URL", "twilio://a:b@c", "TEXT_URL is not right"),
        ("TEXT_URL", "twilio://a:b@15550100/{to}", "TEXT_INBOUND_SECRET is missing"),
        ("TEXT_INBOUND_SECRET", "guess me", "TEXT_INBOUND_SECRET is too short"),
    ],
)
def test_a_bad_setting_stops_with_a_sentence(tmp_path, name, value, says):
    started = start(tmp_path, **GOOD | {name: value})
    assert started.returncode == 1
    assert started.stderr.startswith(f"Clubhouse cannot start: {says}")
    assert len(started.stderr.splitlines()) == 1


def test_a_key_in_the_data_folder_is_found(tmp_path):
    (tmp_path / "secret-key").write_text(GOOD["SECRET_KEY"])
    assert start(tmp_path, ALLOWED_HOSTS="roll.example.org").returncode == 0
