"""One log line for each try to get in, for whoever looks after the house. Ids only: nobody reads a name here.

A refused try also says from which address of the network it came: nothing else tells a guesser from who forgot.
"""

import logging

from allauth.core.internal.ratelimit import get_ip
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.http import HttpRequest, HttpResponse

from members.sign_in import owner_of

log = logging.getLogger("clubhouse.doors")
COMING_IN = {
    "account_login",
    "account_confirm_login_code",
    "mfa_authenticate",
    "mfa_login_webauthn",
    "members:accept_invitation",
}
SAYING_AGAIN = {"account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "members:unlock"}


class SecurityLogMiddleware:
    """Stands around whatever answers; what the answer was tells how the try ended."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method != "POST":
            return self.get_response(request)
        before = request.user.pk
        response = self.get_response(request)
        match = request.resolver_match
        if match and match.view_name in COMING_IN | SAYING_AGAIN | {"account_logout"}:
            write(request, response, match.view_name, before)
        return response


def write(request: HttpRequest, response: HttpResponse, door: str, before: int | None) -> None:
    who = request.user.pk or before or owner_of(request.POST.get("login", ""))
    ended = outcome(request, response, door)
    if ended == "refused":
        log.warning("door=%s outcome=refused login=%s address=%s", door, who, address_of(request))
    else:
        log.info("door=%s outcome=%s login=%s", door, ended, who)


def address_of(request: HttpRequest) -> str:
    """What cannot be told is left out: a line in the log never changes an answer."""
    try:
        return get_ip(request)
    except (PermissionDenied, ImproperlyConfigured):
        return "unknown"


def outcome(request: HttpRequest, response: HttpResponse, door: str) -> str:
    if door == "account_logout":
        return "out"
    if response.status_code != 302:
        return "refused"
    if door in COMING_IN and not request.user.is_authenticated:
        return "half"  # a second key is asked for next
    return "in"
