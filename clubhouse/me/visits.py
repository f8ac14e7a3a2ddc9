"""My visits; and a member's visits, for who may put them right."""

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from attendance.models import CorrectionRequest, Visit
from clubhouse.me.page import own_member
from members import actions
from members.models import Member
from members.permissions import requires

VISITS_ON_A_PAGE = 20
OWN_VISITS_ON_A_PAGE = 5  # each has its link, and a member's page has seven at most
CORRECTIONS = 3


@require_safe
@requires("members.see_me")
def my_visits(request: HttpRequest) -> HttpResponse:
    member = own_member(request)
    visits = Visit.objects.visible_to(request.user).filter(member=member)
    corrections = CorrectionRequest.objects.visible_to(request.user).filter(member=member, day__isnull=False)[
        :CORRECTIONS
    ]
    return render(
        request, "my_visits.html", {"page": _page_of(visits, request, OWN_VISITS_ON_A_PAGE), "corrections": corrections}
    )


@require_safe
@requires("attendance.correct_visit")
def member_visits(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    visits = Visit.objects.visible_to(request.user).filter(member=member)
    actions.look_at_member(member=member, by=request.user)
    return render(request, "my_visits.html", {"page": _page_of(visits, request), "member": member})


def _page_of(visits, request: HttpRequest, size: int = VISITS_ON_A_PAGE):
    newest_first = visits.select_related("unit").order_by("-arrived_at", "-pk")
    return Paginator(newest_first, size).get_page(request.GET.get("page"))
