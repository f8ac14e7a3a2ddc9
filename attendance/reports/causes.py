"""Why a closed month says something else now: what was written down since, as far as its figures rest on it."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db.models import CharField, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import Event, OpenDay, UnitTask
from attendance.history import DID, REPAIRS, TAPS, Change, changes, names_in
from attendance.models import RemovedVisit, Visit
from clubhouse.spans import Span
from members.models import AuditRecord, Role, User

MOST_SHOWN, MOST_LOOKED_AT = 40, 1000

OF_THE_DAY = {
    "attendance.count_guests": gettext_lazy("Guests counted"),
    "attendance.count_day": gettext_lazy("Staff or enquiries counted"),
}
OF_WORK = {
    "post_task": gettext_lazy("Task added"),
    "edit_task": gettext_lazy("Task changed"),
    "call_off_task": gettext_lazy("Task called off"),
    "put_back_task": gettext_lazy("Task put back"),
    "carry_over": gettext_lazy("Task carried over"),
    "attendance.mark_done": gettext_lazy("Task marked done"),
    "attendance.mark_not_done": gettext_lazy("Task marked not done"),
    "attendance.add_helper": gettext_lazy("Name added to a task"),
    "attendance.remove_helper": gettext_lazy("Name taken off a task"),
    "post_event": gettext_lazy("Event added"),
    "edit_event": gettext_lazy("Event changed"),
    "call_off_event": gettext_lazy("Event called off"),
    "put_back_event": gettext_lazy("Event put back"),
}
OF_THE_CALENDAR = {
    "edit_open_day": gettext_lazy("Opening of the day changed"),
    "remove_open_day": gettext_lazy("Opening of the day taken back"),
}
OF_THE_HOUSE = {
    "edit_opening_week": gettext_lazy("Opening week changed"),
    "edit_house": gettext_lazy("Settings of the house changed"),
    "add_unit": gettext_lazy("Unit added"),
    "edit_unit": gettext_lazy("Unit changed"),
    "attendance.record_decision": gettext_lazy("Decision of the house meeting written down"),
    "attendance.take_back_decision": gettext_lazy("Decision of the house meeting taken back"),
    "import_house": gettext_lazy("Spreadsheets brought in"),
    "attendance.merge_members": gettext_lazy("Two entries joined, because they are one person"),
    "attendance.undo_merge": gettext_lazy("Two entries are two people again"),
    "add_member": gettext_lazy("Somebody was put on the roll"),
    "attendance.add_walk_in": gettext_lazy("Somebody was put on the roll"),
    "edit_member": gettext_lazy("Enrolment changed"),
}
SAYS = {**DID, **OF_THE_DAY, **OF_THE_CALENDAR, **OF_WORK, **OF_THE_HOUSE}
# What figures rest on, of all that can be changed about the house and about a member.
RESTS_ON = {
    "edit_house": {"time_zone", "returned_after_days", "rounding", "rounding_per_visit", "fiscal_year_starts_in"},
    "add_unit": {"morning_meeting_at", "afternoon_meeting_at"},
    "edit_unit": {"name", "morning_meeting_at", "afternoon_meeting_at"},
    "edit_member": {"enrolled_on", "withdrawn_on", "deceased_on"},
}
BEGINS = ("starts_on", "enrolled_on")


@dataclass(frozen=True)
class Cause:
    """One change. `day` is None where it is about the house; name, reason and details only for who may see names."""

    at: dt.datetime
    did: str
    who: str  # empty when the house itself did it
    day: dt.date | None = None
    name: str = ""
    why: str = ""
    changes: list[Change] = field(default_factory=list)


def causes(since: AuditRecord, first: dt.date, until: dt.date, *, names: bool) -> tuple[list[Cause], bool]:
    """What was written after `since` that the figures from `first` to `until` rest on, the latest first.

    The second answer says whether there is more than is shown. Constant number of queries.
    """
    later = AuditRecord.objects.filter(seq__gt=since.seq, at__gte=since.at).select_related(
        "by__member", "by__staff", "about"
    )
    asked = [list(records[:MOST_LOOKED_AT]) for records in _asked(later, first, until)]
    found = {record.seq: record for records in asked for record in records}
    more = any(len(records) == MOST_LOOKED_AT for records in asked)
    days = _days(found.values())
    told, seen = [], set()
    for record in sorted(found.values(), key=lambda record: -record.seq):
        day = days.get(record.subject)
        # A visit that went to somebody else has a record for each of the two.
        same = (record.subject, record.verb, str(record.before), str(record.after))
        if _counts(record, day, first, until) and not ("member_no" in record.after and same in seen):
            seen.add(same)
            told.append((record, day))
    shown = told[:MOST_SHOWN]
    numbers = names_in(record for record, _day in shown) if names else {}
    return [_cause(record, day, numbers if names else None) for record, day in shown], more or len(told) > MOST_SHOWN


def who(user: User | None, *, names: bool) -> str:
    """Who did something, for people who may not read members' names: staff by name, a member as a colleague."""
    if user is None:
        return ""
    return user.get_short_name() if names or user.role != Role.MEMBER else _("a colleague")


