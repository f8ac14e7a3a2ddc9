import contextlib
import datetime as dt
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db import Error, transaction
from django.http import HttpResponse, HttpResponseForbidden
from django.shortcuts import redirect, render
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from members import audit, cookies, lock
from members.models import House, Tablet, tablet_digest
from members.sign_in import lacks_second_factor

LOOPBACK_PEERS = {"127.0.0.1", "::1", "::ffff:127.0.0.1"}
TABLET_COOKIE = "tablet"


class HouseMiddleware:
    """Puts the house on the request and its time zone in force, and notes the device for the audit record."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith(settings.STATIC_URL) or request.path == "/healthz":
            return self.get_response(request)
        if settings.DEMO and request.META.get("REMOTE_ADDR") not in LOOPBACK_PEERS:
            # Everybody knows the password of the sample accounts, so they never leave this computer.
            return HttpResponseForbidden(_("The sample house opens on its own computer only."), "text/plain")
        request.house = House.objects.current()
        request.user.house = request.house  # permissions that the house's settings open
        token = audit.device.set(request.headers.get("User-Agent", "")[:120])
        try:
            with timezone.override(request.house.zone):
                response = self.get_response(request)
                # Pages are rendered inside the zone; a lazy response would leave it.
                if hasattr(response, "render") and not response.is_rendered:
                    response.render()
                return response
        finally:
            audit.device.reset(token)

    def process_exception(self, request, exception):
        """Nothing was stored; a view that answers refusals itself does so."""
        if not isinstance(exception, audit.MergedMeanwhile):
            return None
        messages.error(request, str(exception))
        return redirect("home")


class TabletMiddleware:
    """Puts the house's own tablet, or None, on the request as `tablet`: one query, and only where its cookie is.

    A tablet at the door opens the door's own pages and nothing else, and nobody is signed in on it.
    """

    # nobody's name in any of them
    OPEN_TO_ALL = {"set_look", "healthz", "service_worker", "manifest", "offline", "members:house_logo"}
    AT_THE_DOOR = {"attendance:door", "attendance:practise_door"} | OPEN_TO_ALL

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        request.tablet = None
        token = cookies.read(request, TABLET_COOKIE)
        if not token or request.path.startswith(settings.STATIC_URL):
            return self.get_response(request)
        tablet = Tablet.objects.for_token(token).first()
        if tablet is None:
            return self.not_paired(request, token)
        request.tablet = tablet
        if tablet.place == Tablet.Place.DOOR and (kept_out := self.kept_at_the_door(request)):
            return kept_out
        device = audit.device.set(f"tablet {tablet.pk}, {tablet.name}"[:120])
        try:
            return self.seen(tablet, token, self.get_response(request))
        finally:
            audit.device.reset(device)

    def kept_at_the_door(self, request):
        """Somewhere else than the door: an answer that leads back to it, otherwise None."""
        if request.user.is_authenticated:
            logout(request)
        try:
            name = resolve(request.path_info).view_name
        except Resolver404:
            name = ""
        if name in self.AT_THE_DOOR:
            return None
        if request.method in {"GET", "HEAD"}:
            response = redirect("/door/")
        else:
            response = HttpResponseForbidden(_("This tablet opens the door's own pages only."), "text/plain")
        patch_cache_control(response, no_store=True, private=True)
        return response

    def seen(self, tablet, token, response):
        """When the tablet was last in use: written once a minute, and the cookie lives on from then."""
        now = timezone.now()
        if tablet.seen_at is None or now - tablet.seen_at >= dt.timedelta(minutes=1):
            with contextlib.suppress(Error), transaction.atomic():  # a full disk keeps nobody from reading
                Tablet.objects.filter(pk=tablet.pk).update(seen_at=now)
            remember_tablet(response, token)
        return response

    def not_paired(self, request, token):
        """Revoked, or of another database: whatever the browser kept is wiped, and it is a browser like any other.

        Taps that wait at reception stay, and are sent when somebody signs in: they hold ids, and nothing may be lost.
        """
        gone = Tablet.objects.filter(token_digest=tablet_digest(token), place=Tablet.Place.RECEPTION)
        wiped = '"cache", "cookies"' if gone.exists() else '"cache", "cookies", "storage"'
        logout(request)
        response = render(request, "members/tablet_gone.html", status=403)
        cookies.drop(response, TABLET_COOKIE)
        response["Clear-Site-Data"] = wiped
        patch_cache_control(response, no_store=True, private=True)
        return response


def remember_tablet(response, token: str) -> None:
    """The cookie by which a paired tablet is known. Browsers keep one for 400 days at most."""
    cookies.put(response, TABLET_COOKIE, token, dt.timedelta(days=400))


class SessionLimitsMiddleware:
    """Idle and absolute limits of a session; a reception tablet locks in between.

    What a page does by itself (headers `X-Polling`, `X-Queued`) is not use; static/js/session.js tells of touches.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and hasattr(request, "house"):
            session, now = request.session, timezone.now().timestamp()
            session.setdefault("started_at", now)
            if lock.has_moved(request) or seconds_left(request) < 0:
                return self.sign_out(request)
            if lock.is_at_reception(request):
                session.setdefault(lock.TABLET, request.tablet.pk)
            if lock.is_due(request):
                return self.locked(request)
            # Not written at each tap: a busy reception does not need that.
            if not is_by_script(request) and now - session.get("used_at", 0) > (5 if lock.locks(request) else 60):
                session["used_at"] = now
            if request.method == "POST" and session.get("kept_form", {}).get("path") == request.path:
                del session["kept_form"]
        return _whole_page(request, self.get_response(request))

    def locked(self, request):
        """Only the lock page answers. What was asked for, and what was written too late, waits behind the PIN."""
        if lock.answers(request) or is_by_script(request):
            if not lock.is_locked(request):
                lock.lock(request)
            return self.get_response(request) if lock.answers(request) else HttpResponse(status=423)
        lock.lock(request, back=lock.own_path(request, lock.page_of(request)), form=kept_form(request))
        to_lock_page = redirect("members:unlock")
        if request.headers.get("HX-Request"):
            return HttpResponse(status=204, headers={"HX-Redirect": to_lock_page.url})
        return to_lock_page

    def sign_out(self, request):
        if is_by_script(request):  # nobody is there; what they were writing, or tapped, may still be sent
            return HttpResponse(status=401)
        form, back = kept_form(request), request.get_full_path()
        logout(request)
        messages.info(request, _("You were signed out to keep your page private. Please sign in again."))
        if form:
            request.session["kept_form"] = form
            back = reverse("members:kept_form")
        elif request.method != "GET":
            back = reverse("home")
        return _whole_page(request, redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': back})}"))


def is_by_script(request) -> bool:
    """A page's own polling, or a tap that a tablet kept until it was stored: neither can do with a sign-in page."""
    return bool(request.headers.get("X-Polling") or request.headers.get("X-Queued"))


def seconds_left(request) -> float:
    """How long this session still lasts when nobody does anything; below zero when it is over."""
    now = timezone.now().timestamp()
    is_short = request.user.is_colleague_in_charge or lock.is_at_reception(request)
    limits = settings.SESSION_LIMITS["colleague" if is_short else "member"]
    ends_at = request.session["started_at"] + limits["absolute"].total_seconds()
    if not lock.locks(request):
        ends_at = min(ends_at, request.session.get("used_at", now) + limits["idle"].total_seconds())
    return ends_at - now


def kept_form(request) -> dict | None:
    """What was written before the session ended, for the same person to send after signing in again.

    It waits in the database with the new session, never in the browser.
    """
    fields = written_fields(request)
    return None if fields is None else {"user": request.user.pk, "path": request.path, "fields": fields}


def written_fields(request) -> list[tuple[str, str]] | None:
    """What was written into the form that was just sent. Files, passwords and PINs are not kept."""
    has_secret = any("password" in name or name.startswith("pin") for name in request.POST)
    if request.method != "POST" or request.FILES or has_secret:
        return None
    fields = [(n, v) for n, values in request.POST.lists() for v in values if n != "csrfmiddlewaretoken"]
    return None if sum(len(value) for _name, value in fields) > 50_000 else fields


def _whole_page(request, response):
    """The sign-in page is never swapped into a piece: htmx loads it as a page, and comes back to the page it was on."""
    to_sign_in = response.status_code == 302 and response.headers["Location"].startswith(reverse(settings.LOGIN_URL))
    if to_sign_in and is_by_script(request):
        return HttpResponse(status=401)
    if not (to_sign_in and request.headers.get("HX-Request")):
        return response
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    kept = urlsplit(response.headers["Location"]).query == urlencode({"next": reverse("members:kept_form")})
    back = page.path if page.path and page.netloc == request.get_host() and not kept else None
    url = f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': back})}" if back else response.headers["Location"]
    return HttpResponse(status=204, headers={"HX-Redirect": url})


class SecondFactorMiddleware:
    """Staff, coordinators and keepers set up their second factor before anything else (see `lacks_second_factor`)."""

    OPEN = {"account_logout", "account_reauthenticate", "members:stay", "members:unlock"} | TabletMiddleware.OPEN_TO_ALL

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        name = request.resolver_match.view_name or ""
        if not lacks_second_factor(request.user) or name in self.OPEN or name.startswith("mfa_"):
            return None
        if request.method not in {"GET", "HEAD"}:
            raise PermissionDenied
        messages.info(request, _("Before you go on, set up a second key: an app on your phone, or a passkey."))
        return redirect("mfa_index")


class NoStoreMiddleware:
    """A signed-in page, and a page of a tablet in the house, is never kept by a browser or a proxy.

    A picture that never changes under its address says so itself ("immutable").
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if "immutable" in response.get("Cache-Control", ""):
            return response
        if request.user.is_authenticated or request.tablet or request.path.startswith("/accounts/"):
            patch_cache_control(response, no_store=True, private=True)
        return response
