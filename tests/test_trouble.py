"""While the house cannot save: a page that says so, what was typed is kept, and it works again by itself."""

import contextlib
import errno
import sqlite3
import threading
from uuid import uuid4

import pytest
from django.db import DataError, IntegrityError, OperationalError, ProgrammingError, connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from attendance.models import Mark
from clubhouse import schema, trouble
from clubhouse.trouble import Kind
from tests import make

WORDS = "She likes <b>tea</b>"


@pytest.fixture
def waiting(db, monkeypatch):
    """A process that has just started, on a database that lacks one migration; calling it brings that along."""
    monkeypatch.setattr(schema, "_seen", threading.Event())
    last = MigrationRecorder.Migration.objects.filter(app="members").last()
    last.delete()
    return last.save


@pytest.fixture(autouse=True)
def house(db):
    return make.house()


@contextlib.contextmanager
def nobody_may_write():
    """A real database that refuses each change, until the block ends."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("PRAGMA query_only=1" if connection.vendor == "sqlite" else "SET TRANSACTION READ ONLY")
        try:
            yield
        finally:
            if connection.vendor == "sqlite":
                cursor.execute("PRAGMA query_only=0")
            transaction.set_rollback(True)


def browser(person) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(person.user, backend="members.sign_in.Backend")
    return client


# -- Updating ----------------------------------------------------------------------------------------------------------


def test_every_page_waits_for_an_update_and_comes_back_by_itself(waiting, sam):
    client = browser(sam)
    for path in ("/", "/arrivals/", "/accounts/login/", "/nowhere/", "/sw.js"):
        answer = client.get(path)
        assert (answer.status_code, answer["Retry-After"]) == (503, "30"), path
        assert "We are updating" in answer.content.decode()
        assert "no-store" in answer["Cache-Control"]
        assert f'data-again="{path}"' in answer.content.decode()
    assert client.get("/healthz").json() == {"database": "ok", "updating": True, "oldest_due_s": 0}
    waiting()
    assert client.get("/").status_code == 200


def test_without_the_look_at_the_schema_pages_would_be_shown(waiting, sam, monkeypatch):
    """The control."""
    monkeypatch.setattr(schema, "is_current", lambda: True)
    assert browser(sam).get("/").status_code == 200


def test_once_seen_it_is_not_asked_again(db, monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(schema, "_seen", threading.Event())
    assert schema.is_current()
    with django_assert_num_queries(0):
        assert schema.is_current()


def test_what_was_typed_waits_in_the_page(waiting, sam):
    page = browser(sam).post("/look/?x=1", {"next": WORDS, "csrfmiddlewaretoken": "t"}).content.decode()
    assert 'name="next" value="She likes &lt;b&gt;tea&lt;/b&gt;"' in page
    assert 'action="/look/?x=1"' in page
    assert "data-again" not in page  # it must not go away by itself


@pytest.mark.parametrize(("path", "fields"), [("/x/", {"password": "s3cret"}), ("/door/", {"q": "s3cret"})])
def test_passwords_and_the_door_keep_nothing(waiting, path, fields):
    page = Client().post(path, fields).content.decode()
    assert "s3cret" not in page
    assert "This was not saved" in page


def test_scripts_get_a_bare_answer_that_they_try_again(waiting, sam):
    answer = browser(sam).post("/arrivals/2026-10-05/log/", {"key": "x"}, headers={"X-Queued": "1"})
    assert (answer.status_code, answer.content) == (503, b"")


def test_a_program_under_which_the_database_was_updated_says_so(sam, monkeypatch):
    """It has seen its own schema long ago; the error tells that there is another one now."""
    schema.is_current()
    breaks(monkeypatch, ProgrammingError("column is gone"))
    assert browser(sam).get("/").status_code == 500
    MigrationRecorder.Migration.objects.create(app="members", name="9999_of_the_next_version")
    answer = browser(sam).get("/")
    assert (answer.status_code, b"We are updating" in answer.content) == (503, True)


# -- Kinds of trouble --------------------------------------------------------------------------------------------------


def breaks(monkeypatch, error: BaseException) -> None:
    def broken(*args, **kwargs):
        raise error

    monkeypatch.setattr("clubhouse.views._greeting", broken)


def of_sqlite(code: int) -> OperationalError:
    cause, error = sqlite3.OperationalError("x"), OperationalError("x")
    cause.sqlite_errorcode = code
    error.__cause__ = cause
    return error


class FromPostgres(Exception):
    def __init__(self, state: str | None) -> None:
        self.sqlstate = state


def of_postgres(state: str | None) -> OperationalError:
    error = OperationalError("x")
    error.__cause__ = FromPostgres(state)
    return error


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        (of_sqlite(sqlite3.SQLITE_FULL), Kind.FULL),
        (of_sqlite(sqlite3.SQLITE_READONLY | 8 << 8), Kind.FULL),
        (of_sqlite(sqlite3.SQLITE_IOERR | 3 << 8), Kind.FULL),
        (of_sqlite(sqlite3.SQLITE_BUSY), Kind.BUSY),
        (of_sqlite(sqlite3.SQLITE_CANTOPEN), Kind.AWAY),
        (of_postgres("53100"), Kind.FULL),
        (of_postgres("25006"), Kind.FULL),
        (of_postgres("40P01"), Kind.BUSY),
        (of_postgres("57P01"), Kind.AWAY),
        (of_postgres("08006"), Kind.AWAY),
        (of_postgres(None), Kind.AWAY),
        (OSError(errno.ENOSPC, "x"), Kind.FULL),
        (OSError(errno.EROFS, "x"), Kind.FULL),
        (OSError(errno.ENOENT, "x"), None),
        (of_sqlite(sqlite3.SQLITE_ERROR), None),
        (IntegrityError("x"), None),
        (DataError("x"), None),
        (ValueError("x"), None),
    ],
)
def test_what_passes_is_told_from_mistakes(error, kind, db, sam, monkeypatch):
    assert trouble.kind_of(error) is kind
    breaks(monkeypatch, error)
    answer = browser(sam).get("/")
    assert answer.status_code == (503 if kind else 500)
    if kind:
        assert f'data-kind="{kind.value}"' in answer.content.decode()


def test_a_house_nobody_may_write_into_still_reads(sam, amara):
    """A session is new to it at each first page: that it cannot be stored keeps nobody from reading."""
    client = browser(sam)
    with nobody_may_write():
        for path in ("/", "/arrivals/", "/tasks/", "/whats-on/", "/reports/", "/units/", "/me/"):
            assert client.get(path).status_code == 200, path
        # A look at somebody's page has to be written down, so there is none.
        assert client.get(f"/members/{amara.pk}/").status_code == 503


def test_a_change_that_cannot_be_saved_leaves_no_half_and_works_later(sam, amara):
    client, key = browser(sam), str(uuid4())
    day = timezone.localdate()
    tap = {"key": key, "action": "arrive", "member_no": amara.member_no}
    with nobody_may_write():
        answer = client.post(f"/arrivals/{day}/log/", tap)
        assert answer.status_code == 503
        assert "We cannot save just now" in answer.content.decode()
        assert key in answer.content.decode()
        assert not Mark.objects.exists()
    assert client.post(f"/arrivals/{day}/log/", tap).status_code < 400
    assert Mark.objects.filter(key=key).count() == 1


def test_a_tablet_that_cannot_be_noted_as_seen_still_opens(db):
    client, _tablet = make.paired_tablet()
    with nobody_may_write():
        assert client.get("/door/").status_code == 200
