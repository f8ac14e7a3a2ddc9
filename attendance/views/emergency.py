"""The emergency sheet of everybody who is here now: first the reason, then the sheet as the answer."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from attendance.models import Visit
from members import actions
from members.actions.emergency_looks import WHY_OF_ALL
from members.forms.emergency import WhyForm
from members.models import Member
from members.permissions import requires
from members.refusals import Refusal
from members.views.emergency_looks import asked_again


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.see_emergency_sheet")
def see_emergency_sheet(request: HttpRequest) -> HttpResponse:
    form = WhyForm(request.POST if request.method == "POST" else None, choices=WHY_OF_ALL)
    now, status = timezone.now(), 422 if form.errors else 200
    if form.is_valid():
        members, key = _here_now(request, now), str(form.cleaned_data["key"])
        try:
            actions.look_at_all(members=members, why=form.cleaned_data["words"], key=key, by=request.user)
        except Refusal as refusal:
            form, status = asked_again(form, refusal), 422
        else:
            return render(request, "attendance/emergency_sheet.html", {"members": members, "at": now})
    count = Visit.objects.still_here(now, request.house.day_of(now)).values("member").distinct().count()
    return render(request, "attendance/see_emergency_sheet.html", {"form": form, "count": count}, status=status)


def _here_now(request: HttpRequest, now) -> list[Member]:
    """All who are counted when everybody is outside: also somebody who was forgotten today, without a name."""
    here = Visit.objects.still_here(now, request.house.day_of(now)).order_by().values("member")
    return list(Member.objects.filter(pk__in=here).prefetch_related("emergency_contacts"))
