"""The same person twice? Find the other entry, look at both, choose which one stays; and undo."""

from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count, Max, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from attendance import actions
from attendance.alike import look_alikes
from attendance.search import cleaned
from members.actions import look_at_member
from members.models import Member, MemberMerge
from members.permissions import requires
from members.refusals import Refusal

MOST_FOUND = 20


@dataclass(frozen=True)
class Entry:
    """One of the two, as both stand beside each other; `member` comes from `_entries`."""

    member: Member
    may_go: bool
    is_proposed: bool


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.merge_members")
def merge_members(request: HttpRequest, pk: int) -> HttpResponse:
    """Posted: a name to find (`q`), or which of the two stays (`keep`). Addresses hold ids only."""
    member = get_object_or_404(_entries(request), pk=pk)
    number = request.POST.get("other") or request.GET.get("other") or ""
    other = _entries(request).filter(pk=int(number)).first() if number.isdecimal() and len(number) < 19 else None
    if other is None or other == member:
        return render(request, "attendance/merge_find.html", _found(request, member))
    if request.method == "POST":
        return _merged(request, member, other)
    return _side_by_side(request, member, other)


@require_POST
@requires("attendance.merge_members")
def undo_merge(request: HttpRequest, pk: int) -> HttpResponse:
    merge = get_object_or_404(MemberMerge.objects.select_related("kept", "merged"), pk=pk)
    try:
        full = actions.undo_merge(merge=merge, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("Undone. They are two people again."))
        if full:
            words = {"name": merge.merged, "tasks": get_text_list([f"“{title}”" for title in full], _("and"))}
            messages.warning(request, _("Every place is taken by now, so %(name)s is not on %(tasks)s.") % words)
    return redirect("members:member", merge.kept_id)


def _entries(request: HttpRequest) -> QuerySet:
    everyone = Member.objects.visible_to(request.user).themselves().select_related("user")
    return everyone.annotate(seen_on=Max("visits__day"), visit_count=Count("visits", distinct=True))


def _found(request: HttpRequest, member: Member) -> dict:
    """Whom the words mean; before somebody typed, who looks alike."""
    words = cleaned(request.POST.get("q", ""))
    others = Member.objects.visible_to(request.user).themselves().exclude(pk=member.pk)
    if words:
        found = list(others.named(words)[: MOST_FOUND + 1])
    else:
        alike = [one.member.pk for one in look_alikes(member.first_name, member.last_name)]
        found = list(others.filter(pk__in=alike))
    return {"member": member, "words": words, "found": found[:MOST_FOUND], "has_more": len(found) > MOST_FOUND}


def _side_by_side(request: HttpRequest, member: Member, other: Member, status: int = 200) -> HttpResponse:
    both = [member, other]
    for one in both:
        look_at_member(member=one, by=request.user)
    # Proposed: whoever signs in, else who was here first.
    proposed = min(both, key=lambda one: (one.user_id is None, one.enrolled_on, one.pk))
    entries = [Entry(one, one.user_id is None, one == proposed) for one in both]
    context = {"member": member, "other": other, "entries": entries, "both_sign_in": not any(e.may_go for e in entries)}
    return render(request, "attendance/merge_members.html", context, status=status)


def _merged(request: HttpRequest, member: Member, other: Member) -> HttpResponse:
    kept, merged = (other, member) if request.POST.get("keep") == str(other.pk) else (member, other)
    if request.POST.get("keep") not in {str(member.pk), str(other.pk)}:
        messages.error(request, _("Choose which entry stays."))
        return _side_by_side(request, member, other, status=422)
    try:
        merge = actions.merge_members(kept=kept, merged=merged, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return _side_by_side(request, member, other, status=422)
    undo = reverse("attendance:undo_merge", args=[merge.pk])
    messages.success(request, _("Saved. It is one entry now: %(name)s.") % {"name": kept.full_name}, extra_tags=undo)
    return redirect("members:member", kept.pk)
