"""Somebody new at the desk: two fields, a gentle question, and they are here."""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from activities import workdays
from attendance.alike import Alike, look_alikes
from attendance.forms.sentences import RELOAD
from attendance.forms.walk_ins import WalkInForm, names_from
from attendance.models import Mark, Visit
from attendance.search import cleaned
from clubhouse.clock import day_words, time_words
from members.permissions import requires
from members.refusals import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.add_walk_in")
def add_walk_in(request: HttpRequest, day: dt.date) -> HttpResponse:
    """The form, with `words` of the search to begin with. Somebody alike is asked about before anything is stored."""
    if day > request.house.day_of(timezone.now()):
        return redirect("attendance:arrivals_on", day)
    is_sent = request.method == "POST" and "words" not in request.POST
    form = _form(request, day, is_sent)
    if not is_sent:
        return _page(request, form, [])
    if not form.is_valid():
        if form.is_out_of_date:
            messages.error(request, RELOAD)
        return _page(request, form, [], status=422)
    alike = [] if form.was_asked else look_alikes(form.cleaned_data["first_name"], form.cleaned_data["last_name"])
    return _page(request, form, alike) if alike else _stored(request, form)


def _form(request: HttpRequest, day: dt.date, is_sent: bool) -> WalkInForm:
    house = request.house
    is_today = day == house.day_of(timezone.now())
    initial = names_from(cleaned(request.POST.get("words", "")))
    initial["kind"] = request.POST.get("kind") or request.GET.get("kind") or ""
    if not is_today and (opens_at := workdays.on(day).opens_at):
        initial["at"] = f"{opens_at:%H:%M}"
    data = request.POST if is_sent else None
    return WalkInForm(data, initial=initial, day=day, zone=house.zone, is_today=is_today)


def _stored(request: HttpRequest, form: WalkInForm) -> HttpResponse:
    try:
        mark = form.store(by=request.user, tablet=getattr(request, "tablet", None))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _page(request, form, [], status=422)
    messages.success(request, _welcome(mark))
    return redirect(_arrivals_of(request, form.day))


def _welcome(mark: Mark) -> str:
    words = {"name": mark.member, "time": time_words(mark.at), "day": day_words(mark.day)}
    if mark.visit is None:
        return _("%(name)s is on the roll. The arrival was saved and then undone.") % words
    if mark.visit.ending == Visit.Ending.HERE:
        return _("Welcome, %(name)s! Saved: on the roll, and here since %(time)s.") % words
    return _("Welcome, %(name)s! Saved: on the roll, and here from %(time)s on %(day)s.") % words


def _page(request: HttpRequest, form: WalkInForm, alike: list[Alike], status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "day": form.day,
        "is_today": "at" not in form.fields,
        "alike": [(one, uuid.uuid4()) for one in alike],
        "fresh_key": uuid.uuid4(),
        "names": form.names if alike else "",
        "at": form["at"].value() if "at" in form.fields else "",
        "arrivals_url": _arrivals_of(request, form.day),
    }
    return render(request, "attendance/walk_in.html", context, status=status)


def _arrivals_of(request: HttpRequest, day: dt.date) -> str:
    is_today = day == request.house.day_of(timezone.now())
    return reverse("attendance:arrivals") if is_today else reverse("attendance:arrivals_on", args=[day])
