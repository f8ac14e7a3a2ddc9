"""Signing in: who is behind a session, which devices are known, and how tries are slowed down.

A stranger who guesses passwords must not keep the real person out. So tries from a device on which the person has
signed in before are counted by themselves; tries from everywhere else share what is left.
"""

import secrets
from dataclasses import dataclass
from functools import cache

from allauth.account.auth_backends import AuthenticationBackend
from allauth.core.internal import ratelimit
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.core import signing
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse

from members import cookies
from members.models import User
from members.permissions import TABLE

COOKIE = "device"
COOKIE_AGE = 365 * 24 * 3600  # seconds
# Wrong passwords that are let through: "amount/time/counted by" (allauth counts them in the database cache).
LIMITS = {
    "known_device": "10/5m/key",  # one device, one account it has opened before
    "account_at_address": "5/5m/key",
    "account": "60/h/key",  # one account, all strange devices together
    "address": "20/m/ip",
}


class Backend(AuthenticationBackend):
    """Loads the login with the person behind it and whether a second factor is set up: one query a request."""

    def get_user(self, user_id):
        user = next(iter(logins().filter(pk=user_id)), None)
        return user if user and self.user_can_authenticate(user) else None

    def user_can_authenticate(self, user):
        """The password of a sample account is known to everybody: outside a sample house it opens nothing."""
        return super().user_can_authenticate(user) and (settings.DEMO or not user.is_sample)

    def has_perm(self, user_obj, perm, obj=None):
        """What the house's table says is the table's alone; this answers for the keeper's pages."""
        return perm not in TABLE and super().has_perm(user_obj, perm, obj)


@cache
def logins() -> QuerySet:
    """Each login with what every request needs to know of it; put together once, because every request asks."""
    second = Authenticator.objects.filter(user=OuterRef("pk")).exclude(type=Authenticator.Type.RECOVERY_CODES)
    return User.objects.select_related("member", "staff").annotate(has_second_factor=Exists(second))


def lacks_second_factor(user) -> bool:
    """Whether `user` has to set up a second factor before anything else."""
    if not user.is_authenticated or not user.is_colleague_in_charge:
        return False
    if settings.DEMO and user.is_sample:
        return False
    return not getattr(user, "has_second_factor", False)


@dataclass
class Device:
    """A browser that somebody has signed in with before; a signed cookie that holds ids only."""

    id: str
    users: list[int]

    @classmethod
    def of(cls, request: HttpRequest) -> "Device":
        try:
            kept = signing.loads(cookies.read(request, COOKIE), salt=COOKIE, max_age=COOKIE_AGE)
            return cls(kept["id"], kept["users"])
        except (signing.BadSignature, KeyError, TypeError):
            return cls(secrets.token_hex(8), [])

    def remember(self, response: HttpResponse, user: User) -> None:
        users = [user.pk, *(pk for pk in self.users if pk != user.pk)][:100]
        cookies.put(response, COOKIE, signing.dumps({"id": self.id, "users": users}, salt=COOKIE), COOKIE_AGE)


def owner_of(login: str) -> int | None:
    """Whose username or e-mail it is."""
    found = User.objects.filter(Q(username__iexact=login) | Q(email__iexact=login)).exclude(username="")
    return found.values_list("pk", flat=True).first() if login and "\0" not in login else None


def count_try(request: HttpRequest, *, username: str = "", email: str = "", **rest) -> list | None:
    """Counts one try to sign in. Returns what `take_back` needs for a right password, None after too many."""
    login = (email or username).strip()
    owner = owner_of(login)
    account = f"user {owner}" if owner else f"login {login.casefold()}"
    device = Device.of(request)
    keys: dict[str, str | None]
    if owner in device.users:
        keys = {"known_device": f"{device.id} {account}"}
    else:
        address = ratelimit.get_ip(request)
        keys = {"account_at_address": f"{address} {account}", "address": None, "account": account}
    usages = []
    for limit, key in keys.items():
        usage = ratelimit.consume(request, app="members", action=limit, config=LIMITS, key=key)
        if usage is None:
            return None
        usages.append(usage)
    return usages


def take_back(usages: list) -> None:
    """The password was right: the try does not count."""
    for usage in usages:
        usage.rollback()
