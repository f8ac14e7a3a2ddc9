"""Keeps a filled database of this version, for later versions to migrate: `.venv/bin/python tests/dumps/make.py 0.1`.

Writes VERSION.sqlite3.gz, VERSION.postgresql.sql.gz and VERSION.json (what must be the same after migrating) beside
itself. Run it once when a version is done, never again for that version. Needs `pg_dump` and a PostgreSQL on 127.0.0.1.
"""

import gzip
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import psycopg

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
MONTHS = ["2026-08", "2026-10"]
# What the sample house does not hold by itself: marks, messages that wait, tablets, a merge, a visit taken out ...
A_BUSY_MINUTE = """
import uuid
from django.utils import timezone
from activities import actions as tasks
from activities.models import UnitTask
from attendance import actions as arrivals
from members.models import House, Member
house = House.objects.current()
timezone.activate(house.zone)
today = timezone.localdate()
for member in Member.objects.filter(user=None).exclude(visits__ending="here").filter(deceased_on=None)[:5]:
    arrivals.log_arrival(member=member, day=today, key=uuid.uuid4(), by=None)
task = UnitTask.objects.filter(day__gt=today, places__gt=3, sign_ups=None).first()
member = Member.objects.exclude(user=None).first()
tasks.sign_up(task=task, member=member, by=member.user)
from attendance.actions.merges import merge_members
from attendance.actions.removals import remove_visit
from attendance.models import Visit
from members.actions import door, pins, tablets
from members.models import User
staff = User.objects.get(username="staff")
mark = arrivals.add_walk_in(first_name="Toma", last_name="Ek", day=today, key=uuid.uuid4(), by=staff)
twin = Member.objects.get(first_name="Toma", last_name="Ek")
kept = Member.objects.filter(user=None, deceased_on=None).exclude(pk=twin.pk).first()
merge_members(kept=kept, merged=twin, by=staff)
remove_visit(visit=Visit.objects.filter(day__lt=today, ending="known").order_by("-pk")[3], why="Never was.", by=staff)
door.make_door_card(member=member, by=staff)
pins.set_pin(by=staff, pin="2718")
from activities.models import Event
tasks.make_calendar_feed(member=member, by=member.user)
left = tasks.post_task(unit=task.unit, title="Seeds", part="morning", places=2, day=today, by=staff)
tasks.carry_over(task=left, by=staff)
tasks.call_off_event(event=Event.objects.filter(day__gt=today).order_by("day", "pk").first(), by=staff)
from attendance.actions.decisions import record_decision
from attendance.actions.report_files import ask_for_file
from clubhouse.spans import Span
from members import notices
coordinator = User.objects.get(username="coordinator")
record_decision(decided_on=today, words="Yes, for a year.", until_on=None, by=coordinator)
year = Span.parse("2025-01-01_2025-12-31")
ask_for_file(what="roster", format="csv", span=year, why="For the books.", by=coordinator)
now = timezone.now()
letter = {"kind": "monthly_report", "occurrence": "month 2026-10", "due_at": now, "expires_at": now}
notices.queue(person=coordinator.staff, **letter)
from attendance.actions.forgetting import confirm_forgetting, forget_member
from attendance.actions.retention import confirm_retention, edit_retention
from members.actions import emergency, emergency_looks
with_visits = Member.objects.filter(user=None, deceased_on=None, merged_into=None).exclude(visits=None)
others = with_visits.exclude(pk__in=[kept.pk, member.pk]).order_by("-pk")
emergency.add_emergency_contact(member=others[0], name="Ada", relation="sister", phone="555 0199", by=staff)
emergency_looks.look_at_emergency(member=others[0], why="asked", key="kept", by=staff)
confirm_forgetting(erasure=forget_member(member=others[1], kind="erase", by=coordinator), by=staff)
forget_member(member=others[2], kind="anonymise", by=coordinator)
confirm_retention(rule=edit_retention(what="reach_out_words", months=24, by=coordinator), by=staff)
for place in ("door", "reception"):
    tablets.pair_tablet(code=tablets.make_tablet(name=place, place=place, by=staff)[1])
"""


def manage(url: str, folder: str, *words: str) -> str:
    env = os.environ | {"DATABASE_URL": url, "DATA_DIR": folder, "DEMO": "1", "SECRET_KEY": "k" * 60}
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True).stdout


def counts(url: str, folder: str) -> dict[str, int]:
    """Rows of every table of ours."""
    ask = (
        "from django.apps import apps; import json; print(json.dumps({m._meta.db_table: m._default_manager.count()"
        " for a in ('members', 'activities', 'attendance') for m in apps.get_app_config(a).get_models()}))"
    )
    return json.loads(manage(url, folder, "shell", "--no-imports", "-v0", "-c", ask))


def main(version: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "house.sqlite3"
        url = f"sqlite:///{file}"
        manage(url, folder, "migrate", "-v0")
        manage(url, folder, "sample_house")
        manage(url, folder, "shell", "--no-imports", "-v0", "-c", A_BUSY_MINUTE)
        known = {"rows": counts(url, folder)}
        known["reports"] = {month: json.loads(manage(url, folder, "monthly_report", month)) for month in MONTHS}
        with psycopg.connect("dbname=postgres host=127.0.0.1", autocommit=True) as server:
            server.execute("DROP DATABASE IF EXISTS clubhouse_dump")
            server.execute("CREATE DATABASE clubhouse_dump")
        other = "postgresql://127.0.0.1/clubhouse_dump"
        manage(other, folder, "migrate", "-v0")
        manage(other, folder, "sample_house")
        manage(other, folder, "shell", "--no-imports", "-v0", "-c", A_BUSY_MINUTE)
        command = [
            "pg_dump",
            "--no-owner",
            "--no-privileges",
            "--rows-per-insert=500",
            "-h",
            "127.0.0.1",
            "clubhouse_dump",
        ]
        text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        # Lines for psql alone are left out, so that any client can load it.
        sql = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("\\"))
        with psycopg.connect("dbname=postgres host=127.0.0.1", autocommit=True) as server:
            server.execute("DROP DATABASE clubhouse_dump")
        with closing(sqlite3.connect(file)) as house:  # into one file, without its journal
            house.execute("PRAGMA journal_mode=DELETE")
            house.execute("VACUUM")
        (HERE / f"{version}.sqlite3.gz").write_bytes(gzip.compress(file.read_bytes(), mtime=0))
        (HERE / f"{version}.postgresql.sql.gz").write_bytes(gzip.compress(sql.encode(), mtime=0))
        (HERE / f"{version}.json").write_text(json.dumps(known, indent=1) + "\n")


if __name__ == "__main__":
    main(sys.argv[1])
