"""Staff: the list, adding and editing."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members import actions
from members.forms.people import StaffForm
from members.models import Staff
from members.permissions import requires


@require_safe
@requires("members.see_staff")
def staff(request: HttpRequest) -> HttpResponse:
    everyone = request.GET.get("show") == "everyone"
    people = Staff.objects.select_related("user")
    if not everyone:
        people = people.working(timezone.localdate())
    return render(request, "members/staff.html", {"people": people, "everyone": everyone})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.add_staff")
def add_staff(request: HttpRequest) -> HttpResponse:
    form = StaffForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = actions.add_staff(by=request.user, **form.fields_now)
        messages.success(request, _("Saved. Welcome, %(name)s!") % {"name": person.known_as})
        return redirect("members:edit_staff", person.pk)
    return render(request, "members/edit_staff.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.edit_staff")
def edit_staff(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(Staff.objects.select_related("user"), pk=pk)
    form = StaffForm(request.POST or None, instance=person)
    if request.method == "POST" and form.is_valid():
        actions.edit_staff(person=person, by=request.user, **form.fields_now)
        messages.success(request, _("Saved."))
        return redirect("members:staff")
    return render(request, "members/edit_staff.html", {"form": form, "person": person})
