"""One tap says that a task is done; a small page says who did it."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from activities.models import UnitTask
from activities.taps import card_or_board
from attendance import actions
from attendance.search import Found, cleaned, find_members, told_apart
from members.models import Member
from members.permissions import requires
from members.refusals import Refusal


@require_POST
@requires("attendance.mark_done")
def mark_done(request: HttpRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    try:
        actions.mark_done(task=task, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        undo = reverse("attendance:mark_not_done", args=[task.pk])
        messages.success(request, _("“%(task)s” is done. Well done!") % {"task": task.title}, extra_tags=undo)
    return card_or_board(request, task)


@require_POST
@requires("attendance.mark_done")
def mark_not_done(request: HttpRequest, pk: int) -> HttpResponse:
    task = _task(request, pk)
    try:
        actions.mark_not_done(task=task, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("“%(task)s” is not done yet.") % {"task": task.title})
    return card_or_board(request, task)


@require_POST
@requires("activities.sign_up")
def take_me_off(request: HttpRequest, pk: int) -> HttpResponse:
    """I did not do this one: my name goes, no reason asked."""
    task, member = _task(request, pk), getattr(request.user, "member", None)
    if member is None:
        raise PermissionDenied
    try:
        actions.remove_helper(task=task, member=member, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("You are off “%(task)s”.") % {"task": task.title})
    return card_or_board(request, task)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.run_meeting")
def edit_helpers(request: HttpRequest, pk: int) -> HttpResponse:
    """Who did it. Posted: a name to find (`q`), whom to add (`add`) or to take off (`remove`), by member number."""
    task = _task(request, pk)
    words = cleaned(request.POST.get("q", ""))
    found = find_members(words) if words else Found(words, [])
    if "add" in request.POST or "remove" in request.POST:
        return _changed(request, task)
    helpers = [one.member for one in task.sign_ups.select_related("member")]
    names = told_apart(helpers)
    offered = [(member, name) for member, name in found.named if member not in helpers]
    there = [(member, name) for member, name in found.named if member in helpers]
    context = {
        "task": task,
        "helpers": [(member, names[member.pk]) for member in helpers],
        "words": words,
        "found": found,
        "offered": offered,
        "there": there,
    }
    return render(request, "attendance/edit_helpers.html", context)


def _changed(request: HttpRequest, task: UnitTask) -> HttpResponse:
    adds = "add" in request.POST
    number = request.POST.get("add") if adds else request.POST.get("remove")
    member = get_object_or_404(Member.objects.welcome(), member_no=cleaned(number or ""))
    try:
        if adds:
            actions.add_helper(task=task, member=member, by=request.user)
        else:
            actions.remove_helper(task=task, member=member, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        sentence = _("%(name)s is on “%(task)s”.") if adds else _("%(name)s is off “%(task)s”.")
        messages.success(request, sentence % {"name": member, "task": task.title})
    return redirect("attendance:edit_helpers", task.pk)


def _task(request: HttpRequest, pk: int) -> UnitTask:
    return get_object_or_404(UnitTask.objects.visible_to(request.user).select_related("unit"), pk=pk)
