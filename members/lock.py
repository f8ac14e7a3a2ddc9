"""A reception tablet that nobody used for a while locks: a colleague's own PIN opens it again, where they were.

A locked session is signed in, and sees nothing. What is kept in it: since when it is locked, the way back, and how many
PINs were wrong. All of it is written with the session's row held, so that tries at one moment are counted one by one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from django.contrib.auth.hashers import check_password
from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme

from members.models import Tablet

TRIES = 5
TABLET, SINCE, BACK, WRONG = "tablet", "locked_at", "locked_back", "wrong_pins"
# Holds nobody's name: the browser's own files, and whether the program is well.
NAMELESS = ("service_worker", "manifest", "offline", "healthz")


def is_at_reception(request) -> bool:
    return request.tablet is not None and request.tablet.place == Tablet.Place.RECEPTION


def locks(request) -> bool:
    """Whether this session locks instead of ending: on a reception tablet, for who chose a PIN."""
    user = request.user
    return user.is_authenticated and is_at_reception(request) and bool(user.pin) and user.has_perm("members.set_pin")


def wants_pin(request) -> bool:
    """Whether a PIN would help here, and is not chosen yet."""
    user = request.user
    return user.is_authenticated and is_at_reception(request) and not user.pin and user.has_perm("members.set_pin")


def is_locked(request) -> bool:
    return SINCE in request.session


def has_moved(request) -> bool:
    """The session is one of a reception tablet, and does not come from it, or cannot be opened by a PIN any more."""
    began = request.session.get(TABLET)
    here = request.tablet.pk if is_at_reception(request) else None
    return began not in (None, here) or (is_locked(request) and not locks(request))


def locks_after(request) -> int:
    """Seconds that nobody does anything."""
    return request.house.reception_locks_after * 60


def locks_in(request) -> float:
    """Seconds until this session locks when nobody does anything; below zero when it should be locked."""
    now = timezone.now().timestamp()
    return request.session.get("used_at", now) + locks_after(request) - now


def is_due(request) -> bool:
    return locks(request) and (is_locked(request) or locks_in(request) < 0)


def lock(request, *, back: str = "", form: dict | None = None) -> None:
    """Locks the session, or keeps in the locked one where to go back to, and what was written too late."""
    with _held(request) as stored:
        if stored is None:
            return
        if SINCE not in stored:
            stored[SINCE] = timezone.now().timestamp()
            stored.pop(BACK, None)
        if back:
            stored[BACK] = back
        if form and form["path"] != reverse("members:lock"):
            stored["kept_form"] = form | {"locked": True}


def unlock(request, pin: str) -> bool:
    """Whether `pin` opened it. A wrong one is counted; after the last try no PIN is right."""
    with _held(request) as stored:
        if stored is None:
            return False
        tries = stored.get(WRONG, 0)
        if tries >= TRIES or not check_password(pin, request.user.pin):
            stored[WRONG] = tries + 1
            return False
        for name in (SINCE, WRONG):
            stored.pop(name, None)
        stored["used_at"] = timezone.now().timestamp()
    return True


def tries_left(request) -> int:
    return TRIES - request.session.get(WRONG, 0)


def way_back(request) -> str:
    """The page they were on; what they had written comes first."""
    if "kept_form" in request.session:
        return reverse("members:kept_form")
    return request.session.get(BACK) or reverse("home")


def page_of(request) -> str:
    """The page that somebody is on who sent `request`; nothing when it does not say."""
    if request.headers.get("HX-Request"):
        page = urlsplit(request.headers.get("HX-Current-URL", ""))
        return page.path if page.netloc == request.get_host() else ""
    return request.get_full_path() if request.method == "GET" else ""


def own_path(request, path: str) -> str:
    """`path` if it leads to a page of ours, otherwise nothing."""
    is_ours = url_has_allowed_host_and_scheme(path, {request.get_host()}, request.is_secure())
    return path if path.startswith("/") and is_ours else ""


def answers(request) -> bool:
    """What a locked tablet still answers: its lock page, signing out, and what holds nobody's name."""
    if request.method == "POST":
        return request.path in {reverse("members:unlock"), reverse("account_logout")}
    logo = [reverse("members:house_logo", args=[request.house.logo_version])] if request.house.logo_version else []
    return request.method in {"GET", "HEAD"} and request.path in [*map(reverse, ("members:unlock", *NAMELESS)), *logo]


@contextmanager
def _held(request) -> Iterator[SessionBase | None]:
    """The session as it is stored, nobody else's to change until it is stored again; None when it has ended."""
    key = request.session.session_key
    with transaction.atomic():
        if not Session.objects.select_for_update(no_key=True).filter(pk=key).first():
            yield None
            return
        stored = SessionStore(key)
        yield stored
        try:
            stored.save()
        except UpdateError:
            return
    # This request sees what was stored, and writes nothing older over it.
    request.session.update(stored.items())
    for name in set(request.session.keys()) - set(stored.keys()):
        del request.session[name]
    request.session.modified = False
