"""Whom we have not seen, who calls today, and how it went."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from activities.models import Unit
from attendance import actions
from attendance.forms import LogReachOutForm
from attendance.models import ReachOut, ReachOutClaim
from attendance.reach_out import Row, Why, whom
from attendance.reach_out_card import card
from clubhouse.clock import day_words
from clubhouse.htmx import piece_or_page
from members.actions import look_at_member
from members.models import Member
from members.permissions import requires
from members.refusals import Refusal

ON_A_PAGE = 60
ORDER = (Why.HOSPITAL, Why.HOME, Why.EVENING, Why.NOT_SEEN)
ICONS = {Why.HOSPITAL: "heart", Why.HOME: "home", Why.EVENING: "away"}


@dataclass(frozen=True)
class Group:
    """Rows under one heading: those in hospital, those at home, those who work by day, or a unit's."""

    name: str
    heading: str
    icon: str
    rows: list[Row]
    unit: Unit | None = None


@require_safe
@requires("attendance.see_reach_out")
def reach_out(request: HttpRequest) -> HttpResponse:
    units = list(Unit.objects.all())
    unit = next((it for it in units if str(it.pk) == request.GET.get("unit")), None)
    longer_ago = "longer" in request.GET
    found = whom(request.house, timezone.now(), longer_ago=longer_ago, besides=request.user.pk).of_unit(unit)
    page = Paginator(in_order(found.rows, unit), ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"units": units, "unit": unit, "longer_ago": longer_ago, "page": page, "found": found}
    return render(request, "attendance/reach_out.html", context | {"groups": groups(page, unit)})


def in_order(rows: Iterable[Row], unit: Unit | None) -> list[Row]:
    """As on the page: who is away first, then by home base; within a group by name, as they come."""
    return sorted(rows, key=lambda row: _place(row, unit))


def groups(rows: Iterable[Row], unit: Unit | None) -> list[Group]:
    found = []
    for (_order, _last, name), several in groupby(rows, key=lambda row: _place(row, unit)):
        theirs = list(several)
        why, home = theirs[0].why, unit or theirs[0].unit
        if why == Why.NOT_SEEN:
            heading = home.name if home else _("Without a unit")
            found.append(Group(name or "none", heading, home.icon if home else "members", theirs, home))
        else:
            found.append(Group(why, str(why.label), ICONS[why], theirs))
    return found


def _place(row: Row, unit: Unit | None) -> tuple[int, bool, str]:
    home = unit or row.unit
    if row.why != Why.NOT_SEEN:
        return ORDER.index(row.why), False, row.why
    return len(ORDER), home is None, home.name if home else ""


@require_safe
@requires("attendance.see_reach_out")
def reach_out_card(request: HttpRequest, pk: int) -> HttpResponse:
    row = _row(request, pk)
    return _card_page(request, Member.objects.get(pk=row.pk), row)


@require_POST
@requires("attendance.log_reach_out")
def log_reach_out(request: HttpRequest, pk: int) -> HttpResponse:
    member = _member_to_log(request, pk)
    form = LogReachOutForm(request.POST, today=timezone.localdate())
    status = 422
    if form.is_valid():
        try:
            made = form.store(member=member, by=request.user)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
            status = 409 if isinstance(refusal, actions.KeyAlreadyUsed) else 422
        else:
            undo = reverse("attendance:undo_reach_out", args=[made.pk])
            messages.success(request, _said(made, form.cleaned_data), extra_tags=undo)
            return redirect("attendance:reach_out")
    return _card_page(request, member, _row(request, pk), form, status=status)


@require_POST
@requires("attendance.log_reach_out")
def undo_reach_out(request: HttpRequest, pk: int) -> HttpResponse:
    made = ReachOut.objects.filter(pk=pk, by=request.user.pk).first()
    try:
        if made:
            actions.undo_reach_out(reach_out=made, by=request.user)
        messages.success(request, _("Undone. It is as it was before."))
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("attendance:reach_out")


@require_POST
@requires("attendance.log_reach_out")
def claim_reach_out(request: HttpRequest, pk: int) -> HttpResponse:
    row = _row(request, pk)
    try:
        actions.claim_reach_out(member=Member.objects.get(pk=row.pk), by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _piece(request, pk)


@require_POST
@requires("attendance.log_reach_out")
def release_reach_out(request: HttpRequest, pk: int) -> HttpResponse:
    row = _row(request, pk)
    actions.release_reach_out(member=Member.objects.get(pk=row.pk), by=request.user)
    return _piece(request, pk)


def _row(request: HttpRequest, pk: int) -> Row:
    """Of somebody whom the list may name; nobody else's card opens, whatever their number."""
    found = whom(request.house, timezone.now(), only=pk, besides=request.user.pk).rows
    if not found:
        raise Http404
    return found[0]


def _member_to_log(request: HttpRequest, pk: int) -> Member:
    """Also somebody who left the list while they were called: what happened is written down."""
    now = timezone.now()
    claims = ReachOutClaim.objects.filter(member=pk, by=request.user.pk, day=timezone.localdate(now))
    lately = ReachOut.objects.filter(member=pk, by=request.user.pk, at__gte=now - actions.UNDO_FOR)
    if claims.exists() or lately.exists():
        return get_object_or_404(Member.objects.themselves(), pk=pk)
    return Member.objects.get(pk=_row(request, pk).pk)


def _card_page(request: HttpRequest, member: Member, row: Row, form=None, status: int = 200) -> HttpResponse:
    look_at_member(member=member, by=request.user)
    it = card(member, row, request.house)
    form = form or LogReachOutForm(today=timezone.localdate(), initial={"key": uuid.uuid4(), "channel": it.first_way})
    context = {"card": it, "member": member, "form": form, "mine": row.claimed_by_user == request.user.pk}
    return render(request, "attendance/reach_out_card.html", context | {"caller": request.user}, status=status)


def _piece(request: HttpRequest, pk: int) -> HttpResponse:
    page = reverse("attendance:reach_out") + f"#reach-out-{pk}"
    if request.POST.get("next") == "card":
        page = reverse("attendance:reach_out_card", args=[pk])
    return piece_or_page(request, "attendance/_reach_out_row.html", {"row": _row(request, pk)}, page=page)


def _said(made: ReachOut, data: dict) -> str:
    """The sentence after the commit."""
    if made.outcome == ReachOut.Outcome.QUIET:
        return _("Saved. Nobody gets in touch until %(day)s.") % {"day": day_words(data["quiet_until_on"])}
    if made.outcome == ReachOut.Outcome.HOSPITAL:
        return _("Saved. We think of them until %(day)s.") % {"day": day_words(data["away_until_on"])}
    if made.outcome == ReachOut.Outcome.NO_ANSWER:
        return _("Saved. Thank you for trying.")
    return _("Saved. Thank you for being in touch.")
