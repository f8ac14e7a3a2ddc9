
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _

from members import audit
from members.models import House


class HouseMiddleware:
    """Puts the house on the request and its time zone in force, and notes the device for the audit record."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith(settings.STATIC_URL) or request.path == "/healthz":
            return self.get_response(request)
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


class SessionLimitsMiddleware:
    """Idle and absolute limits of a session. A page's own polling (header `X-Polling`) is not use."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            now = timezone.now().timestamp()
            limits = settings.SESSION_LIMITS["colleague" if request.user.is_colleague_in_charge else "member"]
            started = request.session.setdefault("started_at", now)
            used = request.session.get("used_at", now)
            if now - used > limits["idle"].total_seconds() or now - started > limits["absolute"].total_seconds():
                logout(request)
                messages.info(request, _("You were signed out to keep your page private. Please sign in again."))
                return redirect(f"{reverse(settings.LOGIN_URL)}?next={request.path}")
            # Written at most once a minute: a busy reception does not need a write per tap.
            if not request.headers.get("X-Polling") and ("used_at" not in request.session or now - used > 60):
                request.session["used_at"] = now
        return self.get_response(request)


class SecondFactorMiddleware:
    """Staff, coordinators and keepers do nothing before their second factor is set up (sample accounts with DEMO excepted)."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)


class NoStoreMiddleware:
    """A signed-in page is never kept by a browser or a proxy."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if request.user.is_authenticated or request.path.startswith("/accounts/"):
            patch_cache_control(response, no_store=True, private=True)
        return response
