"""Members: the list, a member's page, adding and editing."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from members import actions
from members.forms.people import MemberForm, SearchForm
from members.models import Member
from members.permissions import requires
from members.refusals import Refusal

ON_A_PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.see_members")
def members(request: HttpRequest) -> HttpResponse:
    """The roll, or everyone ever enrolled. A search looks through everyone; posted, so that no name is in a URL."""
    form = SearchForm(request.POST or None)
    q = form.cleaned_data["q"].strip() if form.is_valid() else ""
    everyone = request.GET.get("show") == "everyone"
    found = Member.objects.visible_to(request.user).select_related("user")
    if q:
        found = found.named(q)
    elif not everyone:
        found = found.on_roll(timezone.localdate())
    page = Paginator(found, ON_A_PAGE).get_page(1 if q else request.GET.get("page"))
    return render(request, "members/members.html", {"page": page, "q": q, "everyone": everyone})


@require_safe
@requires("members.see_member")
def member(request: HttpRequest, pk: int) -> HttpResponse:
    """One member; an entry that was merged into another leads there."""
    everyone = Member.objects.visible_to(request.user).select_related("user")
    member = everyone.filter(pk=pk).first()
    if member is None:
        return redirect("members:member", get_object_or_404(everyone, merged=pk).pk)
    actions.look_at_member(member=member, by=request.user)
    merges = member.merges.filter(undone_at=None).select_related("merged").order_by("-pk")
    return render(request, "members/member.html", {"member": member, "merges": merges})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.add_member")
def add_member(request: HttpRequest) -> HttpResponse:
    initial = {"member_no": Member.objects.next_member_no(), "enrolled_on": timezone.localdate()}
    form = MemberForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            member = actions.add_member(by=request.user, **form.fields_now)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Saved. Welcome, %(name)s!") % {"name": member.known_as})
            return redirect("members:member", member.pk)
    return render(request, "members/edit_member.html", {"form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@requires("members.edit_member")
def edit_member(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    form = MemberForm(request.POST or None, instance=member)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_member(member=member, by=request.user, **form.fields_now)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("members:member", pk)
    if request.method != "POST":
        actions.look_at_member(member=member, by=request.user)
    return render(request, "members/edit_member.html", {"form": form, "member": member})
