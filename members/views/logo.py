"""The house's logo: bringing one, taking it away, and the picture itself."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from members import actions
from members.forms.logo import EditLogoForm
from members.models import HouseLogo
from members.permissions import open_to_all, requires
from members.refusals import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.edit_house")
def edit_logo(request: HttpRequest) -> HttpResponse:
    form = EditLogoForm(request.POST, request.FILES) if request.method == "POST" else EditLogoForm()
    if form.is_bound and form.is_valid():
        try:
            actions.edit_logo(content=form.cleaned_data["picture"], by=request.user)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Saved. The picture stands beside the house's name now."))
            return redirect("members:edit_logo")
    return render(request, "members/edit_logo.html", {"form": form})


@require_POST
@requires("members.edit_house")
def remove_logo(request: HttpRequest) -> HttpResponse:
    actions.remove_logo(by=request.user)
    messages.success(request, _("The picture is gone. The house shows its sun again."))
    return redirect("members:edit_logo")


@require_safe
@open_to_all
def house_logo(request: HttpRequest, version: str) -> HttpResponse:
    """Open like the house's name, which stands on the sign-in page too. Its address changes with the picture."""
    logo = get_object_or_404(HouseLogo, house__logo_version=version)
    headers = {"Cache-Control": "private, max-age=31536000, immutable", "Content-Disposition": "inline"}
    return HttpResponse(bytes(logo.png), content_type="image/png", headers=headers)
