"""The whole house from this database to another, empty one: from SQLite to PostgreSQL, and back."""

import dj_database_url
from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connections
from django.db.utils import ConnectionHandler
from django.utils.translation import gettext as _

from clubhouse.keeping import archive, bringing_back, houses
from clubhouse.keeping.refusals import Busy, NotBroughtBack, NotEmpty

SQLITE, POSTGRESQL = "django.db.backends.sqlite3", "django.db.backends.postgresql"


def move_house(url: str) -> bringing_back.BroughtBack:
    """Copies everything, and compares; the house here stays as it is. Raises a `NotBroughtBack`."""
    here, at = connections[DEFAULT_DB_ALIAS], settings_of(url)
    try:
        last_record = houses.last_record()
        content = archive.Archive(archive.pack({}))
    except DatabaseError as error:
        raise NotBroughtBack(_("The house's own database does not answer: %(why)s.") % {"why": error}) from error

    def may() -> None:
        if not houses.is_empty():
            raise NotEmpty(_("There is a house in that place now. Name an empty one."))
        with houses.as_default(here):
            if houses.last_record() != last_record:
                raise Busy(_("Somebody wrote in the house just now. Stop the program first, then do it again."))

    try:
        with houses.opened(at) as target, houses.as_default(target):
            may()
            return bringing_back.put_back(content, [], may)
    except DatabaseError as error:
        raise NotBroughtBack(_("That place does not answer: %(why)s.") % {"why": error}) from error


def settings_of(url: str) -> dict:
    """What the settings would make of this DATABASE_URL."""
    try:
        at = dict(dj_database_url.parse(url))
    except (ValueError, KeyError):
        at = {}
    if at.get("ENGINE") not in {SQLITE, POSTGRESQL} or not at.get("NAME"):
        raise NotBroughtBack(
            _("This is not the address of a database: %(url)s") % {"url": url.partition("@")[2] or url}
        )
    if at["ENGINE"] == SQLITE:
        at["OPTIONS"] = settings.SQLITE_OPTIONS
    return ConnectionHandler({DEFAULT_DB_ALIAS: at}).settings[DEFAULT_DB_ALIAS]
