"""Word that a month is ready, for members and staff who asked for it: a link, and never a figure."""

import datetime as dt

from django.conf import settings
from django.db.models import Exists, OuterRef, Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy

from activities import workdays
from clubhouse.converters import Month
from clubhouse.spans import Span
from members import notices
from members.models import Channel, House, Message
from members.notices import ForWhom, Kind
from members.permissions import allows

MONTHLY_REPORT = "monthly_report"
LEAVES_AT = dt.time(9, 30)  # on the first open day after the month
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


def still_without(month: Month, house: House, today: dt.date):
    """Wishes made before `month` was over, of people for whom there is no message about it."""
    made = Message.objects.filter(
        Q(member=OuterRef("member")) | Q(staff=OuterRef("staff")),
        kind=MONTHLY_REPORT,
        occurrence=occurrence(month),
        channel=OuterRef("channel"),
    )
    wishes = notices.wishing(MONTHLY_REPORT, Channel.EMAIL, today)
    return wishes.filter(since_at__lt=house.at(month.next.first, dt.time.min)).exclude(Exists(made))


def prepare_month(month: Month, due_on: dt.date, house: House, today: dt.date) -> int:
    due_at, expires_at = house.at(due_on, LEAVES_AT), house.at(Month.of(due_on).next.first, dt.time.min)
    rows = [
        Message(
            member_id=member,
            staff_id=staff,
            kind=MONTHLY_REPORT,
            occurrence=occurrence(month),
            channel=Channel.EMAIL,
            due_at=due_at,
            expires_at=expires_at,
        )
        for member, staff in still_without(month, house, today).values_list("member", "staff")
    ]
    Message.objects.bulk_create(rows, ignore_conflicts=True)  # another worker may be doing the same
    return len(rows)


def may_read_it(message: Message, now: dt.datetime) -> bool:
    """Whoever cannot sign in any more, or may not see reports, has no use for the link."""
    user = message.person.user
    return user is not None and allows(user, "attendance.see_reports")


def text(message: Message, house: House, now: dt.datetime) -> str:
    month = month_of(message)
    return render_to_string(
        "attendance/mail/monthly_report.txt",
        {"month": Span.of(month).words, "link": f"{settings.ADDRESS}{reverse('attendance:reports')}{month}/"},
    )


notices.register(
    Kind(
        name=MONTHLY_REPORT,
        label=gettext_lazy("The month"),
        hint=gettext_lazy("When its report is ready."),
        still_true=may_read_it,
        text=text,
        prepare=prepare,
        at_most_once=True,
        for_whom=ForWhom.EVERYBODY,
    )
)
