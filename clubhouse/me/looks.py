"""Who looked at my page, and who changed what: every record about me, in plain words."""

import bisect
import datetime as dt
from dataclasses import dataclass, field

from django.core.exceptions import FieldDoesNotExist
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.dateparse import parse_date, parse_time
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from attendance.history import changes as visit_changes
from attendance.models import ReportFile, Visit
from clubhouse.clock import day_words, time_words
from clubhouse.me.page import own_member
from clubhouse.spans import Span
from members.models import AuditRecord, Channel, EmergencyContact, Member, User
from members.notices import KINDS
from members.permissions import requires

RECORDS_ON_A_PAGE = 20

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
    "attendance.ask_to_be_forgotten": gettext_lazy("asked that the house forgets you"),
    "attendance.forget_member": gettext_lazy("said yes, as the first, to your being forgotten"),
    "attendance.take_back_forgetting": gettext_lazy("took back that you are to be forgotten"),
    "attendance.request_correction": gettext_lazy("asked for a correction"),
    "attendance.answer_correction": gettext_lazy("answered what you asked"),
    "attendance.print_cards": gettext_lazy("printed a card or a label to be in touch with you"),
    "attendance.take_back_reach_out": gettext_lazy("took back what was written about a reach-out"),
    "attendance.set_time_away": gettext_lazy("wrote down your time away"),
    "attendance.end_time_away": gettext_lazy("wrote down that you are back"),
    "attendance.claim_reach_out": gettext_lazy("said that they call you that day"),
    "attendance.release_reach_out": gettext_lazy("said that they do not call you that day after all"),
    "attendance.log_reach_out": gettext_lazy("wrote down that they were in touch with you"),
    "attendance.undo_reach_out": gettext_lazy("took back what they wrote about being in touch"),
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
    "stop_texts": gettext_lazy("stopped all texts to your phone, because it answered STOP"),
    "refuse_email": gettext_lazy("stopped writing to your e-mail address, because mail to it came back"),
    "use_email_again": gettext_lazy("began to write to your e-mail address again"),
    "set_contact_wish": gettext_lazy("changed how the house may reach you"),
    "edit_emergency_contacts": gettext_lazy("changed whom to call for you"),
    "look_at_emergency": gettext_lazy("looked up whom to call for you"),
    "attendance.see_emergency_sheet": gettext_lazy("looked up whom to call for all who were here, you too"),
    "put_away_note": gettext_lazy("put a note away"),
    "take_out_note": gettext_lazy("took a note out again"),
    "tell_person": gettext_lazy("noted that you were told of a message that did not reach you"),
    "take_back_told": gettext_lazy("noted that you were not told yet of a message that did not reach you"),
    "print_note": gettext_lazy("printed a note to you"),
    "take_back_printed": gettext_lazy("put a note to you back among those to print"),
    "take_along": gettext_lazy("took a file along with all that the house holds about you"),
    "attendance.export_names": gettext_lazy("asked for a list with names, and yours is on it"),
    "attendance.fetch_file": gettext_lazy("took a list with names out of the house, and yours is on it"),
}
# Looks; all else is a change.
LOOKS = [
    "look_at_member", "look_at_emergency", "attendance.see_emergency_sheet", "take_along", "attendance.print_cards",
    "print_note",
]  # fmt: skip
# Lists with the names of many, which their records do not name one by one.
LISTS = ["attendance.export_names", "attendance.fetch_file"]
# When a colleague did it.
AT_YOUR_WORD = {
    "sign_up": gettext_lazy("put your name up for a task, at your word"),
    "withdraw": gettext_lazy("took your name off a task, at your word"),
    "wait": gettext_lazy("put you in line for a place, at your word"),
    "stop_waiting": gettext_lazy("took you out of a line, at your word"),
    "set_message_wish": gettext_lazy("changed which messages you get, at your word"),
    "set_contact_wish": gettext_lazy("changed how the house may reach you, at your word"),
    "edit_emergency_contacts": gettext_lazy("changed whom to call for you, at your word"),
}
# When nobody was signed in.
BY_ITSELF = {"set_message_wish": gettext_lazy("stopped a message, by the link in it")}
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
    """Every record about me, the newest first: nothing written about a member is kept from them (must-never 5).

    Also each list that left the house with my name on it, though its record is about nobody alone.
    """
    member = own_member(request)
    about = Q(about=member) | Q(about__merged_into=member)  # also of an entry that turned out to be mine
    only = request.GET.get("only") if request.GET.get("only") in {"looks", "changes"} else ""
    if only == "looks":
        about = (about & Q(verb__in=LOOKS)) | Q(pk__in=lists_with(member))
    elif only == "changes":
        about &= ~Q(verb__in=LOOKS)
    else:
        about |= Q(pk__in=lists_with(member))
    records = AuditRecord.objects.filter(about).select_related("by__member", "by__staff")
    page = Paginator(records.order_by("-seq"), RECORDS_ON_A_PAGE).get_page(request.GET.get("page"))
    lines = [line(record, request.user) for record in page]
    return render(request, "my_records.html", {"page": page, "lines": lines, "only": only})


