"""Being forgotten: a member asks, two colleagues say yes, and a certificate without the name is left."""

import datetime as dt

from allauth.account.decorators import reauthentication_required
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance import actions
from attendance.forgetting import topics, whole
from attendance.forms.forgetting import ForgetForm
from members.actions import look_at_member
from members.models import Backup, Erasure, Member
from members.permissions import requires
from members.refusals import Refusal

# The handbook, "Who gets in": erasing asks to sign in again.
sign_in_again = reauthentication_required(allow_get=True)
Kind = Erasure.Kind
MOST_TEXTS = 30


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.ask_to_be_forgotten")
def ask_to_be_forgotten(request: HttpRequest) -> HttpResponse:
    """What goes, what stays; asking for it. Until it is done one tap takes it back."""
    member = request.user.person
    if not isinstance(member, Member):
        raise Http404
    form = ForgetForm(request.POST or None, initial={"kind": Kind.ANONYMISE})
    if request.method == "POST" and form.is_valid():
        actions.ask_to_be_forgotten(member=member, by=request.user, **form.cleaned_data)
        messages.success(request, _("We heard you. Two colleagues look at it now."))
        return redirect("attendance:ask_to_be_forgotten")
    erasure = Erasure.objects.waiting().filter(member=member).first()
    context = {"form": form, "erasure": erasure, "until": held_until(timezone.now())}
    return render(request, "attendance/ask_to_be_forgotten.html", context)


@require_POST
@requires("attendance.ask_to_be_forgotten")
def take_back_my_forgetting(request: HttpRequest) -> HttpResponse:
    erasure = Erasure.objects.waiting().filter(member__user=request.user).first()
    if erasure is not None:
        actions.take_back_forgetting(erasure=erasure, by=request.user)
    messages.success(request, _("Taken back. You stay as you are."))
    return redirect("attendance:ask_to_be_forgotten")


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.forget_member")
@sign_in_again
def forget_member(request: HttpRequest, pk: int) -> HttpResponse:
    """A coordinator sees what would happen, and says yes as the first of two."""
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    erasure = Erasure.objects.waiting().filter(member=member).first()
    form = ForgetForm(request.POST or None, initial={"kind": erasure.kind if erasure else Kind.ANONYMISE})
    if request.method == "POST" and form.is_valid():
        try:
            actions.forget_member(member=member, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("You said yes. A second colleague has to say so too."))
            return redirect("attendance:forgetting")
    look_at_member(member=member, by=request.user)
    context = {"member": member, "erasure": erasure, "form": form, **_what_goes(member)}
    return render(request, "attendance/forget_member.html", context)


@require_safe
@requires("attendance.confirm_forgetting")
def forgetting(request: HttpRequest) -> HttpResponse:
    """Who waits for a yes."""
    waiting = Erasure.objects.waiting().select_related("member", "first_by__member", "first_by__staff", "asked_by")
    return render(request, "attendance/forgetting.html", {"waiting": waiting})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.confirm_forgetting")
@sign_in_again
def confirm_forgetting(request: HttpRequest, pk: int) -> HttpResponse:
    """The second colleague sees the same, and says yes: then it is done."""
    erasure = get_object_or_404(Erasure.objects.waiting().select_related("member"), pk=pk)
    if request.method == "POST":
        try:
            done = actions.confirm_forgetting(erasure=erasure, by=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("attendance:confirm_forgetting", pk)
        messages.success(request, _("Done. Its paper has the number %(number)s.") % {"number": done.certificate})
        return redirect("attendance:forgetting")
    context = {"erasure": erasure, "member": erasure.member, **_what_goes(erasure.member, erasure.kind)}
    return render(request, "attendance/confirm_forgetting.html", context)


@require_POST
@requires("attendance.confirm_forgetting")
def take_back_forgetting(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        actions.take_back_forgetting(erasure=get_object_or_404(Erasure, pk=pk), by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Taken back. Nobody is forgotten."))
    return redirect("attendance:forgetting")


@require_safe
@requires("attendance.see_certificates")
def certificates(request: HttpRequest) -> HttpResponse:
    return render(request, "attendance/certificates.html", {"certificates": Erasure.objects.done()})


@require_safe
@requires("attendance.see_certificates")
def certificate(request: HttpRequest, pk: int) -> HttpResponse:
    """To print and to give away: what was done and when, by whom, and until when old backups hold it."""
    people = ("first_by__member", "first_by__staff", "second_by__member", "second_by__staff")
    erasure = get_object_or_404(Erasure.objects.done().select_related(*people), pk=pk)
    older = Backup.objects.good().filter(started_at__lt=erasure.done_at).count()
    context = {"erasure": erasure, "did": topics.in_words(erasure.did), "older": older}
    return render(request, "attendance/certificate.html", context | {"until": held_until(erasure.done_at)})


def held_until(done_at: dt.datetime) -> dt.date:
    """The last day on which a backup from before may lie in the house."""
    return timezone.localdate(done_at + settings.BACKUPS_KEPT_FOR)


def _what_goes(member: Member, *kinds: str) -> dict:
    """How much of each topic goes, and where others wrote the name."""
    counts = [(Kind(kind).label, topics.in_words(whole.would_go(member, kind))) for kind in kinds or Kind.values]
    full, alone = whole.texts_with_the_name(member)
    texts = [(found.model._meta.verbose_name, found.text) for found in (*full[:MOST_TEXTS], *alone[:MOST_TEXTS])]
    replaced = len(full[:MOST_TEXTS])
    return {
        "counts": counts, "replaced": texts[:replaced], "to_mend": texts[replaced:],
        "until": held_until(timezone.now()),
    }  # fmt: skip
