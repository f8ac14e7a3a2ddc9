"""Cards and labels to print, for people of today's list."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from attendance import actions
from attendance.reach_out import Row, Whom, whom
from attendance.reach_out_print import cards, labels
from members.permissions import requires

AT_ONCE = 60


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.print_cards")
def print_cards(request: HttpRequest) -> HttpResponse:
    """Asks whose; posted, shows them ready to print. A card is made for nobody who is not on the list."""
    found = whom(request.house, timezone.now(), besides=request.user.pk)
    if request.method != "POST":
        ticked = {row.pk for row in found.free_for(request.user.pk)[:AT_ONCE]}
        return render(request, "attendance/choose_cards.html", {"found": found, "ticked": ticked})
    chosen = _chosen(request, found)
    made = cards(chosen, request.house) if len(chosen) <= AT_ONCE else []
    for_post = labels((card.member for card in made), request.house)
    if not (for_post if "labels" in request.POST else made):
        messages.error(request, _why_none(request, chosen))
        context = {"found": found, "ticked": {row.pk for row in chosen}}
        return render(request, "attendance/choose_cards.html", context, status=422)
    shown = [card.member for card in made if "labels" not in request.POST or card.member.address_to_use]
    actions.print_cards(members=shown, by=request.user)
    if "labels" in request.POST:
        return render(request, "attendance/labels.html", {"labels": for_post})
    return render(request, "attendance/cards.html", {"cards": made})


def _chosen(request: HttpRequest, found: Whom) -> list[Row]:
    """Of the list as it is now, in its order."""
    ticked = set(request.POST.getlist("member"))
    return [row for row in found.rows if str(row.pk) in ticked]


def _why_none(request: HttpRequest, chosen: list[Row]) -> str:
    if len(chosen) > AT_ONCE:
        return _("Tick 60 people at most, then print the others.")
    if chosen:
        return _("Nobody of these would like post. Tick somebody else.")
    return _("Tick at least one person.")
