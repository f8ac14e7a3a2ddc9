"""Members say what is not right; staff put it right and answer."""

import datetime as dt

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from attendance import actions
from attendance.forms import AnswerCorrectionForm, CorrectVisitForm, RemoveVisitForm, RequestCorrectionForm
from attendance.history import changes_of, history
from attendance.models import CorrectionRequest, MonthClosing, RemovedVisit, Visit
from attendance.reach_out_log import reach_outs_on
from members.lock import own_path
from members.permissions import requires
from members.refusals import Refusal


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.request_correction")
def request_correction(request: HttpRequest, day: dt.date) -> HttpResponse:
    member = getattr(request.user, "member", None)
    if member is None:
        raise PermissionDenied
    form = RequestCorrectionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.request_correction(member=member, day=day, words=form.cleaned_data["words"], by=request.user)
        except Refusal as refusal:
            form.add_error("words", str(refusal))
        else:
            messages.success(request, _("Thank you. A colleague reads it and answers on your page."))
            return redirect("me")
    visits = Visit.objects.on(day).filter(member=member).select_related("unit")
    context = {"form": form, "day": day, "visits": visits}
    return render(request, "attendance/request_correction.html", context, status=422 if form.errors else 200)


@require_safe
@requires("attendance.answer_correction")
def corrections(request: HttpRequest) -> HttpResponse:
    return render(request, "attendance/corrections.html", _waiting_and_answered(request))


@require_POST
@requires("attendance.answer_correction")
def answer_correction(request: HttpRequest, pk: int) -> HttpResponse:
    asked = get_object_or_404(CorrectionRequest.objects.visible_to(request.user), pk=pk)
    form = AnswerCorrectionForm(request.POST, prefix=str(pk))
    if form.is_valid():
        try:
            actions.answer_correction(request=asked, answer=form.cleaned_data["answer"], by=request.user)
        except Refusal as refusal:
            form.add_error("answer", str(refusal))
        else:
            messages.success(request, _("Saved. %(name)s can read your answer.") % {"name": asked.member})
            return redirect("attendance:corrections")
    messages.error(request, form.errors["answer"][0])
    context = _waiting_and_answered(request, unfinished=form, of=asked)
    return render(request, "attendance/corrections.html", context, status=422)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.correct_visit")
def correct_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """How the visit really was, or that it never was; each with a reason."""
    visit = Visit.objects.visible_to(request.user).select_related("member", "unit").filter(pk=pk).first()
    if visit is None:
        get_object_or_404(RemovedVisit, visit_pk=pk)
        return redirect("attendance:restore_visit", pk)
    is_today = visit.day == request.house.day_of(timezone.now())
    wants_removal = request.POST.get("action") == "remove"
    data = request.POST if request.method == "POST" else None
    form = CorrectVisitForm(None if wants_removal else data, visit=visit, zone=request.house.zone, is_today=is_today)
    removal = RemoveVisitForm(data if wants_removal else None, prefix="remove")
    back = own_path(request, request.GET.get("next", ""))
    if data is not None and _corrected(request, visit, removal if wants_removal else form):
        return _after_correcting(visit, back, removed=wants_removal)
    context = {"visit": visit, "form": form, "removal": removal, "history": history(visit.pk), "back": back}
    context["is_closed"] = MonthClosing.objects.holds(visit.day)
    return render(request, "attendance/correct_visit.html", context, status=422 if data is not None else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires("attendance.correct_visit")
def restore_visit(request: HttpRequest, pk: int) -> HttpResponse:
    """A visit that was taken out of the book: undo."""
    removed = RemovedVisit.objects.select_related("member", "unit", "removed_by").filter(visit_pk=pk).first()
    if removed is None:
        return redirect("attendance:correct_visit", get_object_or_404(Visit, pk=pk).pk)
    if request.method == "POST":
        try:
            actions.restore_visit(removed=removed, by=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(
                request, _("Undone. The visit of %(name)s is in the book again.") % {"name": removed.member}
            )
            return redirect("attendance:correct_visit", pk)
    back = own_path(request, request.GET.get("next", ""))
    context = {"removed": removed, "history": history(pk), "back": back}
    return render(request, "attendance/restore_visit.html", context, status=422 if request.method == "POST" else 200)


@require_safe
@requires("attendance.correct_visit")
def day_changes(request: HttpRequest, day: dt.date) -> HttpResponse:
    """What was changed on a day, by whom and why; and what was taken out of the book, to put it back."""
    removed = RemovedVisit.objects.filter(day=day).select_related("member", "unit").order_by("-removed_at", "-pk")
    context = {"day": day, "history": changes_of(day, request.house), "removed": removed}
    return render(request, "attendance/day_changes.html", context)


def _after_correcting(visit: Visit, back: str, *, removed: bool) -> HttpResponse:
    """Where they came from; after a removal first where it can be undone."""
    if removed:
        undo = reverse("attendance:restore_visit", args=[visit.pk])
        return redirect(f"{undo}?{urlencode({'next': back})}" if back else undo)
    return redirect(back or reverse("attendance:arrivals_on", args=[visit.day]))


def _corrected(request: HttpRequest, visit: Visit, form: CorrectVisitForm | RemoveVisitForm) -> bool:
    if not form.is_valid():
        return False
    words = {"name": visit.member}
    try:
        if isinstance(form, RemoveVisitForm):
            actions.remove_visit(visit=visit, why=form.cleaned_data["said"], by=request.user)
            messages.success(request, _("Saved. That visit of %(name)s is gone from the book.") % words)
        else:
            actions.correct_visit(visit=visit, by=request.user, **form.visit_as_it_was)
            messages.success(request, _("Saved. The visit of %(name)s was corrected.") % {"name": form.member})
    except Refusal as refusal:
        form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        return False
    return True


def _waiting_and_answered(
    request: HttpRequest, *, unfinished: AnswerCorrectionForm | None = None, of: CorrectionRequest | None = None
) -> dict:
    """The members' words, oldest first, each with a form and that day's visits; and the last ten answers."""
    asked = CorrectionRequest.objects.visible_to(request.user).select_related("member", "answered_by")
    waiting = list(asked.waiting().order_by("asked_at", "pk"))
    visits: dict[tuple, list[Visit]] = {}
    days, members = {one.day for one in waiting if one.day}, {one.member_id for one in waiting}
    for visit in Visit.objects.filter(day__in=days, member__in=members).select_related("unit"):
        visits.setdefault((visit.member_id, visit.day), []).append(visit)
    contacts = reach_outs_on(days, members)
    rows = [
        {
            "asked": one,
            "visits": visits.get((one.member_id, one.day), []),
            "reach_outs": contacts.get((one.member_id, one.day), []),
            "form": unfinished if of == one else AnswerCorrectionForm(prefix=str(one.pk)),
        }
        for one in waiting
    ]
    return {"waiting": rows, "answered": asked.exclude(answered_at=None).order_by("-answered_at", "-pk")[:10]}
