"""The day's arrivals: one tap arrives, a second leaves, and every tap can be taken back."""

import datetime as dt
from functools import partial

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import workdays
from activities.models import Unit
from attendance import actions
from attendance.counts import counts_of
from attendance.day_sheet import Person, Sheet, day_sheet, person_on, results
from attendance.forms import ChangeVisitForm, LogArrivalForm
from attendance.history import FEW_CHANGES, changes_of
from attendance.models import CorrectionRequest, Kind, Mark, Visit
from attendance.reasons import Reason
from attendance.search import cleaned, find_members
from clubhouse.clock import day_words, time_words
from clubhouse.htmx import piece_or_page
from members.models import AuditHead
from members.permissions import requires
from members.refusals import Refusal
from members.templatetags.house import names_apart


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.see_arrivals")
def arrivals(request: HttpRequest, day: dt.date | None = None) -> HttpResponse:
    """The people of a day in groups; with words in `q`, whom they mean. A post only keeps names out of addresses."""
    template = "attendance/_people.html" if request.headers.get("HX-Request") else "attendance/arrivals.html"
    return render(request, template, _page(request, day))


@require_POST
@requires("attendance.log_arrival")
def log_arrival(request: HttpRequest, day: dt.date) -> HttpResponse:
    form = LogArrivalForm(request.POST, day=day, zone=request.house.zone)
    try:
        mark = form.store(by=request.user, tablet=getattr(request, "tablet", None))
    except Refusal as refusal:
        return _refused(request, form, refusal)
    said = _said(mark, form.member, request.house.returned_after_days)
    person = _person_after(request, form, mark)
    context = _around(request, form.day) | {"person": person, "is_fresh": mark.action != Mark.Action.UNDO}
    if request.headers.get("X-Queued"):
        return JsonResponse(
            {"said": names_apart(said), "piece": _piece(request, context), "at": time_words(timezone.now())}
        )
    messages.success(request, said)
    return piece_or_page(request, "attendance/_person.html", context, page=f"{context['page_url']}#person-{person.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.change_visit")
def change_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another unit or kind in one tap: choices that take the tile's place, or a page of their own."""
    now = timezone.now()
    visits = Visit.objects.changeable_by(request.user, now, request.house.day_of(now)).select_related("member", "unit")
    visit = get_object_or_404(visits, pk=pk)
    if request.method == "POST":
        return _changed(request, visit)
    person = person_on(visit.day, request.house, now, visit.member, told_apart=_apart(request.GET))
    context = _around(request, visit.day) | {"person": person, "visit": visit}
    context |= {"units": Unit.objects.all(), "kinds": Kind.choices}
    template = "change_visit.html"
    if request.headers.get("HX-Request"):
        template = "_person.html" if "close" in request.GET else "_change_visit.html"
    return render(request, f"attendance/{template}", context)


@require_safe
@requires("attendance.see_arrivals")
def arrivals_now(request: HttpRequest) -> HttpResponse:
    """What a page asks every few seconds: today's people when anything changed since `v`, else 204.

    Whatever changes writes an audit record, so the number of the last one says whether to look: one cheap query.
    """
    version = _version()
    if request.GET.get("v") == version:
        return HttpResponse(status=204)
    response = render(request, "attendance/_now.html", _page(request, None))
    response["X-Version"] = version
    return response


@require_safe
@requires("attendance.log_arrival")
def tap_queue(request: HttpRequest) -> JsonResponse:
    """For taps that wait on a tablet: a fresh token to send them with. Only who may send them gets one."""
    return JsonResponse({"token": get_token(request)})


@require_safe
@requires("attendance.see_arrivals")
def arrivals_sheet(request: HttpRequest, day: dt.date) -> HttpResponse:
    """The day on paper, to sign and write on: everybody of the page by name, and empty rows."""
    sheet = day_sheet(day, request.house, timezone.now())
    return render(request, "attendance/arrivals_sheet.html", {"sheet": sheet, "empty_rows": range(12)})


def _version() -> str:
    return f"{timezone.localdate()} {AuditHead.objects.values_list('seq', flat=True).first() or 0}"


def _page(request: HttpRequest, day: dt.date | None) -> dict:
    words = cleaned(request.POST.get("q") or request.GET.get("q") or "")
    version = "" if words else _version()  # before looking: what comes in between is then asked for again
    now = timezone.now()
    sheet = day_sheet(day or request.house.day_of(now), request.house, now)
    found = find_members(words) if words and not sheet.is_future else None
    may_answer = request.user.has_perm("attendance.answer_correction")
    return {
        **_around(request, sheet.day.day, sheet),
        "version": version,
        "now": now,
        "words": words,
        "found": found,
        "results": results(sheet, found.members) if found else [],
        "kinds": Kind.choices,
        "suggested_kind": Kind.suggested(sheet.day, timezone.localtime(now).time()) if sheet.is_today else Kind.WOD,
        "yesterday": sheet.day.day - dt.timedelta(days=1),
        "tomorrow": sheet.day.day + dt.timedelta(days=1),
        "corrections_waiting": CorrectionRequest.objects.waiting().count() if may_answer else 0,
        "reasons": Reason.choices,
        "changes": partial(changes_of, sheet.day.day, request.house, limit=FEW_CHANGES),  # asked by other days only
        "counts": partial(counts_of, sheet.day.day),  # asked by the whole page only
    }


