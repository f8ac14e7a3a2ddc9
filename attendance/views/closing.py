"""The end of the day: who has no time out, and one undo for what was said about them."""

import datetime as dt
import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from attendance import actions
from attendance.closing import closed_before, still_open
from attendance.forms import CloseDayForm
from attendance.models import Mark
from members.permissions import requires
from members.refusals import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.close_day")
def close_day(request: HttpRequest, day: dt.date) -> HttpResponse:
    """Everybody of the day without a time out. One form, one batch, one undo."""
    now, house = timezone.now(), request.house
    if day > house.day_of(now):
        raise Http404
    people = still_open(day, house, now)
    form = CloseDayForm(request.POST if request.method == "POST" else None, people=people, zone=house.zone)
    if form.is_bound and _closed(request, form, day):
        return redirect("attendance:close_day", day)
    context = {"day": day, "is_today": day == house.day_of(now), "form": form, "closed_before": closed_before(day)}
    context["may_assume"] = any(person.closes_at for person in people)
    return render(request, "attendance/close_day.html", context, status=422 if form.is_bound else 200)


@require_POST
@requires("attendance.log_arrival")
def undo_batch(request: HttpRequest, day: dt.date, batch: uuid.UUID) -> HttpResponse:
    """Takes back what was marked together on that day, from wherever it was offered."""
    if not Mark.objects.filter(day=day, batch=batch).exists():
        raise Http404
    undone = actions.undo_batch(batch=batch, by=request.user)
    count = len(undone.back)
    if count:
        words = ngettext("Undone. %(count)d visit is as before.", "Undone. %(count)d visits are as before.", count)
        messages.success(request, words % {"count": count})
    if undone.kept:
        names = get_text_list([str(member) for member in undone.kept], _("and"))
        messages.warning(request, _("Changed since, so it stays as it is now: %(names)s.") % {"names": names})
    if not count and not undone.kept:
        messages.info(request, _("There was nothing left to undo."))
    pages = {"closing": "attendance:close_day", "paper": "attendance:log_paper"}
    return redirect(pages.get(request.POST.get("back", ""), "attendance:arrivals_on"), day)


def _closed(request: HttpRequest, form: CloseDayForm, day: dt.date) -> bool:
    if not form.is_valid():
        out_of_date = form.errors.get("key")
        messages.error(
            request, out_of_date[0] if out_of_date else _("Nothing was saved yet. Please look at the times below.")
        )
        return False
    try:
        closed = form.store(day=day, by=request.user, tablet=getattr(request, "tablet", None))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return False
    if closed.left:
        count = len(closed.left)
        words = ngettext(
            "Saved. %(count)d person has a time out now.", "Saved. %(count)d people have a time out now.", count
        )
        messages.success(request, words % {"count": count})
    if closed.meanwhile:
        names = get_text_list([str(member) for member in closed.meanwhile], _("and"))
        messages.info(request, _("Somebody else wrote these down meanwhile: %(names)s.") % {"names": names})
    if not closed.left and not closed.meanwhile:
        messages.info(request, _("Everybody stays as they are."))
    return True
