"""Units, and who belongs to them."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities import actions
from activities.forms.units import COLOURS, EditUnitForm, EditUnitStaffForm
from activities.models import Unit
from clubhouse.htmx import piece_or_page
from members.models import Member, fold
from members.permissions import requires
from members.refusals import Refusal

MOST_FOUND = 20


@require_http_methods(["GET", "HEAD", "POST"])
@requires("activities.edit_units")
def units(request: HttpRequest) -> HttpResponse:
    """All units; a new one is added here too."""
    form = EditUnitForm(
        request.POST if request.method == "POST" else None, initial={"colour": Unit.objects.count() % len(COLOURS) + 1}
    )
    if request.method == "POST" and form.is_valid():
        try:
            unit = actions.add_unit(by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("%(unit)s is there. Who belongs to it?") % {"unit": unit})
            return redirect("activities:unit", unit.pk)
    listed = Unit.objects.annotate(
        member_count=Count("members", distinct=True), staff_count=Count("staff", distinct=True)
    ).order_by("name")
    return render(request, "activities/units.html", {"form": form, "units": listed})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("activities.edit_units")
def unit(request: HttpRequest, pk: int) -> HttpResponse:
    """One unit: its name and colour, its members and its staff. A search is posted, so that no name is in a URL."""
    unit = get_object_or_404(Unit, pk=pk)
    is_edited = request.method == "POST" and "q" not in request.POST
    form = EditUnitForm(request.POST if is_edited else None, instance=Unit.objects.get(pk=pk))
    if is_edited and form.is_valid():
        try:
            actions.edit_unit(unit=unit, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("activities:unit", pk)
    return render(request, "activities/unit.html", _page(request, unit) | {"form": form})


@require_POST
@requires("activities.edit_units")
def edit_unit_members(request: HttpRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit, pk=pk)
    number = request.POST.get("member", "")
    member = get_object_or_404(
        Member.objects.visible_to(request.user), pk=int(number) if number.isdecimal() and len(number) < 19 else 0
    )
    if request.POST.get("action") == "remove":
        actions.remove_from_unit(unit=unit, member=member, by=request.user)
        sentence = _("%(name)s is not in %(unit)s any more.")
    else:
        actions.add_to_unit(unit=unit, member=member, by=request.user)
        sentence = _("%(name)s is in %(unit)s now.")
    messages.success(request, sentence % {"name": member.known_as, "unit": unit})
    return redirect("activities:unit", pk)


@require_POST
@requires("activities.edit_units")
def edit_unit_staff(request: HttpRequest, pk: int) -> HttpResponse:
    unit = get_object_or_404(Unit, pk=pk)
    form = EditUnitStaffForm(request.POST, unit=unit)
    if form.is_valid():
        actions.edit_unit_staff(unit=unit, staff=form.cleaned_data["staff"], by=request.user)
        messages.success(request, _("Saved."))
        return redirect("activities:unit", pk)
    edit = EditUnitForm(instance=unit)
    return render(request, "activities/unit.html", _page(request, unit) | {"form": edit, "staff_form": form})


@require_POST
@requires("activities.choose_unit")
def choose_unit(request: HttpRequest, pk: int) -> HttpResponse:
    """A member's own choice: one tap makes the unit a home base, one tap leaves it."""
    unit = get_object_or_404(Unit, pk=pk)
    member = getattr(request.user, "member", None)
    if member is None:
        raise PermissionDenied
    match request.POST.get("action"):
        case "choose":
            actions.add_to_unit(unit=unit, member=member, by=request.user)
            messages.success(request, _("%(unit)s is your home base now.") % {"unit": unit})
        case "leave":
            actions.remove_from_unit(unit=unit, member=member, by=request.user)
            messages.success(request, _("You left %(unit)s. You are welcome back at any time.") % {"unit": unit})
        case _unknown:
            messages.error(request, _("Please use one of the buttons."))
    piece = {"unit": unit, "is_mine": unit.members.filter(pk=member.pk).exists(), "may_choose": True}
    return piece_or_page(request, "activities/_home_base.html", piece, page=reverse("unit", args=[pk]))


def _page(request: HttpRequest, unit: Unit) -> dict:
    query = request.POST.get("q", "").strip()
    folded = fold(query)
    found = []
    if folded:
        everyone = Member.objects.visible_to(request.user).welcome()
        found = list(everyone.filter(search_name__contains=folded).exclude(units=unit)[: MOST_FOUND + 1])
    return {
        "unit": unit,
        "members": list(unit.members.all()),
        "staff_form": EditUnitStaffForm(unit=unit),
        "query": query,
        "found": found[:MOST_FOUND],
        "more_found": len(found) > MOST_FOUND,
    }
