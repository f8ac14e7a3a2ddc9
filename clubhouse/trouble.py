"""What people see while the house cannot save: a page that says so, keeps what was typed, and comes back by itself.

The trouble is none of the program's own, and it passes: an update, a full disk, a database that is away or too busy.
"""

import enum
import errno
import sqlite3

from django.core.exceptions import SuspiciousOperation
from django.db import Error, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control

from clubhouse import schema
from members.middleware import is_by_script, written_fields

NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG}
RETRY_AFTER = "30"  # seconds


class Kind(enum.Enum):
    UPDATING = "updating"
    FULL = "full"  # no room, or nobody may write
    AWAY = "away"
    BUSY = "busy"


SQLITE = {
    sqlite3.SQLITE_FULL: Kind.FULL,
    sqlite3.SQLITE_READONLY: Kind.FULL,
    sqlite3.SQLITE_IOERR: Kind.FULL,
    sqlite3.SQLITE_BUSY: Kind.BUSY,
    sqlite3.SQLITE_LOCKED: Kind.BUSY,
    sqlite3.SQLITE_CANTOPEN: Kind.AWAY,
}
# The classes and codes of SQLSTATE.
POSTGRES = {
    "53100": Kind.FULL, "25006": Kind.FULL, "58030": Kind.FULL,
    "40001": Kind.BUSY, "40P01": Kind.BUSY, "55P03": Kind.BUSY, "57014": Kind.BUSY,
    "53200": Kind.BUSY, "53300": Kind.BUSY,
    "57P01": Kind.AWAY, "57P02": Kind.AWAY, "57P03": Kind.AWAY, "57P05": Kind.AWAY,
}  # fmt: skip


def kind_of(error: BaseException | None) -> Kind | None:
    """None: a mistake of ours, which no waiting mends."""
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        return Kind.FULL
    if not isinstance(error, Error):
        return None
    return _of_database(error) or (Kind.UPDATING if _moved_on() else None)


def _of_database(error: Error) -> Kind | None:
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return SQLITE.get(getattr(cause, "sqlite_errorcode", 0) & 0xFF)
    state = getattr(cause, "sqlstate", None)
    if state:
        return Kind.AWAY if state.startswith("08") else POSTGRES.get(state)
    return Kind.AWAY if isinstance(error, InterfaceError | OperationalError) else None


def _moved_on() -> bool:
    try:
        return schema.is_another_now()
    except Error:
        return False


def answer(request: HttpRequest, kind: Kind) -> HttpResponse:
    """503: a page for people; for what scripts ask by themselves a bare one, which they try again."""
    response = HttpResponse(b"" if is_by_script(request) else _page(request, kind), status=503)
    response["Retry-After"] = RETRY_AFTER
    patch_cache_control(response, no_store=True, private=True)
    return response


def _page(request: HttpRequest, kind: Kind) -> str:
    at_the_door = request.path.startswith("/door/")  # somebody else may stand there in a minute
    is_form = request.method == "POST"
    context = {
        "kind": kind.value,
        "is_form": is_form,
        "fields": None if at_the_door or not is_form else _written(request),
        "path": request.get_full_path(),
        "again": "/door/" if at_the_door else "" if is_form else request.get_full_path(),
        "csrf_token": get_token(request),
    }
    return render_to_string("503.html", context)


def _written(request: HttpRequest) -> list | None:
    try:
        return written_fields(request)
    except (UnreadablePostError, SuspiciousOperation):
        return None
