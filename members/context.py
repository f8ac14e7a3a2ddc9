from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest

from members import cookies, lock
from members.middleware import seconds_left
from members.models import User


def house(request: HttpRequest) -> dict:
    """For every page: the house, and on the sign-in page of a sample house who can sign in."""
    context: dict = {"house": getattr(request, "house", None), "demo": settings.DEMO, "mail_ready": settings.MAIL_READY}
    context["look"] = cookies.look_of(request)
    if "started_at" in getattr(request, "session", {}) and hasattr(request, "user") and request.user.is_authenticated:
        if lock.is_locked(request):  # whatever page it is: no name, and nothing that was said to somebody
            return context | {"user": AnonymousUser(), "perms": {}, "messages": ()}
        context["seconds_left"] = int(seconds_left(request))
        if lock.locks(request):
            context["locks_in"] = max(0, int(lock.locks_in(request)))
            context["locks_after"] = lock.locks_after(request)
        context["wants_pin"] = lock.wants_pin(request)
    if settings.DEMO and request.path == "/accounts/login/":
        context["demo_accounts"] = User.objects.filter(is_sample=True, is_active=True).order_by("pk")
    return context
