"""Pages that gather from several floors."""

import datetime as dt
import sys

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.defaults import server_error

from activities.models import UnitTask
from attendance.models import Visit
from clubhouse import health, schema, trouble
from clubhouse.clock import time_words
from clubhouse.own_day import mine
from members import cookies
from members.models import House, Member, Note
from members.notices import delivery, paper
from members.permissions import open_to_all, requires

LOOKS = {"theme": {"auto", "light", "dark"}, "text": {"normal", "large", "larger"}}


@require_safe
@requires("members.see_me")
def home(request: HttpRequest) -> HttpResponse:
    """Home, by who is looking: at most four big choices."""
    context: dict = {"greeting": _greeting(request.user), "choices": _choices(request.user)}
    if request.user.person:
        context["notes"] = Note.objects.unread_by(request.user.person).count()
    if request.user.has_perm("members.see_messages") and not request.house.messages_stopped_at:
        context["late_since"] = delivery.late_since(timezone.now())
        context["to_tell"] = len(delivery.need_a_look(timezone.now()))
    if request.user.has_perm("members.see_keeping"):
        context["needs_keeper"] = health.needs_keeper(timezone.now())
    if request.user.has_perm("members.print_notes"):
        context["notes_waiting"] = len(paper.to_print(request.house, timezone.now()))
    if request.user.has_perm("activities.see_my_week") and isinstance(request.user.person, Member):
        context["mine"] = mine(request.user.person, request.house, timezone.now())
    return render(request, "home.html", context)


def _choices(user) -> list[dict]:
    """The first four of what this person may do, most used first. The tasks say how many have room."""
    every = {
        "here": ("attendance.mark_myself", "attendance:mark_myself", _("I'm here"), _("Tell the house that you came")),
        "arrivals": ("attendance.see_arrivals", "attendance:arrivals", _("Arrivals"), _("Who is here today")),
        "tasks": (
            "activities.see_tasks",
            "activities:tasks",
            _("Today's tasks"),
            _("See what needs doing, take a place"),
        ),
        "whats-on": ("activities.see_whats_on", "activities:whats_on", _("What's on"), _("The days to come")),
        "phone": (
            "attendance.see_reach_out",
            "attendance:reach_out",
            _("Reach-out"),
            _("Whom we have not seen for a while"),
        ),
        "chart": (
            "attendance.see_reports",
            "attendance:reports",
            _("The month"),
            _("What we did together, in figures"),
        ),
        "house": (
            "members.edit_house",
            "members:house_settings",
            _("House"),
            _("Open days, units, people and settings"),
        ),
        "members": (
            "members.see_members",
            "members:members",
            _("Members"),
            _("All on the roll, now and before"),
        ),
        "person": ("members.see_me", "me", _("My page"), _("My name, my wishes, my visits")),
    }
    order = ["arrivals", "tasks", "chart", "house", "phone"]
    if not user.is_colleague_in_charge:
        order = ["tasks", "whats-on", "chart", "person"]
        duties = [icon for icon in ("arrivals", "phone") if user.has_perm(every[icon][0])]
        if duties:
            order = [*duties, "tasks", "whats-on", "person"]
        if user.has_perm("attendance.mark_myself"):
            order = ["here", *(icon for icon in order if icon != "chart")]
    choices = [
        {"label": label, "hint": hint, "url": reverse(url), "icon": icon}
        for icon in order
        for permission, url, label, hint in [every[icon]]
        if user.has_perm(permission)
    ]
    today = timezone.localdate()
    room = UnitTask.objects.free_by_day(today, today).get(today, 0)
    for choice in choices:
        if choice["icon"] == "here" and (hint := _here_since(user)):
            choice["hint"] = hint
        if choice["icon"] == "tasks" and room:
            choice["hint"] = ngettext("%(n)s task has room", "%(n)s tasks have room", room) % {"n": room}
    return choices[:4]


def _here_since(user) -> str:
    now = timezone.now()
    visit = Visit.objects.still_here(now, timezone.localdate(now)).filter(member__user=user).first()
    return _("You are here since %(time)s") % {"time": time_words(visit.arrived_at)} if visit else ""


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
    is_ours = url_has_allowed_host_and_scheme(back, {request.get_host()}, request.is_secure())
    if not (back.startswith("/") and is_ours):
        back = "/"
    response = redirect(back)
    for name, values in LOOKS.items():
        if request.POST.get(name) in values:
            cookies.put(response, name, request.POST[name], dt.timedelta(days=365))
    return response


@require_safe
@open_to_all
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, with the age in seconds of the oldest due unsent message (is a worker alive?)."""
    now = timezone.now()
    try:
        connection.ensure_connection()
        if not schema.is_current():
            return JsonResponse({"database": "ok", "updating": True, "oldest_due_s": 0})
        oldest = delivery.oldest_due(now)
        stopped = House.objects.filter(messages_stopped_at__isnull=False).exists()
        short = health.in_short(now)
    except Error:
        return JsonResponse({"database": "away"}, status=503)
    waited = int((now - oldest).total_seconds()) if oldest else 0
    return JsonResponse({"database": "ok", "oldest_due_s": waited, "messages_stopped": stopped} | short)


def went_wrong(request: HttpRequest) -> HttpResponse:
    """Where every error ends (handler500): what passes by itself says so, and keeps what was typed."""
    kind = trouble.kind_of(sys.exc_info()[1])
    return trouble.answer(request, kind) if kind else server_error(request)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form that was open for too long: nothing is lost, go back and send it again."""
    return render(request, "403_csrf.html", status=403)
