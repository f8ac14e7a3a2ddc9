from django.conf import settings
from django.http import HttpRequest

from members.middleware import seconds_left
from members.models import User


def house(request: HttpRequest) -> dict:
    """For every page: the house, and on the sign-in page of a sample house who can sign in."""
    context = {"house": getattr(request, "house", None), "demo": settings.DEMO, "mail_ready": settings.MAIL_READY}
    if "started_at" in getattr(request, "session", {}) and request.user.is_authenticated:
        context["seconds_left"] = int(seconds_left(request))
    if settings.DEMO and request.path == "/accounts/login/":
        context["demo_accounts"] = User.objects.filter(is_sample=True, is_active=True).order_by("pk")
    return context
