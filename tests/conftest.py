"""The cast. Amara and Noor are members, Sam is staff, Dana is the coordinator; three members hold a duty each."""

import pytest
import time_machine
from django.conf import settings
from django.db import transaction
from django.test import Client

from members.models import Role
from tests import elm_house as elm
from tests import make

# Pages are tested without collecting static files first, and passwords without taking their time. For the whole run: a
# page that a test left open may still be served when the next one begins, and would bring back what a fixture changed.
settings.STORAGES = settings.STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
# The words of kinds of message that only tests have.
settings.TEMPLATES[0]["DIRS"].append(settings.BASE_DIR / "tests" / "templates")
settings.BACKUP_FOLDER = settings.DATA_DIR / "backups"  # of this run, also where the environment names another
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def amara(db):
    member = make.member("Amara Okafor")
    make.account(member, username="amara")
    return member


@pytest.fixture
def noor(db):
    member = make.member("Noor Haddad")
    make.account(member, username="noor")
    return member


@pytest.fixture
def rosa(db):
    """A member with the reception duty."""
    member = make.member("Rosa Lind")
    make.account(member, username="rosa", duty_reception=True)
    return member


@pytest.fixture
def idris(db):
    """A member with the reach-out duty."""
    member = make.member("Idris Bello")
    make.account(member, username="idris", duty_reach_out=True)
    return member


@pytest.fixture
def stella(db):
    """A member with the statistics duty."""
    member = make.member("Stella Novak")
    make.account(member, username="stella", duty_statistics=True)
    return member


@pytest.fixture
def meera(db):
    """A member with the unit meeting duty."""
    member = make.member("Meera Nair")
    make.account(member, username="meera", duty_meeting=True)
    return member


@pytest.fixture
def sam(db):
    person = make.staff("Sam Rivers")
    make.account(person, username="sam")
    return person


@pytest.fixture
def dana(db):
    person = make.staff("Dana Whitfield")
    make.account(person, username="dana", role=Role.COORDINATOR)
    return person


@pytest.fixture
def as_(db):
    """`as_(sam)` is a browser in which Sam is signed in."""

    def signed_in(person) -> Client:
        client = Client()
        client.force_login(person.user, backend="members.sign_in.Backend")
        return client

    return signed_in


@pytest.fixture(scope="module")
def elm_house(django_db_setup, django_db_blocker):
    """Built once: whatever a test changes is rolled back after it."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield elm.build()
        transaction.set_rollback(True)


@pytest.fixture
def world(elm_house):
    """The house at the moment it was built: no midnight passes, and no tablet counts as seen again."""
    cookies = {actor: dict(client.cookies) for actor, client in elm_house.clients.items()}
    with time_machine.travel(elm_house.built_at, tick=True):
        yield elm_house
    for actor, client in elm_house.clients.items():
        client.cookies.clear()
        client.cookies.update(cookies[actor])
