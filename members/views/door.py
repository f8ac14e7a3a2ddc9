"""At the door: the picture, the code and the card that a member may use there."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from members import actions, cards
from members.forms.door import DoorCodeForm, DoorPictureForm
from members.models import Member
from members.permissions import requires


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.edit_me")
def my_door(request: HttpRequest) -> HttpResponse:
    if not isinstance(request.user.person, Member):
        raise Http404
    return _door(request, request.user.person)


@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.make_door_card")
def member_door(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for a member without a login, or together with them. They can see that somebody did it."""
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    if request.method != "POST":
        actions.look_at_member(member=member, by=request.user)
    return _door(request, member)


def _door(request: HttpRequest, member: Member) -> HttpResponse:
    changes = {"picture": _choose_picture, "code": _set_code, "no_code": _remove_code, "card": _make_card}
    change = changes.get(request.POST.get("action", ""))
    return change(request, member) if change else _page(request, member)


def _page(request: HttpRequest, member: Member, code_form: DoorCodeForm | None = None) -> HttpResponse:
    context = {"member": member, "code_form": code_form or DoorCodeForm(), "pictures": Member.DoorPicture.choices}
    context["is_mine"] = member == request.user.person
    return render(request, "members/door.html", context)


def _saved(request: HttpRequest) -> HttpResponse:
    messages.success(request, _("Saved."))
    return redirect(request.path)


def _choose_picture(request: HttpRequest, member: Member) -> HttpResponse:
    form = DoorPictureForm(request.POST)
    if form.is_valid():
        verb = "edit_me" if member == request.user.person else "edit_member"
        actions.edit_member(member=member, by=request.user, verb=verb, **form.cleaned_data)
        return _saved(request)
    messages.error(request, _("Choose one of the pictures."))
    return _page(request, member)


def _set_code(request: HttpRequest, member: Member) -> HttpResponse:
    form = DoorCodeForm(request.POST)
    if form.is_valid():
        try:
            actions.set_door_code(member=member, by=request.user, **form.cleaned_data)
            return _saved(request)
        except actions.NoSuchCode as refusal:
            form.add_error("code", str(refusal))
    return _page(request, member, form)


def _remove_code(request: HttpRequest, member: Member) -> HttpResponse:
    actions.set_door_code(member=member, code="", by=request.user)
    return _saved(request)


def _make_card(request: HttpRequest, member: Member) -> HttpResponse:
    """The card is this answer: what stands on it is shown once and kept nowhere."""
    code = actions.make_door_card(member=member, by=request.user)
    context = {"member": member, "code": code, "picture": cards.picture(code.replace("-", ""))}
    return render(request, "members/door_card.html", context)
