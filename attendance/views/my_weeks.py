"""What I joined: my weeks up to this one, and each of them, to read or to print. (What lies ahead: my week.)"""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from attendance.my_weeks import beside, days_of, mondays, my_week
from clubhouse.converters import IsoWeek
from members.models import Member
from members.permissions import requires

WEEKS_ON_A_PAGE = 5  # each is a link, and a member's page has seven at most


@require_safe
@requires("attendance.see_my_weeks")
def my_weeks(request: HttpRequest) -> HttpResponse:
    """The weeks in which I came, the latest first."""
    member = _own_member(request)
    page = Paginator(mondays(member), WEEKS_ON_A_PAGE).get_page(request.GET.get("page"))
    weeks = days_of(member, [IsoWeek.of(monday) for monday in page])
    return render(request, "attendance/my_weeks.html", {"page": page, "weeks": weeks})


@require_safe
@requires("attendance.see_my_weeks")
def my_week_of(request: HttpRequest, week: IsoWeek) -> HttpResponse:
    """One week, asked for as a message or not. What is ahead was not joined yet (404)."""
    member, now = _own_member(request), timezone.now()
    this_week = IsoWeek.of(request.house.day_of(now))
    if week > this_week:
        raise Http404
    before, after = beside(member, week)
    context = {
        "mine": my_week(member, week, request.house, now),
        "is_this_week": week == this_week,
        "is_last_week": week == this_week.previous,
        "before": before,
        "after": after,
    }
    return render(request, "attendance/my_week_of.html", context)


def _own_member(request: HttpRequest) -> Member:
    if not isinstance(request.user.person, Member):
        raise PermissionDenied
    return request.user.person