def _asked(later: QuerySet, first: dt.date, until: dt.date) -> list[QuerySet]:
    """Of the span everything; of other days what people put right, because averages over years rest on it."""
    subjects = [_subjects(Visit, first, until), _subjects(RemovedVisit, first, until, "visit_pk", Visit)]
    of_span = Q(subject__in=subjects[0]) | Q(subject__in=subjects[1])
    work = Q(subject__in=_subjects(UnitTask, first, until)) | Q(subject__in=_subjects(Event, first, until))
    numbers = Q()
    for month in Span(first, until).months:
        numbers |= Q(subject__startswith=f"guests {month}-") | Q(subject__startswith=f"counts {month}-")
    latest = later.order_by("-seq")
    return [
        latest.filter(of_span, verb__in=(*REPAIRS, *TAPS)),
        latest.filter(work, verb__in=OF_WORK),
        latest.filter(numbers, verb__in=OF_THE_DAY),
        latest.filter(verb__in=(*REPAIRS, *OF_THE_CALENDAR, *OF_THE_HOUSE)),
    ]


def _subjects(model, first: dt.date, until: dt.date, pk: str = "pk", named=None) -> QuerySet:
    """How audit records name the rows of `model` from `first` to `until`."""
    label = Value(f"{(named or model)._meta.label_lower} ")
    rows = model.objects.filter(day__range=(first, until)).order_by()
    return rows.annotate(subject=Concat(label, Cast(pk, CharField()))).values("subject")


def _days(records: Iterable[AuditRecord]) -> dict[str, dt.date]:
    """The day that each record's subject is about, by subject. One query for each kind of row."""
    subjects = {record.subject for record in records}
    days: dict[str, dt.date] = {}
    for subject in subjects:  # "guests 2026-10-05 tour ..."
        day = _day(subject.split(" ")[1]) if subject.count(" ") > 1 else None
        if day:
            days[subject] = day
    for record in records:
        written = _day((record.after or {}).get("day") or (record.before or {}).get("day"))
        if written and record.verb in OF_THE_CALENDAR:
            days[record.subject] = written
    for model, pk, named in (
        (Visit, "pk", Visit),
        (RemovedVisit, "visit_pk", Visit),
        (OpenDay, "pk", OpenDay),
        (UnitTask, "pk", UnitTask),
        (Event, "pk", Event),
    ):
        label = f"{named._meta.label_lower} "
        pks = [int(subject.removeprefix(label)) for subject in subjects if subject.startswith(label)]
        rows = model.objects.filter(**{f"{pk}__in": pks}).order_by().values_list(pk, "day")
        days |= {f"{label}{number}": day for number, day in rows}
    return days


def _counts(record: AuditRecord, day: dt.date | None, first: dt.date, until: dt.date) -> bool:
    """Whether figures from `first` to `until` can rest on it. A decision is counted on its own day alone."""
    if day is not None:
        return day <= until
    decided_on = _day((record.after or record.before or {}).get("decided_on"))
    if decided_on is not None:
        return first <= decided_on <= until
    begins = next((_day(record.after[name]) for name in BEGINS if name in record.after), None)
    rests_on = RESTS_ON.get(record.verb)
    if rests_on is not None:
        return bool(rests_on & record.after.keys())
    return begins is None or begins <= until


def _day(written) -> dt.date | None:
    try:
        return dt.date.fromisoformat(str(written)[:10])
    except ValueError:
        return None


def _cause(record: AuditRecord, day: dt.date | None, numbers: dict[str, str] | None) -> Cause:
    told = Cause(record.at, str(SAYS[record.verb]), who(record.by, names=numbers is not None), day)
    if numbers is None:
        return told
    return Cause(
        told.at,
        told.did,
        told.who,
        day,
        record.about.full_name if record.about else "",
        record.why,
        changes(record, numbers) if record.verb in DID else [],
    )
