"""Whom to call for a member: kept by themselves, or written down at their word."""

from django.contrib import messages as say
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from members import actions
from members.actions.emergency import MOST
from members.forms.emergency import EmergencyContactForm
from members.models import AuditRecord, EmergencyContact, Member
from members.permissions import requires
from members.refusals import Refusal


def _me(request: HttpRequest) -> Member:
    if not isinstance(request.user.person, Member):
        raise Http404
    return request.user.person


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.edit_emergency_contacts")
def my_emergency_contacts(request: HttpRequest) -> HttpResponse:
    return _contacts(request, _me(request), own=True)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.edit_wishes")
def member_emergency_contacts(request: HttpRequest, pk: int) -> HttpResponse:
    """At a member's word: one can be added or taken away; what is written stays covered."""
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    return _contacts(request, member, own=False)


def _contacts(request: HttpRequest, member: Member, *, own: bool) -> HttpResponse:
    form = EmergencyContactForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add_emergency_contact(member=member, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            say.success(request, _("Saved."))
            return redirect(request.path)
    if not own:
        actions.look_at_member(member=member, by=request.user)
    contacts = list(member.emergency_contacts.all())
    context = {"member": member, "own": own, "contacts": contacts, "form": form, "is_full": len(contacts) >= MOST}
    return render(request, "members/emergency_contacts.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.edit_emergency_contacts")
def change_emergency_contact(request: HttpRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(EmergencyContact.objects.filter(member=_me(request)), pk=pk)
    form = EmergencyContactForm(request.POST or None, instance=contact)
    if form.is_valid():
        actions.change_emergency_contact(contact=contact, by=request.user, **form.cleaned_data)
        say.success(request, _("Saved."))
        return redirect("members:my_emergency_contacts")
    context = {"form": form}
    return render(request, "members/change_emergency_contact.html", context, status=422 if form.errors else 200)


@require_POST
@requires("members.edit_emergency_contacts")
def take_away_emergency_contact(request: HttpRequest, pk: int) -> HttpResponse:
    contact = get_object_or_404(EmergencyContact.objects.filter(member=_me(request)), pk=pk)
    return _take_away(request, contact, "members:put_back_emergency_contact", reverse("members:my_emergency_contacts"))


@require_POST
@requires("members.edit_wishes")
def take_away_member_contact(request: HttpRequest, pk: int) -> HttpResponse:
    theirs = EmergencyContact.objects.filter(member__in=Member.objects.visible_to(request.user))
    contact = get_object_or_404(theirs, pk=pk)
    page = reverse("members:member_emergency_contacts", args=[contact.member_id])
    return _take_away(request, contact, "members:put_back_member_contact", page)


def _take_away(request: HttpRequest, contact: EmergencyContact, back: str, page: str) -> HttpResponse:
    record = actions.take_away_emergency_contact(contact=contact, by=request.user)
    if record:
        say.success(request, _("Taken away."), extra_tags=reverse(back, args=[record.seq]))
    return redirect(page)


@require_POST
@requires("members.edit_emergency_contacts")
def put_back_emergency_contact(request: HttpRequest, seq: int) -> HttpResponse:
    """Undo."""
    return _put_back(request, _me(request), seq, reverse("members:my_emergency_contacts"))


@require_POST
@requires("members.edit_wishes")
def put_back_member_contact(request: HttpRequest, seq: int) -> HttpResponse:
    """Undo, of what one took away oneself."""
    record = get_object_or_404(AuditRecord, seq=seq, verb="edit_emergency_contacts", by=request.user)
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=record.about_id)
    return _put_back(request, member, seq, reverse("members:member_emergency_contacts", args=[member.pk]))


def _put_back(request: HttpRequest, member: Member, seq: int, page: str) -> HttpResponse:
    record = get_object_or_404(AuditRecord, seq=seq, verb="edit_emergency_contacts", about=member)
    try:
        actions.put_back_emergency_contact(record=record, by=request.user)
    except Refusal as refusal:
        say.error(request, str(refusal))
    return redirect(page)
