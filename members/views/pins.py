"""A colleague's own PIN for reception tablets: choosing, changing and removing it."""

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from members import actions
from members.forms.pins import SetPinForm
from members.permissions import requires
from members.refusals import Refusal

# Whoever typed their password a moment ago. Asked before the page is shown: what is posted too late is not kept until
# then, because a PIN is written down nowhere.
sign_in_first = reauthentication_required(enabled=lambda request: request.method != "POST")


@sensitive_post_parameters("pin", "pin_again")
@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.set_pin")
@sign_in_first
def set_pin(request: HttpRequest) -> HttpResponse:
    form = SetPinForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and not did_recently_reauthenticate(request):
        return redirect("members:set_pin")
    if request.POST.get("action") == "remove":
        actions.remove_pin(by=request.user)
        messages.success(request, _("Your PIN is gone."))
        return redirect("me")
    if request.method == "POST" and form.is_valid() and _stored(request, form):
        messages.success(request, _("Saved. Your PIN opens a reception tablet that locked itself."))
        return redirect("me")
    return render(request, "members/set_pin.html", {"form": form}, status=422 if form.errors else 200)


def _stored(request: HttpRequest, form: SetPinForm) -> bool:
    try:
        actions.set_pin(by=request.user, pin=form.cleaned_data["pin"])
    except Refusal as refusal:
        form.add_error(refusal.field, str(refusal))
    return not form.errors
