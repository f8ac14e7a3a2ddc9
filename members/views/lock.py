"""Locking a reception tablet, and opening it again with one's own PIN."""

from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from members import actions
from members import lock as locking
from members.forms.pins import UnlockForm
from members.permissions import requires


@require_POST
@requires("members.set_pin")
def lock(request: HttpRequest) -> HttpResponse:
    """Lock now. In a browser that is no reception tablet, or without a PIN, there is nothing to lock."""
    back = locking.own_path(request, request.POST.get("next", ""))
    if not locking.locks(request):
        messages.error(request, _("Only a reception tablet locks, for somebody who has a PIN."))
        return redirect(back or "home")
    locking.lock(request, back=back)
    return redirect("members:unlock")


@sensitive_post_parameters("pin")
@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.set_pin")
def unlock(request: HttpRequest) -> HttpResponse:
    if not locking.is_locked(request):
        return redirect("home")
    form = UnlockForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if locking.unlock(request, form.cleaned_data["pin"]):
            return redirect(locking.way_back(request))
        if locking.tries_left(request) <= 0:
            return _end(request)
        form.add_error("pin", _wrong(locking.tries_left(request)))
    context = {"form": form, "initials": getattr(request.user.person, "initials", "")}
    return render(request, "members/locked.html", context, status=422 if form.errors else 200)


def _wrong(tries: int) -> str:
    sentence = ngettext(
        "That is not the PIN. One more try, then you sign in with your password.",
        "That is not the PIN. %(n)s more tries, then you sign in with your password.",
        tries,
    )
    return sentence % {"n": tries}


def _end(request: HttpRequest) -> HttpResponse:
    """Five wrong PINs: signing in again, with everything. What was written waits for the same person."""
    user, kept, back = request.user, request.session.get("kept_form"), locking.way_back(request)
    if locking.tries_left(request) == 0:  # not a try that came after the last one
        actions.end_after_wrong_pins(user=user)
    logout(request)
    if kept:
        request.session["kept_form"] = kept
    messages.info(request, _("That was not the PIN, five times. Please sign in again."))
    return redirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': back})}")
