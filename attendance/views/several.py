"""Several people marked in one go, and everybody out. One undo each; `views.closing.undo_batch` answers it."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from activities import workdays
from attendance import actions
from attendance.closing import still_open
from attendance.day_sheet import AWAY, all_to_mark, day_sheet, results
from attendance.forms.several import EveryoneOutForm, LogSeveralForm, PeopleForm, leaving_and_staying
from attendance.models import Kind, Mark, Visit
from attendance.search import cleaned, find_members
from clubhouse.clock import day_words, time_words
from members.permissions import requires

MOST_NAMED = 6
MOST_EXPLAINED = 4


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.log_arrival")
def several(request: HttpRequest, day: dt.date) -> HttpResponse:
    """The people of the day to tick. A post looks for a name; whoever was ticked before stays ticked."""
    if day > request.house.day_of(timezone.now()):
        return redirect("attendance:arrivals_on", day)
    return render(request, "attendance/several.html", _page(request, day, _several_form(request, day, bound=False)))


@require_POST
@requires("attendance.log_arrival")
def log_several(request: HttpRequest, day: dt.date) -> HttpResponse:
    form = _several_form(request, day, bound=True)
    if not form.is_valid():
        _say_first_error(request, form)
        return render(request, "attendance/several.html", _page(request, day, form), status=422)
    batch = form.store(by=request.user, tablet=getattr(request, "tablet", None))
    _say(request, day, batch)
    return redirect(_arrivals_of(request, day))


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.log_arrival")
def everyone_out(request: HttpRequest, day: dt.date) -> HttpResponse:
    """Who would leave at that time, and who came after it; then one post, one batch, one undo."""
    now, house = timezone.now(), request.house
    if day > house.day_of(now):
        return redirect("attendance:arrivals_on", day)
    proposed = _times_to_propose(request, day, now)
    data = request.POST.copy() if request.method == "POST" else request.GET.copy()
    data.setdefault("at", f"{proposed[0]:%H:%M}")
    form = EveryoneOutForm(data, day=day, zone=house.zone)
    if form.is_valid() and request.method == "POST":
        _say(request, day, form.store(by=request.user, tablet=getattr(request, "tablet", None)))
        return redirect(_arrivals_of(request, day))
    return _preview(request, form, proposed, now)


def _several_form(request: HttpRequest, day: dt.date, *, bound: bool) -> LogSeveralForm:
    house, data = request.house, request.POST if bound else None
    return LogSeveralForm(data, day=day, zone=house.zone, is_today=day == house.day_of(timezone.now()))


def _page(request: HttpRequest, day: dt.date, form: LogSeveralForm) -> dict:
    sheet = day_sheet(day, request.house, timezone.now())
    words, chosen = cleaned(request.POST.get("q", "")), set(request.POST.getlist("member_no"))
    on_page = {person.member_no for person in sheet.people.values()}
    found = find_members(words) if words else None
    # Those found now first; then whoever was found before and ticked.
    others = {member.pk: member for member in found.members} if found else {}
    others |= {member.pk: member for member in all_to_mark([*(chosen - on_page)], day)}
    people = results(sheet, list(others.values())) if others else []
    kind = request.POST.get("kind") or request.GET.get("kind")
    return {
        "form": form,
        "sheet": sheet,
        "words": words,
        "found": found,
        "found_people": people,
        "found_pks": {person.pk for person in people},
        "chosen": chosen,
        "kind": kind if kind in Kind.values else "",
        "away": AWAY,
        "arrivals_url": _arrivals_of(request, day),
    }


def _preview(request: HttpRequest, form: EveryoneOutForm, proposed: list[dt.time], now: dt.datetime) -> HttpResponse:
    is_post = request.method == "POST"
    if is_post:
        _say_first_error(request, form)
    at = form.cleaned_data.get("at")
    leaving, staying = leaving_and_staying(still_open(form.day, request.house, now), at)
    context = {
        "form": form,
        "day": form.day,
        "is_today": form.day == request.house.day_of(now),
        "at": at,
        "time": timezone.localtime(at).time() if at else None,
        "leaving": leaving,
        "staying": staying,
        "left_out": {
            one.visit.member_id for one in leaving if is_post and one.visit.member.member_no not in form.numbers
        },
        "proposed": proposed,
        "arrivals_url": _arrivals_of(request, form.day),
    }
    return render(request, "attendance/everyone_out.html", context, status=422 if is_post or not at else 200)


def _times_to_propose(request: HttpRequest, day: dt.date, now: dt.datetime) -> list[dt.time]:
    """Today now, or closing time once that is over; on another day the closing time."""
    closes_at = workdays.on(day).closes_at
    this_minute = timezone.localtime(now).time().replace(second=0, microsecond=0)
    if day != request.house.day_of(now):
        return [closes_at or dt.time(16)]
    return [closes_at, this_minute] if closes_at and closes_at < this_minute else [this_minute]


def _arrivals_of(request: HttpRequest, day: dt.date) -> str:
    is_today = day == request.house.day_of(timezone.now())
    return reverse("attendance:arrivals") if is_today else reverse("attendance:arrivals_on", args=[day])


def _say_first_error(request: HttpRequest, form: PeopleForm) -> None:
    messages.error(request, form.first_error or _("Nothing was saved yet. Please look at the time."))


def _say(request: HttpRequest, day: dt.date, batch: actions.Batch) -> None:
    """One sentence for those who were marked, with one undo; and why somebody was not."""
    if batch.marks:
        undo = reverse("attendance:undo_batch", args=[day, batch.pk])
        messages.success(request, _saved(day, batch.marks), extra_tags=undo)
    sentences = [sentence for _member, sentence in batch.unchanged]
    more = len(sentences) - MOST_EXPLAINED
    if more > 0:  # two desks sent the same people home
        words = ngettext(
            "And %(count)d more person was not changed.", "And %(count)d more people were not changed.", more
        )
        sentences = [*sentences[:MOST_EXPLAINED], words % {"count": more}]
    if sentences:
        messages.warning(request, " ".join(sentences))


def _saved(day: dt.date, marks: list[Mark]) -> str:
    count, first = len(marks), marks[0]
    words: dict = {"count": count, "time": time_words(first.at), "day": day_words(day)}
    words["names"] = get_text_list([str(mark.member) for mark in marks], _("and"))
    if first.action == Mark.Action.LEAVE:
        if count <= MOST_NAMED:
            return _("Saved. Left at %(time)s: %(names)s.") % words
        return (
            ngettext("Saved. %(count)d person left at %(time)s.", "Saved. %(count)d people left at %(time)s.", count)
            % words
        )
    if all(mark.visit and mark.visit.ending == Visit.Ending.HERE for mark in marks):
        if count <= MOST_NAMED:
            return _("Saved. Here since %(time)s: %(names)s.") % words
        return (
            ngettext(
                "Saved. %(count)d person is here since %(time)s.",
                "Saved. %(count)d people are here since %(time)s.",
                count,
            )
            % words
        )
    if count <= MOST_NAMED:
        return _("Saved. Arrived at %(time)s on %(day)s: %(names)s.") % words
    return (
        ngettext(
            "Saved. %(count)d person arrived at %(time)s on %(day)s.",
            "Saved. %(count)d people arrived at %(time)s on %(day)s.",
            count,
        )
        % words
    )
