"""When what stands behind the figures last changed."""

import datetime as dt

from django.db.models import BigIntegerField, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Substr

from activities.models import Event, UnitTask
from attendance.models import HouseDecision, Mark, Visit
from attendance.reports.windows import Windows
from members.models import AuditRecord

# Changes that stand behind the figures: of visits after they were noted, of tasks and events, and of what every month
# rests on.
VERBS_OF_A_VISIT = (
    "attendance.correct_visit", "attendance.change_visit", "attendance.confirm_visit", "attendance.fill_unit",
)  # fmt: skip
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
    beside = Visit.objects.filter(day__range=(windows.first, windows.last))
    tasks = UnitTask.objects.filter(day__range=days)
    # The rest of a task may stand on a later day.
    tasks_and_rests = UnitTask.objects.filter(Q(day__range=days) | Q(carried_from__day__range=days))
    decisions = HouseDecision.objects.filter(decided_on__range=days)
    moments = [
        *visits.aggregate(a=Max("noted_at"), b=Max("left_at")).values(),
        *Mark.objects.filter(visit__day__range=days).aggregate(a=Max("noted_at")).values(),
        *tasks.aggregate(a=Max("done_at"), b=Max("called_off_at"), c=Max("sign_ups__at")).values(),
        *decisions.aggregate(a=Max("recorded_at"), b=Max("taken_back_at")).values(),
        *(
            found.aggregate(at=Max("at"))["at"]
            for found in (
                _written(VERBS_OF_A_VISIT, beside),
                _written(VERBS_OF_A_TASK, tasks_and_rests),
                _written(VERBS_OF_AN_EVENT, Event.objects.filter(day__range=days)),
                _numbers_of_days(*days),
                _taken_back(*days),
                _left_after_all(tasks),
                AuditRecord.objects.filter(verb__in=VERBS_BEHIND_FIGURES),
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
    return AuditRecord.objects.filter(verb__in=verbs).alias(number=number).filter(_is_one_of(about))


def _numbers_of_days(first: dt.date, until: dt.date) -> QuerySet:
    """Of "guests 2026-10-05 tour" and "counts 2026-10-05 staff"."""
    counted = AuditRecord.objects.filter(verb__in=("attendance.count_guests", "attendance.count_day"))
    return counted.alias(day=Substr("subject", 8, 10)).filter(day__gte=str(first), day__lte=str(until))


def _taken_back(first: dt.date, until: dt.date) -> QuerySet:
    """Arrivals that were taken back: the visit is gone, the record says when it began."""
    undone = AuditRecord.objects.filter(verb="attendance.undo_mark")
    began = Substr(KeyTextTransform("arrived_at", "before"), 1, 10)
    return undone.alias(day=began).filter(day__gte=str(first), day__lte=str(until))


def _left_after_all(tasks: QuerySet) -> QuerySet:
    """The rest of a task that left the board again is gone; the record says of which task it was."""
    left = AuditRecord.objects.filter(verb="leave_after_all")
    number = Cast(KeyTextTransform("carried_from", "before"), BigIntegerField())
    return left.alias(number=number).filter(_is_one_of(tasks))


def _is_one_of(about: QuerySet) -> Exists:
    return Exists(about.filter(pk=OuterRef("number")))
