"""The tablets of the house: the list, pairing, letting a paused one go on, revoking."""

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from members import actions
from members.actions.tablets import CODE_VALID_FOR, NotPaired
from members.forms.tablets import MakeTabletForm, PairTabletForm
from members.middleware import remember_tablet
from members.models import Tablet
from members.permissions import open_to_all, requires

# Codes that pair nothing, by address (allauth counts them in the database cache).
LIMITS = {"pair_tablet": "5/m/ip,30/h/ip"}


@require_http_methods(["GET", "HEAD"])
@requires("members.see_tablets")
def tablets(request: HttpRequest) -> HttpResponse:
    return _list(request, MakeTabletForm())


@require_POST
@requires("members.edit_tablets")
def make_tablet(request: HttpRequest) -> HttpResponse:
    """The code is this answer: shown once and kept nowhere."""
    form = MakeTabletForm(request.POST)
    if not form.is_valid():
        return _list(request, form)
    tablet, code = actions.make_tablet(by=request.user, **form.cleaned_data)
    context = {"tablet": tablet, "code": code, "minutes": int(CODE_VALID_FOR.total_seconds() // 60)}
    return render(request, "members/tablet_code.html", context)


@require_POST
@requires("members.edit_tablets")
def revoke_tablet(request: HttpRequest, pk: int) -> HttpResponse:
    actions.revoke_tablet(tablet=get_object_or_404(Tablet, pk=pk), by=request.user)
    messages.success(request, _("Revoked. That tablet opens nothing any more."))
    return redirect("members:tablets")


@require_POST
@requires("members.resume_tablet")
def resume_tablet(request: HttpRequest, pk: int) -> HttpResponse:
    actions.resume_tablet(tablet=get_object_or_404(Tablet, pk=pk), by=request.user)
    messages.success(request, _("Thank you. The tablet goes on."))
    return redirect("members:tablets")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@open_to_all
def pair_tablet(request: HttpRequest) -> HttpResponse:
    """Typed on the tablet itself. It ends whatever session is open in this browser."""
    form = PairTabletForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            tablet, token = _pair(request, form.cleaned_data["code"])
        except NotPaired as refusal:
            form.add_error("code", str(refusal))
        else:
            logout(request)
            response = redirect("/door/" if tablet.place == Tablet.Place.DOOR else "account_login")
            if tablet.place == Tablet.Place.RECEPTION:
                messages.success(request, _("This tablet is paired. Sign in, and it is ready for arrivals."))
            remember_tablet(response, token)
            return response
    return render(request, "members/pair_tablet.html", {"form": form})


def _pair(request: HttpRequest, code: str) -> tuple[Tablet, str]:
    tries = ratelimit.consume(request, app="members", action="pair_tablet", config=LIMITS)
    if tries is None:
        raise NotPaired(_("That was tried many times in a row. Wait a few minutes, then make a new code."))
    paired = actions.pair_tablet(code=code, instead_of=request.tablet)
    tries.rollback()
    return paired


def _list(request: HttpRequest, form: MakeTabletForm) -> HttpResponse:
    now = timezone.now()
    context = {"form": form, "tablets": Tablet.objects.paired(), "waiting": Tablet.objects.waiting(now)}
    return render(request, "members/tablets.html", context)
