"""A house brings its spreadsheets: upload, look at what would change, then do it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from attendance.actions import import_drafts
from attendance.actions.import_house import HouseNotImported, Outcome
from attendance.uploads import ImportHouseForm
from members.permissions import requires
from members.refusals import Refusal

MOST_LINES = 200  # of problems or kept rows on the page; the rest is counted


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.import_house")
def import_house(request: HttpRequest) -> HttpResponse:
    """Upload: the spreadsheets are kept as a draft to look at."""
    form = ImportHouseForm()
    if request.method == "POST":
        form = ImportHouseForm(request.POST, request.FILES)
        if form.is_valid():
            try:
                draft = import_drafts.keep_draft(files=form.cleaned_data["spreadsheets"], by=request.user)
            except HouseNotImported as refusal:
                return _page(request, form, refusal.outcome, refusal=str(refusal))
            return redirect("attendance:import_house_draft", draft.pk)
    return _page(request, form)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.import_house")
def import_house_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at what would change (GET), then do it (POST)."""
    try:
        if request.method == "POST":
            import_drafts.import_draft(pk=pk, by=request.user)
            messages.success(request, _("Done. The spreadsheets are in the house now."))
            return redirect("attendance:import_house")
        outcome = import_drafts.look_at_draft(pk=pk, by=request.user)
    except HouseNotImported as refusal:
        return _page(request, ImportHouseForm(), refusal.outcome, refusal=str(refusal))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("attendance:import_house")
    return _page(request, None, outcome)


def _page(
    request: HttpRequest, form: ImportHouseForm | None, outcome: Outcome | None = None, refusal: str = ""
) -> HttpResponse:
    """With a form: bring spreadsheets (and what was wrong with the last ones). Without: look at what would change."""
    context: dict = {"form": form, "outcome": outcome, "refusal": refusal}
    if outcome:
        context |= {
            "problems": outcome.problems[:MOST_LINES],
            "more_problems": len(outcome.problems) - MOST_LINES,
            "kept": outcome.kept[:MOST_LINES],
            "more_kept": len(outcome.kept) - MOST_LINES,
        }
    return render(request, f"attendance/import_house{'' if form else '_draft'}.html", context)