def lists_with(member: Member) -> list[int]:
    """Records of files with names that `member` was on: those of a time in which they have a visit. Two queries."""
    lists = list(AuditRecord.objects.filter(verb__in=LISTS).values_list("pk", "after"))
    if not lists:
        return []
    days = sorted(set(Visit.objects.filter(member=member).order_by().values_list("day", flat=True)))
    found = []
    for pk, after in lists:
        span = _span(after)
        first = bisect.bisect_left(days, span.first) if span else len(days)
        if span and first < len(days) and days[first] <= span.last:
            found.append(pk)
    return found


def _span(after: dict) -> Span | None:
    try:
        return Span.parse(after.get("span", ""))
    except ValueError:  # erased, or written by an earlier program
        return None


def line(record: AuditRecord, reader: User) -> Line:
    if record.by is None:
        who = _("The house")
    else:
        who = _("You") if record.by == reader else getattr(record.by.person, "full_name", record.by.username)
    said = BY_ITSELF
    if record.by is not None:
        said = I_DID if record.by == reader else AT_YOUR_WORD
    return Line(record.at, who, did_words(record.verb, said), _changes(record), record.why)


def did_words(verb: str, otherwise: dict | None = None) -> str:
    """What somebody did, as said to the member it is about; `otherwise` goes before."""
    return str((otherwise or {}).get(verb) or DID.get(verb) or _("changed something about you"))


def _changes(record: AuditRecord) -> list[tuple[str, str, str]]:
    if record.verb in LISTS:
        return [(_("List"), "", _list_words(record.after))]
    if record.subject.startswith(f"{Visit._meta.label_lower} "):
        return [(it.what, it.before, it.after) for it in visit_changes(record)]
    changed = _wish if record.verb == "set_message_wish" else _change
    changes = [] if not record.before else [changed(name, record) for name in record.after or record.before]
    return [it for it in changes if it and it[1] != it[2]]


def _list_words(after: dict) -> str:
    what, span = after.get("what", ""), _span(after)
    named = str(ReportFile.What(what).label) if what in ReportFile.What.values else what
    return f"{named}, {span.words}" if span else named


def _wish(name: str, record: AuditRecord) -> tuple[str, str, str]:
    kind, _space, channel = name.partition(" ")
    words = {"kind": KINDS[kind].label if kind in KINDS else kind, "channel": Channel(channel).label}
    what = _("%(kind)s, by %(channel)s") % words
    return what, _said(record.before.get(name)), _said(record.after.get(name))


def _change(name: str, record: AuditRecord) -> tuple[str, str, str] | None:
    is_contact = record.verb == "edit_emergency_contacts"
    for model in (EmergencyContact,) if is_contact else (Member, User):
        try:
            column = model._meta.get_field(name)
        except FieldDoesNotExist:
            continue
        before, after = (_said(_in_words(column, values.get(name))) for values in (record.before, record.after))
        return str(column.verbose_name), before, after
    return None


def _in_words(column, value):
    """A choice by its label, a day and a time of day as people say them; anything else as it stands."""
    if isinstance(value, str) and column.get_internal_type() == "DateField" and (day := parse_date(value)):
        return day_words(day)
    if isinstance(value, str) and column.get_internal_type() == "TimeField" and (time := parse_time(value)):
        return time_words(time)
    return dict(getattr(column, "flatchoices", ())).get(value, value)


def _said(value) -> str:
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return str(value) if value not in (None, "") else _("nothing")
