"""Logins: giving one, changing role and duties, switching off and on, and the card that opens the door once."""

from allauth.account.decorators import reauthentication_required
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from members import actions, cards
from members.forms.accounts import AccountForm, suggested_username
from members.models import Member, Role, Staff, User
from members.permissions import requires
from members.refusals import Refusal

# Handing out a role asks to sign in again (handbook, "Who gets in"); a new member's login does not.
sign_in_again = reauthentication_required(allow_get=True)
for_a_colleague = reauthentication_required(
    enabled=lambda request: (
        User.objects.filter(pk=request.resolver_match.kwargs["pk"]).exclude(role=Role.MEMBER).exists()
    )
)
for_a_role = reauthentication_required(allow_get=True, enabled=lambda request: "staff" in request.resolver_match.kwargs)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.give_account")
@for_a_role
def give_account(request: HttpRequest, member: int | None = None, staff: int | None = None) -> HttpResponse:
    person = get_object_or_404(Member.objects.themselves(), pk=member) if member else get_object_or_404(Staff, pk=staff)
    if person.user:
        return redirect("members:edit_account", person.user.pk)
    form = AccountForm(request.POST or None, person=person, initial=_suggestion(person))
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.give_account(person=person, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Saved. Now make the card that opens the door."))
            return redirect("members:edit_account", user.pk)
    _look(request, person)
    return render(request, "members/edit_account.html", {"form": form, "person": person})


def _look(request: HttpRequest, person: Member | Staff | None) -> None:
    """The page shows an address of theirs."""
    if isinstance(person, Member):
        actions.look_at_member(member=person, by=request.user)


def _suggestion(person: Member | Staff) -> dict:
    is_member = isinstance(person, Member)
    return {
        "username": suggested_username(person),
        "email": person.email_to_use if isinstance(person, Member) else person.email,
        "role": Role.MEMBER if is_member else Role.STAFF,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.edit_account")
@sign_in_again
def edit_account(request: HttpRequest, pk: int) -> HttpResponse:
    user = _account(pk)
    form = AccountForm(request.POST or None, instance=user, person=user.person)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_account(user=user, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("members:edit_account", pk)
    _look(request, user.person)
    context = {"form": form, "account": _account(pk), "person": user.person}
    context["has_second_factor"] = Authenticator.objects.filter(user=user).exists()
    return render(request, "members/edit_account.html", context)


@require_POST
@requires("members.switch_off_account")
def switch_off_account(request: HttpRequest, pk: int) -> HttpResponse:
    return _switched(request, pk, actions.switch_off_account, _("Switched off. Nobody signs in with it any more."))


@require_POST
@requires("members.switch_on_account")
def switch_on_account(request: HttpRequest, pk: int) -> HttpResponse:
    return _switched(request, pk, actions.switch_on_account, _("Switched on. The password is the one of before."))


@require_POST
@requires("members.forget_second_factor")
@sign_in_again
def forget_second_factor(request: HttpRequest, pk: int) -> HttpResponse:
    said = _("Done. A new second key is set up at the next sign-in.")
    return _switched(request, pk, actions.forget_second_factor, said)


def _switched(request: HttpRequest, pk: int, action, said: str) -> HttpResponse:
    try:
        action(user=_account(pk), by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, said)
    return redirect("members:edit_account", pk)


@require_POST
@requires("members.invite")
@for_a_colleague
def invite(request: HttpRequest, pk: int) -> HttpResponse:
    """The card is this answer: its token is shown once and kept nowhere."""
    user = _account(pk)
    try:
        token = actions.invite(user=user, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("members:edit_account", pk)
    link = request.build_absolute_uri(reverse("members:accept_invitation", args=[token]))
    context = {"account": user, "link": link, "picture": cards.picture(link), "hours": cards.HOURS}
    return render(request, "members/card.html", context)


def _account(pk: int) -> User:
    """Any login but a keeper's: whoever could make a card for that one would become keeper."""
    return get_object_or_404(User.objects.filter(is_superuser=False).select_related("member", "staff"), pk=pk)
