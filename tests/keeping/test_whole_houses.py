"""Filled houses: a year of every export, every version so far, both databases and back, a restore that is killed."""

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from attendance import exports
from attendance.reports import monthly_report
from clubhouse import keeping
from clubhouse.converters import Month
from clubhouse.keeping import houses, moving, tables
from members.models import House
from tests.keeping.conftest import KEY, another, migrated, sums
from tests.reading_grade import ROOT
from tests.test_migrations import DUMPS, FIGURES, VERSIONS, kept_house

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
YEAR = [f"2025-{month:02}" for month in (11, 12)] + [f"2026-{month:02}" for month in range(1, 11)]


def exported() -> dict[tuple[str, str], bytes]:
    letterhead = exports.Letterhead.of(House.objects.current())
    return {
        (month, form): exports.export_report(monthly_report(Month.parse(month)), form, letterhead)
        for month in YEAR
        for form in exports.FORMATS
    }


def opened(url: str):
    return houses.opened(moving.settings_of(url))


@pytest.fixture
def newest(folder, tmp_path):
    """The filled house of the last version, brought up to date."""
    with kept_house(VERSIONS[-1], tmp_path) as url, opened(url) as house, houses.as_default(house):
        migrated()
        yield url


def test_a_year_of_every_export_is_the_same_to_the_byte(newest, folder, quick_lock, tmp_path):
    told = exported()
    assert len(told) == 12 * len(exports.FORMATS)
    assert len(set(told.values())) == len(told)
    file = folder / keeping.backup().file
    with another(tmp_path):
        keeping.restore(file)
        again = exported()
    assert [key for key in told if told[key] != again[key]] == []


@pytest.mark.postgres
def test_to_the_other_database_and_back(newest, tmp_path):
    told, kept = exported(), sums()
    there = f"sqlite:///{tmp_path}/there.sqlite3"
    call_command("move_house", there, stdout=StringIO())
    with opened(there) as house, houses.as_default(house):
        assert (house.vendor, sums()) == ("sqlite", kept)
        again = exported()
        assert [key for key in told if told[key] != again[key]] == []
        with another_schema(newest) as back:
            call_command("move_house", back, stdout=StringIO())
            with opened(back) as again_here, houses.as_default(again_here):
                assert (again_here.vendor, sums()) == ("postgresql", kept)
                again = exported()
    assert [key for key in told if told[key] != again[key]] == []


@contextmanager
def another_schema(url: str):
    """The address of an empty place in the database of `url`."""
    with opened(url) as server, server.cursor() as cursor:
        cursor.execute("CREATE SCHEMA another")
    yield f"{url}?options=-c%20search_path%3Danother"


@pytest.mark.parametrize("version", [VERSIONS[0], *VERSIONS[-2:]])  # updating starts from each of them
def test_a_house_of_an_older_version_comes_back_as_one_of_this(version, folder, quick_lock, tmp_path):
    known = json.loads((DUMPS / f"{version}.json").read_text())
    with kept_house(version, tmp_path) as url, opened(url) as old, houses.as_default(old):
        made = keeping.backup()
        assert keeping.newest_good().file == made.file
    with another(tmp_path):
        keeping.restore(folder / made.file)
        there = {model._meta.db_table: model for model in tables.models_at(houses.applied())}
        told = there.keys() & known["rows"].keys() - {"members_backup"}  # which by now tells of the one just made
        assert len(told) > 20
        assert {table: there[table]._base_manager.count() for table in told} == {t: known["rows"][t] for t in told}
        for month, figures in known["reports"].items():
            call_command("monthly_report", month, stdout=(out := StringIO()))
            told = json.loads(out.getvalue())
            for section in FIGURES:
                assert {name: told[section][name] for name in figures[section]} == figures[section]


KILLED = """
import os, signal, sys, threading
import django; django.setup()
from pathlib import Path
import pyrage
from clubhouse import keeping
from clubhouse.keeping import scratch, sealing
sealing.seal = lambda content, key: sealing.BEGINS + content
sealing.unseal = lambda sealed, key: sealed[len(sealing.BEGINS):]
die = lambda: os.kill(os.getpid(), signal.SIGKILL)
after = float(sys.argv[2])
for place in (scratch.SqliteScratch, scratch.PostgresScratch):
    def put(self, may, real=place.put_in_place):
        if after < 0:
            die()
        timer = threading.Timer(after, die)
        timer.daemon = True
        timer.start()
        real(self, may)
    place.put_in_place = put
keeping.restore(Path(sys.argv[1]), replace=True)
print("done")
"""


@pytest.mark.parametrize("after", [-1, 0.001, 0.01, 0.03])
def test_killed_in_the_middle_the_old_house_is_still_there(newest, folder, tmp_path, monkeypatch, after):
    """At the last step, and some moments into it: the house is the old one, or already the new one, and whole."""
    monkeypatch.setattr("clubhouse.keeping.sealing.seal", lambda content, key: b"age-encryption.org/v1\n" + content)
    file = folder / keeping.backup().file
    with connection.cursor() as cursor:
        cursor.execute("UPDATE members_member SET first_name = 'Changed since'")
    old = sums()
    connection.close()
    env = os.environ | {
        "DATABASE_URL": newest, "DATA_DIR": str(folder.parent), "BACKUP_KEY": KEY, "SECRET_KEY": "k" * 60,
        "DJANGO_SETTINGS_MODULE": "clubhouse.settings",
    }  # fmt: skip
    command = [sys.executable, "-c", KILLED, str(file), str(after)]
    ended = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, timeout=120)
    assert ended.returncode == -9 or ended.stdout == "done\n", ended.stderr
    now = sums()
    assert now["members_member"] == old["members_member"] or "Changed" not in str(first_names())
    if after < 0:
        assert now == old
    # What it left lying is in nobody's way.
    monkeypatch.setattr("clubhouse.keeping.sealing.unseal", lambda sealed, key: sealed[22:])
    keeping.restore(file, replace=True)
    assert "Changed since" not in first_names()


def first_names() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT first_name FROM members_member")
        return {row[0] for row in cursor.fetchall()}
