"""The numbers of the day on the arrivals page."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from attendance.counts import counts_of
from attendance.forms.counts import CountDayForm
from clubhouse.htmx import piece_or_page
from members.permissions import requires
from members.refusals import Refusal


@require_POST
@requires("attendance.count_guests")
def count_day(request: HttpRequest, day: dt.date) -> HttpResponse:
    form, today, refused = CountDayForm(request.POST), request.house.day_of(timezone.now()), {}
    try:
        if not form.is_valid():
            refused = {"kind": form.data.get("what"), "typed": form.data.get("count")} if "count" in form.errors else {}
            raise Refusal(str(next(iter(form.errors.values()))[0]))
        form.store(day=day, by=request.user)
    except Refusal as refusal:
        refused["sentence"] = str(refusal)
        messages.error(request, str(refusal))
    page = reverse("attendance:arrivals") if day == today else reverse("attendance:arrivals_on", args=[day])
    context = {"counts": counts_of(day), "day": day, "today": today, "refused": refused}
    return piece_or_page(request, "attendance/_counts.html", context, page=f"{page}#counts")
