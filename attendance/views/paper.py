"""A paper sheet typed in: row by row, each saved as it is done."""

import datetime as dt
import uuid

from django.contrib import messages
from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance import actions
from attendance.forms import PaperRowForm, paper_rows
from attendance.models import Kind, Mark
from attendance.search import cleaned, find_members
from clubhouse.htmx import piece_or_page
from members.permissions import requires

NUMBERED_ROWS = 34  # two pages, of A4 or Letter
ROWS = 12  # empty ones; a script adds more as they are needed


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.log_paper")
def log_paper(request: HttpRequest, day: dt.date) -> HttpResponse:
    """The sheet. A script posts row by row and gets that row back; without one all rows come together."""
    if day > request.house.day_of(timezone.now()):
        raise Http404
    if "undo" in request.POST:
        return _undone(request, day)
    rows = paper_rows(request.POST, day=day, zone=request.house.zone)
    saved = [row for row in rows if row.store(by=request.user, tablet=getattr(request, "tablet", None))]
    left = [row for row in rows if row not in saved]
    _say(request, saved, left)
    if request.method == "POST" and request.headers.get("HX-Request"):
        row = rows[0] if rows else PaperRowForm(day=day, zone=request.house.zone)
        return piece_or_page(request, "attendance/_paper_row.html", _row(request, day, row), page="")
    if saved and not left:
        return redirect("attendance:log_paper", day)
    context = _row(request, day, None) | {"rows": left + _empty(request, day, len(left)), "saved": _saved(day)}
    return render(request, "attendance/paper_sheet.html", context, status=422 if left else 200)


@require_safe
@requires("attendance.see_arrivals")
def numbered_sheet(request: HttpRequest, day: dt.date) -> HttpResponse:
    """A sheet with numbers instead of names: what lies at the door says of nobody that they belong to the house."""
    return render(request, "attendance/numbered_sheet.html", {"day": day, "rows": range(1, NUMBERED_ROWS + 1)})


@require_POST
@requires("attendance.see_arrivals")
def suggest_members(request: HttpRequest) -> HttpResponse:
    """A few members whom the letters typed so far may mean. Posted, so that no name stands in an address."""
    words = cleaned(request.POST.get("who") or request.POST.get("whose") or "")
    found = find_members(words).named if words else []
    return render(request, "attendance/_suggestions.html", {"found": found, "list": request.headers.get("HX-Target")})


def _row(request: HttpRequest, day: dt.date, row: PaperRowForm | None) -> dict:
    kind = request.POST.get("kind", "")
    return {
        "day": day,
        "row": row,
        "blank": PaperRowForm(day=day, zone=request.house.zone),
        "kinds": Kind.choices,
        "kind": kind if kind in Kind.values else "",
        "paper_url": reverse("attendance:log_paper", args=[day]),
    }


def _empty(request: HttpRequest, day: dt.date, there: int) -> list[PaperRowForm]:
    return [PaperRowForm(day=day, zone=request.house.zone) for _number in range(max(ROWS - there, 3))]


def _saved(day: dt.date) -> list[Mark]:
    """The rows typed in for this day so far, the last first: their marks are batches of one row."""
    marks = Mark.objects.filter(day=day, batch=F("key"), undone=False, visit__isnull=False)
    return list(marks.select_related("member", "visit__unit").order_by("-pk"))


def _say(request: HttpRequest, saved: list[PaperRowForm], left: list[PaperRowForm]) -> None:
    if len(saved) == 1:
        messages.success(request, _("Saved. %(name)s is written down.") % {"name": saved[0].member})
    elif saved:
        messages.success(request, _("Saved. %(count)d people are written down.") % {"count": len(saved)})
    if left:
        words = ngettext("%(count)d row needs a look.", "%(count)d rows need a look.", len(left))
        messages.error(request, words % {"count": len(left)})


def _undone(request: HttpRequest, day: dt.date) -> HttpResponse:
    """Takes a row back; with a script it can be typed again in its place."""
    try:
        mark = Mark.objects.select_related("member").get(day=day, key=uuid.UUID(request.POST["undo"]), batch=F("key"))
    except (ValueError, Mark.DoesNotExist) as error:
        raise Http404 from error
    undone = actions.undo_batch(batch=mark.key, by=request.user)
    if undone.kept:
        messages.warning(request, _("Changed since, so it stays as it is now: %(names)s.") % {"names": mark.member})
    else:
        messages.success(request, _("Undone. The row of %(name)s is gone from the book.") % {"name": mark.member})
    row = PaperRowForm(day=day, zone=request.house.zone)
    page = reverse("attendance:log_paper", args=[day])
    return piece_or_page(request, "attendance/_paper_row.html", _row(request, day, row) | {"focus": True}, page=page)
