"""Migrations: none is missing, and a filled house of every version so far comes along whole (tests/dumps)."""

import gzip
import json
import os
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import connection

from tests.dumps.make import manage

DUMPS = Path(__file__).resolve().parent / "dumps"
ROOT = DUMPS.parents[1]
VERSIONS = sorted(path.stem for path in DUMPS.glob("*.json"))


def test_no_migration_is_missing(db):
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def test_a_forgotten_migration_would_be_noticed(tmp_path):
    """The same check, with a column that no migration knows."""
    forgetful = (
        "import django; django.setup()\n"
        "from django.db import models; from django.core.management import call_command\n"
        "from activities.models import Unit; models.CharField(max_length=3).contribute_to_class(Unit, 'extra')\n"
        "call_command('makemigrations', '--check', '--dry-run', verbosity=0)\n"
    )
    env = os.environ | {"DJANGO_SETTINGS_MODULE": "clubhouse.settings", "DATABASE_URL": f"sqlite:///{tmp_path}/x"}
    found = subprocess.run([sys.executable, "-c", forgetful], cwd=ROOT, env=env, capture_output=True, timeout=60)
    assert found.returncode == 1


@contextmanager
def kept_house(version: str, folder: Path):
    """The URL of a database holding the house of `version`, as it was."""
    if connection.vendor == "sqlite":
        file = folder / "house.sqlite3"
        file.write_bytes(gzip.decompress((DUMPS / f"{version}.sqlite3.gz").read_bytes()))
        yield f"sqlite:///{file}"
        return
    at = settings.DATABASES["default"]
    name = f"{connection.settings_dict['NAME']}_kept"
    where = {"host": at["HOST"], "port": at["PORT"], "user": at["USER"], "password": at["PASSWORD"]}
    where = {key: value for key, value in where.items() if value}
    with psycopg.connect(dbname="postgres", autocommit=True, **where) as server:
        server.execute(f'DROP DATABASE IF EXISTS "{name}"')
        server.execute(f'CREATE DATABASE "{name}"')
        try:
            with psycopg.connect(dbname=name, **where) as house:
                house.execute(gzip.decompress((DUMPS / f"{version}.postgresql.sql.gz").read_bytes()))
            yield os.environ["DATABASE_URL"].rsplit("/", 1)[0] + f"/{name}"
        finally:
            server.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


# In one process, because starting one takes longer than what it does.
BRING_ALONG = """
import io, json
from django.apps import apps
from django.core.management import call_command
call_command("migrate", verbosity=0)
rows = {{m._meta.db_table: m._default_manager.count()
         for a in ("members", "activities", "attendance") for m in apps.get_app_config(a).get_models()}}
reports = {{}}
for month in {months}:
    call_command("monthly_report", month, stdout=(out := io.StringIO()))
    reports[month] = json.loads(out.getvalue())
print(json.dumps({{"rows": rows, "reports": reports}}))
"""
FIGURES = ("attendance", "membership", "reach_out", "units_15")


# The oldest goes through every migration.
LATER = [pytest.param(version, marks=pytest.mark.slow) for version in VERSIONS[1:]]


@pytest.mark.parametrize("version", [VERSIONS[0], *LATER])
def test_a_filled_house_comes_along(version, tmp_path, db):
    known = json.loads((DUMPS / f"{version}.json").read_text())
    with kept_house(version, tmp_path) as url:
        code = BRING_ALONG.format(months=sorted(known["reports"]))
        found = json.loads(manage(url, str(tmp_path), "shell", "--no-imports", "-v0", "-c", code))
    assert {table: found["rows"][table] for table in known["rows"]} == known["rows"]
    for month, figures in known["reports"].items():
        for section in FIGURES:
            told = found["reports"][month][section]
            assert {name: told[name] for name in figures[section]} == figures[section]


def test_there_is_a_house_to_bring_along():
    assert "0.1" in VERSIONS
