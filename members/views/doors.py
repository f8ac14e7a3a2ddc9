"""Coming in: the card's page, staying signed in, and what was written when a session ended."""

from allauth.account.decorators import reauthentication_required
from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.flows.logout import logout
from allauth.account.utils import perform_login
from allauth.usersessions.views import list_usersessions
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from members import actions, lock
from members.forms.accounts import WelcomeForm
from members.middleware import seconds_left
from members.models import Invitation, User
from members.permissions import open_to_all, requires
from members.refusals import Refusal


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@open_to_all
def accept_invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Looking changes nothing. A card that was used, is too old or never was gets the same kind sentence."""
    card = Invitation.objects.for_token(token).usable(timezone.now()).select_related("user").first()
    if card is None:
        return render(request, "members/card_used_up.html", status=404)
    form = WelcomeForm(request.POST or None, user=card.user)
    if request.method == "POST" and form.is_valid():
        try:
            return _come_in(request, actions.accept_invitation(token=token, **form.cleaned_data))
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    return render(request, "members/accept_invitation.html", {"form": form, "person": card.user.person})


def _come_in(request: HttpRequest, user: User) -> HttpResponse:
    """Signs `user` in as allauth does after a password, with the second factor where one is set up."""
    logout(request, show_message=False)
    user.comes_first_time = user.last_login is None  # for the greeting, templates/account/messages/logged_in.txt
    # They chose the password a moment ago; setting up a second key need not ask for it again.
    record_authentication(request, user, method="password", username=user.username, reauthenticated=True)
    return perform_login(request, user)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.see_me")
def stay(request: HttpRequest) -> JsonResponse:
    """Seconds left before this session ends, or locks. Asking (GET, with `X-Polling`) is not use; POST is."""
    if request.method == "POST":
        request.session["used_at"] = timezone.now().timestamp()
    left = {"seconds_left": int(seconds_left(request))}
    return JsonResponse(left | {"locks_in": int(lock.locks_in(request))} if lock.locks(request) else left)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.see_me")
def kept_form(request: HttpRequest) -> HttpResponse:
    """What somebody wrote when their session ended: they send it now, or leave it (POST)."""
    kept = request.session.get("kept_form")
    if kept and kept["user"] != request.user.pk:  # somebody else sits here now
        del request.session["kept_form"]
        kept = None
    if request.method == "POST" and kept:
        del request.session["kept_form"]
        messages.info(request, _("It was thrown away."))
    if request.method == "POST" or not kept:
        return redirect("home")
    return render(request, "members/kept_form.html", {"kept": kept})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.see_me")
@reauthentication_required(allow_get=True)
def my_sessions(request: HttpRequest) -> HttpResponse:
    """Where I am signed in. Signing out the others asks who it is: a found phone throws nobody out."""
    return list_usersessions(request)


@require_safe
@requires("members.see_me")
def own_email(request: HttpRequest) -> HttpResponse:
    """Stands where allauth would let people collect addresses: here one address belongs to one login."""
    return redirect("me")
