"""Word that a month is ready, for members and staff who asked for it: a link, and never a figure."""

import datetime as dt

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy

from activities import workdays
from attendance.notices.asked import LEAVES_AT, unwritten
from clubhouse.converters import Month
from members import notices
from members.models import House, Member, Message, MessageWish, Staff
from members.notices import ForWhom, Kind
from members.permissions import allows

MONTHLY_REPORT = "monthly_report"
LOOKED_BACK = 3  # months; a house that was closed longer looks at its reports by itself


def occurrence(month: Month) -> str:
    """The name of the month whose report is ready: "month 2026-10"."""
    return f"month {month}"


def month_of(message: Message) -> Month:
    return Month.parse(message.occurrence.removeprefix("month "))


def prepare(house: House, now: dt.datetime) -> int:
    """On the first open day after a month: word that it is ready. A machine that was off does it later in that month.

    Nobody gets one for a month that was over before they asked. Mostly one query: is anybody still without theirs?
    """
    today = house.day_of(now)
    latest = Month.of(today).previous
    if not still_without(latest, house, today).exists():
        return 0
    # The latest month comes last: whoever is stopped half way begins again with all of them.
    return sum(prepare_month(month, due_on, house, today) for month, due_on in reversed(ready_months(today)))


def ready_months(today: dt.date) -> list[tuple[Month, dt.date]]:
    """(month, the first open day after it), the latest first, of those whose first open day was in this month.

    Mostly that is the month before; when that one had no open day at all, also the one before it.
    """
    this = Month.of(today)
    months = [this.previous]
    while len(months) < LOOKED_BACK:
        months.append(months[-1].previous)
    open_days = workdays.open_wod_days(months[-1].next.first, today)
    first_open = [(month, next((day for day in open_days if day > month.last), None)) for month in months]
    return [(month, day) for month, day in first_open if day and Month.of(day) == this]


def still_without(month: Month, house: House, today: dt.date) -> QuerySet[MessageWish]:
    """Wishes made before `month` was over, of people for whom there is no message about it."""
    over_at = house.at(month.next.first, dt.time.min)
    return unwritten(MONTHLY_REPORT, occurrence(month), today, asked_before=over_at)


def prepare_month(month: Month, due_on: dt.date, house: House, today: dt.date) -> int:
    due_at, expires_at = house.at(due_on, LEAVES_AT), house.at(Month.of(due_on).next.first, dt.time.min)
    return notices.queue_for(
        still_without(month, house, today),
        kind=MONTHLY_REPORT,
        occurrence=occurrence(month),
        due_at=due_at,
        expires_at=expires_at,
    )


def may_read_it(person: Member | Staff) -> bool:
    """Whoever cannot sign in any more, or may not see reports, has no use for the link."""
    return person.user is not None and allows(person.user, "attendance.see_reports")


def facts(messages: list[Message], house: House, now: dt.datetime) -> dict[int, dict]:
    return {message.pk: about(month_of(message)) for message in messages}


def about(month: Month) -> dict:
    return {"month": month.first, "link": f"{settings.ADDRESS}{reverse('attendance:reports')}{month}/"}


def sample(house: House, now: dt.datetime) -> dict:
    return about(Month.of(house.day_of(now)).previous)


notices.register(
    Kind(
        name=MONTHLY_REPORT,
        label=gettext_lazy("The month"),
        hint=gettext_lazy("When its report is ready."),
        facts=facts,
        sample=sample,
        allowed=may_read_it,
        prepare=prepare,
        at_most_once=True,
        for_whom=ForWhom.EVERYBODY,
    )
)
