"""What stands around every page because of the house's computer: updates, and a database that takes nothing."""

import logging

from django.conf import settings
from django.contrib.sessions import middleware as sessions
from django.contrib.sessions.exceptions import SessionInterrupted
from django.db import Error

from clubhouse import schema, trouble

logger = logging.getLogger(__name__)


class SessionMiddleware(sessions.SessionMiddleware):
    """Django's own, but a page that was made is shown also when the session could not be stored.

    With a full disk people still read; and what was saved is not called lost because "signed in since" was not.
    """

    def process_response(self, request, response):
        try:
            return super().process_response(request, response)
        except (
            SessionInterrupted
        ) as error:  # signed out meanwhile, or (Django says the same) the database takes nothing
            if trouble.kind_of(_first(error)) is None:
                raise
        except Error:
            pass
        logger.warning("A session could not be stored.")
        return response


def _first(error: BaseException) -> BaseException:
    """The error that began it: the context of the context, down to what the database said to Django."""
    while error.__context__ is not None and not (isinstance(error, Error) and error.__cause__ is not None):
        error = error.__context__
    return error


class UpdatingMiddleware:
    """While the database is not yet what this program needs, a page says so instead of breaking."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        always = request.path.startswith(settings.STATIC_URL) or request.path == "/healthz"
        if always or schema.is_current():
            return self.get_response(request)
        return trouble.answer(request, trouble.Kind.UPDATING)
