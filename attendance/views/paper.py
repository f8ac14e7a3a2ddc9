"""A paper sheet typed in: row by row, each saved as it is done."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from attendance.search import cleaned, find_members, told_apart
from members.permissions import requires

MOST_SUGGESTED = 5


@require_POST
@requires("attendance.see_arrivals")
def suggest_members(request: HttpRequest) -> HttpResponse:
    """A few members whom the letters typed so far may mean. Posted, so that no name stands in an address."""
    words = cleaned(request.POST.get("who") or request.POST.get("whose") or "")
    found = find_members(words).members[:MOST_SUGGESTED] if words else []
    names = told_apart(found)
    people = [{"pk": member.pk, "member_no": member.member_no, "name": names[member.pk]} for member in found]
    return render(
        request, "attendance/_suggestions.html", {"members": people, "list": request.headers.get("HX-Target")}
    )
