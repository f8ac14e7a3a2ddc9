"""A house to keep, a folder for its backups, and another, empty house to bring them back into."""

import datetime as dt
from contextlib import contextmanager

import pyrage
import pytest
from django.core.management import call_command
from django.db import connection

from clubhouse.keeping import houses, sealing, tables
from clubhouse.keeping.refusals import NotWhole, WrongKey
from members import audit
from members.models import House
from tests import make

KEY = "a key on paper, away from the house"
DAY = dt.date(2026, 10, 6)
identities: dict[str, pyrage.x25519.Identity] = {}


@pytest.fixture
def folder(settings, tmp_path):
    settings.BACKUP_KEY = KEY
    settings.DATA_DIR = tmp_path / "data"
    settings.DATA_DIR.mkdir()
    settings.BACKUP_FOLDER = settings.DATA_DIR / "backups"
    return settings.BACKUP_FOLDER


@pytest.fixture
def quick_lock(monkeypatch):
    """The same format with a key that is no passphrase: a passphrase takes more than a second each time, on purpose."""

    def identity(key: str) -> pyrage.x25519.Identity:
        return identities.setdefault(key, pyrage.x25519.Identity.generate())

    def unseal(sealed: bytes, key: str) -> bytes:
        if not sealed.startswith(sealing.BEGINS):
            raise sealing.NoBackupFile("no backup")
        try:
            return pyrage.decrypt(sealed, [identity(key)])
        except pyrage.DecryptError as error:
            raise (WrongKey if "matching keys" in str(error) else NotWhole)(str(error)) from None

    monkeypatch.setattr(sealing, "seal", lambda content, key: pyrage.encrypt(content, [identity(key).to_public()]))
    monkeypatch.setattr(sealing, "unseal", unseal)


@pytest.fixture
def house(transactional_db, folder, quick_lock):
    """Somebody of each kind, a visit, a picture, a unit's people, a record."""
    house = House.objects.current()
    make.logo(house)
    amara, noor = make.member("Amara Okafor"), make.member("Noor Haddad")
    make.account(amara, username="amara")
    sam = make.staff("Sam Rivers")
    make.account(sam, username="sam")
    kitchen = make.unit("Kitchen")
    kitchen.members.add(amara, noor)
    kitchen.staff.add(sam)
    for member in (amara, noor):
        make.visit(member, DAY)
    with_odd_letters = 'Zum Beispiel: größer, 日本, \u2028 and a\ttab, \\N and "quotes"'
    make.house(help_line=with_odd_letters)
    audit.record(by=sam.user, verb="log_arrival", about=amara, after={"é": [1, 2.5, None, {"b": 1, "a": True}]})
    return house


@contextmanager
def another(tmp_path, name: str = "other"):
    """An empty house, not even migrated, which is the default one for a while."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        with houses.opened(at | {"NAME": str(tmp_path / f"{name}.sqlite3")}) as other, houses.as_default(other):
            yield other
        return
    schema = f"clubhouse_test_{name}"
    with houses.opened(at) as server, server.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
        cursor.execute(f"CREATE SCHEMA {schema}")
    options = f"{at['OPTIONS'].get('options', '')} -c search_path={schema}"
    try:
        with houses.opened(houses.with_options(at, options=options)) as other, houses.as_default(other):
            yield other
    finally:
        with houses.opened(at) as server, server.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


def sums(*, without: tuple[str, ...] = ("members_backup", "members_lastrun")) -> dict:
    """What the house that is open now holds, table by table."""
    found = tables.models_at(houses.applied())
    return {
        model._meta.db_table: tables.sums(model)["digest"] for model in found if model._meta.db_table not in without
    }


def migrated() -> None:
    call_command("migrate", verbosity=0)
