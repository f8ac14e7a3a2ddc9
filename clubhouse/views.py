"""Pages that gather from several floors."""

import datetime as dt

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from members.models import Message
from members.permissions import open_to_all, requires

LOOKS = {"theme": {"auto", "light", "dark"}, "text": {"normal", "large", "larger"}}


@require_safe
@requires("members.see_me")
def home(request: HttpRequest) -> HttpResponse:
    """Home, by who is looking: at most four big choices."""
    choices = [choice for choice in _choices() if request.user.has_perm(choice["permission"])][:4]
    return render(request, "home.html", {"greeting": _greeting(request.user), "choices": choices})


def _choices() -> list[dict]:
    return [
        {
            "permission": "attendance.see_arrivals",
            "label": _("Arrivals"),
            "hint": _("Who is here today"),
            "url": reverse("attendance:arrivals"),
            "icon": "door",
        },
        {
            "permission": "activities.see_tasks",
            "label": _("Today's tasks"),
            "hint": _("See what needs doing, and take a place"),
            "url": reverse("activities:tasks"),
            "icon": "tasks",
        },
        {
            "permission": "attendance.see_reports",
            "label": _("The month"),
            "hint": _("What we did together, in figures"),
            "url": reverse("attendance:reports"),
            "icon": "chart",
        },
        {
            "permission": "members.see_me",
            "label": _("My page"),
            "hint": _("My name, my wishes, my visits"),
            "url": reverse("me"),
            "icon": "person",
        },
    ]


def _greeting(user) -> str:
    hour = timezone.localtime().hour
    name = user.get_short_name()
    if hour < 12:
        return _("Good morning, %(name)s") % {"name": name}
    if hour < 18:
        return _("Good afternoon, %(name)s") % {"name": name}
    return _("Good evening, %(name)s") % {"name": name}


@require_POST
@open_to_all
def set_look(request: HttpRequest) -> HttpResponse:
    """Light or dark, and the size of text: remembered in this browser."""
    back = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure()):
        back = "/"
    response = redirect(back)
    for name, values in LOOKS.items():
        if request.POST.get(name) in values:
            response.set_cookie(
                name,
                request.POST[name],
                max_age=dt.timedelta(days=365),
                samesite="Lax",
                httponly=True,
                secure=settings.SESSION_COOKIE_SECURE,
            )
    return response


@require_safe
@open_to_all
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, with the age in seconds of the oldest due unsent message (is a worker alive?)."""
    now = timezone.now()
    try:
        connection.ensure_connection()
        oldest = Message.objects.due(now).order_by("due_at").values_list("due_at", flat=True).first()
    except Error:
        return JsonResponse({"database": "away"}, status=503)
    return JsonResponse({"database": "ok", "oldest_due_s": int((now - oldest).total_seconds()) if oldest else 0})


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open for too long: nothing is lost, go back and send it again."""
    return render(request, "403_csrf.html", status=403)