def _around(request: HttpRequest, day: dt.date, sheet: Sheet | None = None) -> dict:
    """What a tile needs to know of its page. Only another day than today asks the calendar, for times to propose."""
    today = request.house.day_of(timezone.now())
    kind = request.POST.get("kind") or request.GET.get("kind")
    why = request.POST.get("why") or request.GET.get("why")
    return {
        "sheet": sheet or Sheet(workdays.Day(day, True) if day == today else workdays.on(day), today, {}),
        "kind": kind if kind in Kind.values else "",
        "why": why if why in Reason.values else "",
        "page_url": reverse("attendance:arrivals") if day == today else reverse("attendance:arrivals_on", args=[day]),
        "log_url": reverse("attendance:log_arrival", args=[day]),
    }


def _piece(request: HttpRequest, context: dict) -> str:
    return render_to_string("attendance/_person.html", context, request)


def _apart(data: QueryDict) -> int:
    """How much of the name the tile showed, so that it shows as much after the swap."""
    return {"1": 1, "2": 2}.get(data.get("apart", ""), 0)


def _person_after(request: HttpRequest, form: LogArrivalForm, mark: Mark) -> Person:
    """The tile after a mark: the visit says it all, unless it was taken back or the answer is an old one."""
    told_apart = _apart(request.POST)
    if mark.visit is None or mark.is_repeat or mark.action == Mark.Action.UNDO:
        return person_on(form.day, request.house, timezone.now(), form.member, told_apart=told_apart)
    is_here = mark.visit.ending == Visit.Ending.HERE and form.day == request.house.day_of(timezone.now())
    return Person.of_visit(mark.visit, form.member, is_here, told_apart=told_apart)


def _refused(request: HttpRequest, form: LogArrivalForm, refusal: Refusal) -> HttpResponse:
    """Nothing was stored: the sentence, the person as they are, and a status that scripts understand."""
    status = 409 if isinstance(refusal, actions.KeyAlreadyUsed) else 422
    is_queued = request.headers.get("X-Queued")
    if is_queued and isinstance(refusal, actions.TooManyAtOnce):
        status = 503  # a tablet keeps the tap and sends it once more; a 422 it would put aside for people
    if not request.headers.get("HX-Request") and not is_queued:
        messages.error(request, str(refusal))
        return render(request, "attendance/arrivals.html", _page(request, form.day), status=status)
    piece = ""
    if form.member is not None and form.day <= request.house.day_of(timezone.now()):
        person = person_on(form.day, request.house, timezone.now(), form.member, told_apart=_apart(request.POST))
        context = _around(request, form.day) | {"person": person, "refusal": refusal}
        piece = _piece(request, context | {"at": request.POST.get("at", "")})
    if is_queued:
        return JsonResponse({"said": names_apart(str(refusal)), "piece": piece}, status=status)
    messages.error(request, str(refusal))
    answer = render_to_string("components/_messages.html", {"out_of_band": True}, request)
    response = HttpResponse(piece + answer, status=status)
    if not piece:
        response["HX-Reswap"] = "none"
    return response


def _changed(request: HttpRequest, visit: Visit) -> HttpResponse:
    form = ChangeVisitForm(request.POST)
    try:
        if not form.is_valid():
            raise Refusal(str(next(iter(form.errors.values()))[0]))
        actions.change_visit(visit=visit, by=request.user, **{k: v or None for k, v in form.cleaned_data.items()})
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Saved. The visit of %(name)s was changed.") % {"name": visit.member})
    told_apart = _apart(request.POST)
    person = person_on(visit.day, request.house, timezone.now(), visit.member, told_apart=told_apart)
    context = _around(request, visit.day) | {"person": person, "is_fresh": False}
    return piece_or_page(request, "attendance/_person.html", context, page=f"{context['page_url']}#person-{person.pk}")


def _said(mark: Mark, member, returned_after_days: int) -> str:
    """The sentence after the commit. `member` comes from `to_mark`, with the day they were last seen before."""
    visit, words = mark.visit, {"name": member}
    if mark.action == Mark.Action.UNDO:
        if visit and visit.ending == Visit.Ending.HERE:
            return _("Undone. %(name)s is here again.") % words
        return _("Undone. It is as it was before for %(name)s.") % words
    if visit is None:
        return _("This was saved and then undone for %(name)s.") % words
    if mark.action == Mark.Action.LEAVE:
        words["time"] = time_words(mark.at)
        return _("Saved. %(name)s left at %(time)s.") % words
    words["time"] = time_words(visit.arrived_at)
    if visit.ending != Visit.Ending.HERE:
        words["day"] = day_words(visit.day)
        return _("Saved. %(name)s arrived at %(time)s on %(day)s.") % words
    if member.last_seen_on is None:
        return _("Saved. %(name)s is here since %(time)s. Welcome!") % words
    was_away = (visit.day - member.last_seen_on).days >= returned_after_days
    had_withdrawn = member.withdrawn_on and member.last_seen_on < member.withdrawn_on <= visit.day
    if was_away or had_withdrawn:
        return _("Saved. %(name)s is here since %(time)s. Welcome back!") % words
    return _("Saved. %(name)s is here since %(time)s.") % words
