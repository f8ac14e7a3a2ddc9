"""My page: what the house holds about me, my visits, and who looked."""

import datetime as dt
from dataclasses import dataclass, field

from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from attendance.history import changes as visit_changes
from attendance.models import CorrectionRequest, Visit
from members import actions
from members.models import AuditRecord, Member, User
from members.permissions import requires

VISITS_ON_A_PAGE = 20
OWN_VISITS_ON_A_PAGE = 5  # each has its link, and a member's page has seven at most
CORRECTIONS = 3
RECORDS_ON_A_PAGE = 20


@require_safe
@requires("members.see_me")
def me(request: HttpRequest) -> HttpResponse:
    person = request.user.person
    member = person if isinstance(person, Member) else None
    units = list(member.units.all()) if member else []
    return render(request, "me.html", {"person": person, "member": member, "units": units})


@require_safe
@requires("members.see_me")
def my_visits(request: HttpRequest) -> HttpResponse:
    member = _own_member(request)
    visits = Visit.objects.visible_to(request.user).filter(member=member)
    corrections = CorrectionRequest.objects.visible_to(request.user).filter(member=member)[:CORRECTIONS]
    return render(
        request, "my_visits.html", {"page": _page_of(visits, request, OWN_VISITS_ON_A_PAGE), "corrections": corrections}
    )


@require_safe
@requires("attendance.correct_visit")
def member_visits(request: HttpRequest, pk: int) -> HttpResponse:
    member = get_object_or_404(Member.objects.visible_to(request.user), pk=pk)
    visits = Visit.objects.visible_to(request.user).filter(member=member)
    actions.look_at_member(member=member, by=request.user)
    return render(request, "my_visits.html", {"page": _page_of(visits, request), "member": member})


def _own_member(request: HttpRequest) -> Member:
    if not isinstance(request.user.person, Member):
        raise Http404
    return request.user.person


def _page_of(visits, request: HttpRequest, size: int = VISITS_ON_A_PAGE):
    newest_first = visits.select_related("unit").order_by("-arrived_at", "-pk")
    return Paginator(newest_first, size).get_page(request.GET.get("page"))


# -- Who looked --------------------------------------------------------------------------------------------------------

