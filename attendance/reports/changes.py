"""When what stands behind the figures last changed."""

import datetime as dt

from django.db.models import BigIntegerField, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Cast, Substr

from activities.models import Event, UnitTask
from attendance.models import HouseDecision, Mark, Visit
from attendance.reports.windows import Windows
from members.models import AuditRecord

# Changes that stand behind the figures: of visits after they were noted, of tasks and events, and of what every month
# rests on.
VERBS_OF_A_VISIT = ("attendance.correct_visit", "attendance.change_visit", "attendance.confirm_visit")
VERBS_OF_A_TASK = (
    "post_task", "edit_task", "call_off_task", "put_back_task", "carry_over", "attendance.mark_done",
    "attendance.mark_not_done", "attendance.add_helper", "attendance.remove_helper",
)  # fmt: skip
VERBS_OF_AN_EVENT = ("post_event", "edit_event", "call_off_event", "put_back_event")
VERBS_BEHIND_FIGURES = (
    "import_house", "sample_house", "attendance.remove_visit", "attendance.restore_visit", "add_member", "edit_member",
    "attendance.add_walk_in", "edit_house", "edit_open_day", "remove_open_day", "edit_opening_week",
    "remove_opening_week", "add_unit", "edit_unit", "attendance.merge_members", "attendance.undo_merge",
)  # fmt: skip


def data_as_of(windows: Windows) -> dt.datetime | None:
    days = (windows.span.first, windows.until)
    visits = Visit.objects.filter(day__range=days)
    tasks = UnitTask.objects.filter(day__range=days)
    decisions = HouseDecision.objects.filter(decided_on__range=days)
    moments = [
        *visits.aggregate(a=Max("noted_at"), b=Max("left_at")).values(),
        *Mark.objects.filter(visit__day__range=days).aggregate(a=Max("noted_at")).values(),
        *tasks.aggregate(a=Max("done_at"), b=Max("called_off_at"), c=Max("sign_ups__at")).values(),
        *decisions.aggregate(a=Max("recorded_at"), b=Max("taken_back_at")).values(),
        *(
            found.aggregate(at=Max("at"))["at"]
            for found in (
                _written(VERBS_OF_A_VISIT, Visit.objects.filter(day__range=(windows.first, windows.last))),
                _written(VERBS_OF_A_TASK, tasks),
                _written(VERBS_OF_AN_EVENT, Event.objects.filter(day__range=days)),
                AuditRecord.objects.filter(Q(verb__in=VERBS_BEHIND_FIGURES) | _of_the_days(windows)),
            )
        ),
    ]
    return max(filter(None, moments), default=None)


def visits_as_of(first: dt.date, until: dt.date) -> dt.datetime | None:
    """When the visits of these days, or what every visit rests on, last changed: for the roster."""
    visits = Visit.objects.filter(day__range=(first, until))
    moments = [
        *visits.aggregate(a=Max("noted_at"), b=Max("left_at")).values(),
        _written(VERBS_OF_A_VISIT, visits).aggregate(at=Max("at"))["at"],
        AuditRecord.objects.filter(verb__in=VERBS_BEHIND_FIGURES).aggregate(at=Max("at"))["at"],
    ]
    return max(filter(None, moments), default=None)


def _written(verbs: tuple[str, ...], about: QuerySet) -> QuerySet:
    """From the few records to their subjects, by the number in "attendance.visit 17": there are many visits."""
    number = Cast(Substr("subject", len(f"{about.model._meta.label_lower} ") + 1), BigIntegerField())
    records = AuditRecord.objects.filter(verb__in=verbs).annotate(number=number)
    return records.filter(Exists(about.filter(pk=OuterRef("number"))))


def _of_the_days(windows: Windows) -> Q:
    """Numbers of a day: "guests 2026-10-05 tour"."""
    found = Q()
    for month in windows.span.months:
        found |= Q(subject__startswith=f"guests {month}-") | Q(subject__startswith=f"counts {month}-")
    return Q(verb__in=("attendance.count_guests", "attendance.count_day")) & found
