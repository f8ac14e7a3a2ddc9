"""Closing a month: its report is kept as it was told, and corrections stay possible."""

from collections.abc import Callable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.models import MonthClosing, Visit
from clubhouse.clock import day_words
from clubhouse.converters import Month
from members import audit
from members.models import House, User
from members.refusals import Refusal


class MonthNotOver(Refusal):
    """Some of its days are not over."""


class BeforeTheBook(Refusal):
    """The month was over before anybody was written down."""


class NotClosed(Refusal):
    """There is nothing to open again."""


class ReasonNeeded(Refusal):
    field = "why"


@transaction.atomic
def close_month(*, month: Month, counted: Callable[[Month], bytes], by: User | None) -> MonthClosing:
    """Keep what `counted` says of `month`, byte for byte: its report's JSON file. Closed twice, it is closed once.

    While it is counted nobody's change is written down, so every record after this closing's own came after it.
    Raises `MonthNotOver`, `BeforeTheBook`.
    """
    audit.hold()
    now = timezone.now()
    if month.last >= timezone.localdate(now, House.objects.current().zone):
        raise MonthNotOver(
            _("This month is not over yet. It can be closed from %(day)s on.") % {"day": day_words(month.next.first)}
        )
    standing = MonthClosing.objects.standing().filter(first_on=month.first).first()
    if standing is not None:
        return standing
    if not Visit.objects.filter(day__lte=month.last).exists():
        raise BeforeTheBook(_("The book begins after this month, so there is nothing to close."))
    closing = MonthClosing.objects.create(
        first_on=month.first, report=counted(month).decode(), closed_at=now, closed_by=by
    )
    audit.record(by=by, verb="attendance.close_month", subject=closing, after={"month": str(month)})
    return closing


@transaction.atomic
def reopen_month(*, month: Month, why: str, by: User | None) -> MonthClosing:
    """The month stands open again; what was closed is kept beside it. Opened twice, it is opened once.

    Raises `ReasonNeeded`, `NotClosed`.
    """
    why = why.strip()
    if not why:
        raise ReasonNeeded(_("Say in a few words why the month is opened again."))
    closings = MonthClosing.objects.filter(first_on=month.first)
    closing = closings.standing().select_for_update(no_key=True).first()
    if closing is None:
        opened = closings.order_by("reopened_at").last()
        if opened is None:
            raise NotClosed(_("This month is not closed, so it need not be opened."))
        return opened
    closing.reopened_at, closing.reopened_by, closing.why = timezone.now(), by, why
    closing.save(update_fields=["reopened_at", "reopened_by", "why"])
    audit.record(by=by, verb="attendance.reopen_month", subject=closing, before={"month": str(month)}, why=why)
    return closing
