"""The weekly summary, for members who asked for it: what I joined, thanks, what is coming up."""

import datetime as dt

from django.db.models import Exists, OuterRef
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.models import SignUp, Thanks
from attendance.models import Visit
from members import notices
from members.models import Channel, House, Message
from members.notices import Kind, in_our_voice

WEEKLY_SUMMARY = "weekly_summary"
LEAVES_AT = dt.time(9, 30)  # on Monday


def occurrence(monday: dt.date) -> str:
    """The name of the week that begins on `monday`: "week 2026-W46" (ISO: the year's last week may be the 53rd)."""
    year, week, _weekday = monday.isocalendar()
    return f"week {year}-W{week:02}"


def monday_of(message: Message) -> dt.date:
    year, week = message.occurrence.removeprefix("week ").split("-W")
    return dt.date.fromisocalendar(int(year), int(week), 1)


def prepare(house: House, now: dt.datetime) -> int:
    """Put last week's summaries into the outbox. A machine that was off on Monday does it later in the week, once.

    Nobody gets one after an empty week, nor for a week that was over before they asked.
    """
    today = house.day_of(now)
    monday = today - dt.timedelta(days=today.weekday())
    last_monday = monday - dt.timedelta(days=7)
    due_at = house.at(monday, LEAVES_AT)
    name = occurrence(last_monday)
    visits = Visit.objects.filter(member=OuterRef("member"), day__range=(last_monday, monday - dt.timedelta(days=1)))
    made = Message.objects.filter(
        member=OuterRef("member"), kind=WEEKLY_SUMMARY, occurrence=name, channel=OuterRef("channel")
    )
    wishes = notices.wishing(WEEKLY_SUMMARY, Channel.EMAIL, today).filter(since_at__lte=due_at)
    members = wishes.filter(Exists(visits)).exclude(Exists(made)).values_list("member", flat=True)
    rows = [
        Message(
            member_id=member,
            kind=WEEKLY_SUMMARY,
            occurrence=name,
            channel=Channel.EMAIL,
            due_at=due_at,
            expires_at=house.at(monday + dt.timedelta(days=7), dt.time.min),
        )
        for member in members
    ]
    Message.objects.bulk_create(rows, ignore_conflicts=True)  # another worker may be doing the same
    return len(rows)


def somebody_was_here(message: Message, now: dt.datetime) -> bool:
    """A visit of that week may have been corrected since."""
    return bool(days_here(message))


def days_here(message: Message) -> list[dt.date]:
    monday = monday_of(message)
    visits = Visit.objects.filter(member=message.member_id, day__range=(monday, monday + dt.timedelta(days=6)))
    return list(visits.order_by("day").values_list("day", flat=True).distinct())


def tasks(message: Message, first: dt.date, last: dt.date) -> list[tuple[str, str, dt.date]]:
    """(title, unit, day) of the standing tasks with a place of this member."""
    sign_ups = SignUp.objects.filter(
        member=message.member_id, task__day__range=(first, last), task__called_off_at=None
    ).order_by("task__day", "task__part", "task__starts_at", "task")
    rows = sign_ups.values_list("task__title", "task__unit__name", "task__day")
    return [(in_our_voice(title, _("a task")), in_our_voice(unit, _("with us")), day) for title, unit, day in rows]


def thanks(message: Message, days: list[dt.date]) -> list[tuple[str, str]]:
    """(title, words) of the thanks for what this member did on `days`; who wrote them stands on the board."""
    said = Thanks.objects.filter(
        task__sign_ups__member=message.member_id,
        task__day__in=days,
        task__done_at__isnull=False,
        task__called_off_at=None,
    ).exclude(by__member=message.member_id)
    rows = said.order_by("task__day", "at", "pk").values_list("task__title", "words")
    return [(in_our_voice(title, _("a task")), in_our_voice(words, _("Thank you!"))) for title, words in rows]


def text(message: Message, house: House, now: dt.datetime) -> str:
    monday, today = monday_of(message), house.day_of(now)
    last, days = monday + dt.timedelta(days=6), days_here(message)
    return render_to_string(
        "attendance/mail/weekly_summary.txt",
        {
            "first": monday,
            "last": last,
            "days": days,
            # Only of days that they joined: what somebody signed up for and did not come to is nobody's business.
            "tasks": [task for task in tasks(message, monday, last) if task[2] in days],
            "thanks": thanks(message, days),
            "ahead": tasks(message, today, monday + dt.timedelta(days=13)),
        },
    )


notices.register(
    Kind(
        name=WEEKLY_SUMMARY,
        label=gettext_lazy("My week"),
        hint=gettext_lazy("On Monday: what I joined, and what comes up."),
        still_true=somebody_was_here,
        text=text,
        prepare=prepare,
        at_most_once=True,
    )
)
