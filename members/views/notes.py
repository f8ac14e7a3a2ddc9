"""The day's notes on paper."""

from django.contrib import messages as say
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from members import actions
from members.notices import paper
from members.permissions import requires


@require_safe
@requires("members.print_notes")
def notes(request: HttpRequest) -> HttpResponse:
    """Those to print, or today's once more; one on a page or four on a sheet."""
    now, again = timezone.now(), request.GET.get("which") == "today"
    per_sheet = paper.ON_A_SHEET if request.GET.get("per") == "4" else 1
    waiting, today = paper.to_print(request.house, now), paper.printed_today(request.house, now)
    shown = today if again else waiting
    context = {
        "notes": shown,
        "sheets": paper.sheets(shown, per_sheet),
        "per_sheet": per_sheet,
        "again": again,
        "mine": any(note.printed_by == request.user.pk for note in shown),
        "waiting": len(waiting),
        "printed": len(today),
    }
    return render(request, "members/notes.html", context)


@require_POST
@requires("members.print_notes")
def print_notes(request: HttpRequest) -> HttpResponse:
    """Those that were on the page lie on paper now; what came meanwhile waits."""
    pks = [int(pk) for pk in request.POST.getlist("note") if pk.isdecimal() and len(pk) < 18]
    count = actions.print_notes(pks=pks, by=request.user)
    said = ngettext("%(n)s note is printed.", "%(n)s notes are printed.", count) % {"n": count}
    say.success(request, said, extra_tags=reverse("members:take_back_printed") if count else "")
    return redirect("members:notes")


@require_POST
@requires("members.print_notes")
def take_back_printed(request: HttpRequest) -> HttpResponse:
    actions.take_back_printed(by=request.user)
    say.success(request, _("They wait to be printed again."))
    return redirect("members:notes")
