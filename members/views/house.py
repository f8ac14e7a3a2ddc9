"""The house's own page: where its settings are found, and what it decided about itself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from members.actions.house import edit_house
from members.forms.house import EditHouseForm
from members.models import House
from members.permissions import requires


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.edit_house")
def house_settings(request: HttpRequest) -> HttpResponse:
    form = EditHouseForm(request.POST if request.method == "POST" else None, instance=House.objects.current())
    if request.method == "POST" and form.is_valid():
        edit_house(by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("members:house_settings")
    return render(request, "members/house_settings.html", {"form": form})