DID = {
    "look_at_member": gettext_lazy("looked at your page"),
    "add_member": gettext_lazy("added you to the roll"),
    "attendance.add_walk_in": gettext_lazy("wrote you down as a new member"),
    "attendance.merge_members": gettext_lazy("joined two entries that were both yours"),
    "attendance.undo_merge": gettext_lazy("took apart two entries that had been joined"),
    "edit_member": gettext_lazy("changed what the house holds about you"),
    "edit_me": gettext_lazy("changed your page"),
    "give_account": gettext_lazy("made a sign-in for you"),
    "edit_account": gettext_lazy("changed your sign-in or your duties"),
    "switch_off_account": gettext_lazy("switched your sign-in off"),
    "switch_on_account": gettext_lazy("switched your sign-in on"),
    "forget_second_factor": gettext_lazy("took your second key away, so that you can set up a new one"),
    "set_pin": gettext_lazy("chose a PIN for reception tablets"),
    "remove_pin": gettext_lazy("removed the PIN for reception tablets"),
    "end_after_wrong_pins": gettext_lazy("signed you out of a tablet, after five wrong PINs"),
    "invite": gettext_lazy("made a card for you"),
    "accept_invitation": gettext_lazy("used the card and chose a password"),
    "set_door_code": gettext_lazy("changed your code at the door"),
    "make_door_card": gettext_lazy("made a card for you to use at the door"),
    "attendance.log_arrival": gettext_lazy("wrote down that you came"),
    "attendance.log_leaving": gettext_lazy("wrote down that you left"),
    "attendance.undo_mark": gettext_lazy("took back what was written about your visit"),
    "attendance.change_visit": gettext_lazy("changed a visit of yours"),
    "attendance.correct_visit": gettext_lazy("corrected a visit of yours"),
    "attendance.remove_visit": gettext_lazy("took a visit out of the book"),
    "attendance.restore_visit": gettext_lazy("put a visit back into the book"),
    "attendance.confirm_visit": gettext_lazy("looked at a visit of yours, and it is right"),
    "attendance.settle_leaving": gettext_lazy("looked at a leaving of yours at the door, and nothing is missing"),
    "attendance.log_paper": gettext_lazy("typed your visit in from the paper sheet"),
    "attendance.log_event": gettext_lazy("wrote down that you were at an event"),
    "attendance.request_correction": gettext_lazy("asked for a correction"),
    "attendance.answer_correction": gettext_lazy("answered what you asked"),
    "sign_up": gettext_lazy("signed up for a task"),
    "withdraw": gettext_lazy("gave a task back"),
    "give_thanks": gettext_lazy("said thanks for a task"),
    "take_back_thanks": gettext_lazy("took back your thanks for a task"),
    "attendance.add_helper": gettext_lazy("wrote down that you did a task"),
    "attendance.remove_helper": gettext_lazy("took you off a task that is done"),
    "attendance.fill_unit": gettext_lazy("set the unit of your visit by the tasks you did"),
    "join_event": gettext_lazy("signed up for an event"),
    "leave_event": gettext_lazy("gave a place at an event back"),
    "change_role": gettext_lazy("changed how you take part in a task"),
    "wait": gettext_lazy("stood in line for a place"),
    "stop_waiting": gettext_lazy("left the line for a place"),
    "move_up": gettext_lazy("gave you the place that you waited for"),
    "can_show": gettext_lazy("said that you like to show a task"),
    "stop_showing": gettext_lazy("said that you show a task no more"),
    "offer_ride": gettext_lazy("offered seats in a car"),
    "take_back_ride": gettext_lazy("took the seats in a car back"),
    "look_for_seat": gettext_lazy("looked for a seat in a car"),
    "take_seat": gettext_lazy("took a seat in a car"),
    "give_back_seat": gettext_lazy("gave a seat in a car back"),
    "lost_seat": gettext_lazy("took a ride back in which you had a seat"),
    "add_to_unit": gettext_lazy("added you to a unit"),
    "remove_from_unit": gettext_lazy("took you out of a unit"),
    "make_calendar_feed": gettext_lazy("made an address for your calendar"),
    "edit_calendar_feed": gettext_lazy("changed what your calendar shows"),
    "end_calendar_feed": gettext_lazy("switched the address for your calendar off"),
    "save_lunch": gettext_lazy("asked for a plate at lunch"),
    "take_back_lunch": gettext_lazy("gave the plate at lunch back"),
    "set_message_wish": gettext_lazy("changed which messages you get"),
}
# When a colleague did it.
AT_YOUR_WORD = {
    "sign_up": gettext_lazy("put your name up for a task, at your word"),
    "withdraw": gettext_lazy("took your name off a task, at your word"),
    "wait": gettext_lazy("put you in line for a place, at your word"),
    "stop_waiting": gettext_lazy("took you out of a line, at your word"),
}
# What a member did about themselves, where that is not said as what others did.
I_DID = {
    "add_to_unit": gettext_lazy("chose a unit as a home base"),
    "remove_from_unit": gettext_lazy("left a unit"),
}


@dataclass(frozen=True)
class Line:
    """One record about a member, in plain words. `changes` holds (what, before, after), `why` what was said of it."""

    at: dt.datetime
    who: str
    did: str
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    why: str = ""


@require_safe
@requires("members.see_me")
def my_records(request: HttpRequest) -> HttpResponse:
    """Every record about me, the newest first: nothing written about a member is kept from them (must-never 5)."""
    member = _own_member(request)
    about = Q(about=member) | Q(about__merged_into=member)  # also of an entry that turned out to be mine
    records = AuditRecord.objects.filter(about).select_related("by__member", "by__staff")
    page = Paginator(records.order_by("-seq"), RECORDS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "my_records.html", {"page": page, "lines": [_line(record, request.user) for record in page]})


def _line(record: AuditRecord, reader: User) -> Line:
    if record.by is None:
        who = _("The house")
    else:
        who = _("You") if record.by == reader else getattr(record.by.person, "full_name", record.by.username)
    said = DID
    if record.by is not None:
        said = DID | (I_DID if record.by == reader else AT_YOUR_WORD)
    did = said.get(record.verb, gettext_lazy("changed something about you"))
    return Line(record.at, who, str(did), _changes(record), record.why)


def _changes(record: AuditRecord) -> list[tuple[str, str, str]]:
    if record.subject.startswith(f"{Visit._meta.label_lower} "):
        return [(it.what, it.before, it.after) for it in visit_changes(record)]
    changes = [] if not record.before else [_change(name, record) for name in record.after or record.before]
    return [it for it in changes if it and it[1] != it[2]]


def _change(name: str, record: AuditRecord) -> tuple[str, str, str] | None:
    for model in (Member, User):
        try:
            label = model._meta.get_field(name).verbose_name
        except FieldDoesNotExist:
            continue
        return str(label), _said(record.before.get(name)), _said(record.after.get(name))
    return None


def _said(value) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if value not in (None, "") else _("nothing")
