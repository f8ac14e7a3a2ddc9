"""A stretch at home or in hospital: said by the member or at their word, with an end and never with a reason."""

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from attendance.models import TimeAway
from members import audit
from members.models import Member, User
from members.refusals import Refusal

LONGEST_AHEAD = dt.timedelta(days=90)
LONGEST_AGO = dt.timedelta(days=366)


class AwayEndsFirst(Refusal):
    """The last day comes before the first."""

    field = "until_on"


class AwayIsOver(Refusal):
    """Its last day is behind us: nobody would look at it."""

    field = "until_on"


class AwayTooLong(Refusal):
    """The end is a day on which the house asks again, so it is never far."""

    field = "until_on"


class AwaySinceLongAgo(Refusal):
    """Most likely a slip in the year."""

    field = "from_on"


@transaction.atomic
def set_time_away(*, member: Member, place: str, from_on: dt.date, until_on: dt.date, by: User) -> TimeAway:
    """The stretch that runs or is to come; one that stands is changed, so that there is one at a time.

    Raises `AwayEndsFirst`, `AwayIsOver`, `AwayTooLong`, `AwaySinceLongAgo`.
    """
    today = timezone.localdate()
    if until_on < from_on:
        raise AwayEndsFirst(_("The last day comes before the first one. Change one of them."))
    if until_on < today:
        raise AwayIsOver(_("That day is over. Choose today or a later day."))
    if until_on > today + LONGEST_AHEAD:
        raise AwayTooLong(_("Choose a day in the next 90 days. You can always make it longer."))
    if from_on < today - LONGEST_AGO:
        raise AwaySinceLongAgo(_("Look at the year again."))
    member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    away = standing(member, today) or TimeAway(member=member)
    before = _facts(away)
    away.place, away.from_on, away.until_on = TimeAway.Place(place), from_on, until_on
    before, after = audit.differences(before, _facts(away))
    if after:
        away.at, away.by = timezone.now(), by
        away.save()
        audit.record(by=by, verb="attendance.set_time_away", about=member, subject=away, before=before, after=after)
    return away


@transaction.atomic
def end_time_away(*, member: Member, by: User) -> None:
    """Back again: yesterday was the last day. What began today, or has not begun, is taken out. Twice is once."""
    today = timezone.localdate()
    member = Member.objects.select_for_update(no_key=True).get(pk=member.pk)
    away = standing(member, today)
    if away is None:
        return
    before, yesterday = _facts(away), today - dt.timedelta(days=1)
    subject = f"{TimeAway._meta.label_lower} {away.pk}"
    if away.from_on > yesterday:
        away.delete()
        after = dict.fromkeys(before)
    else:
        away.until_on, away.at, away.by = yesterday, timezone.now(), by
        away.save(update_fields=["until_on", "at", "by"])
        before, after = audit.differences(before, _facts(away))
    audit.record(by=by, verb="attendance.end_time_away", about=member, subject=subject, before=before, after=after)


def standing(member: Member, today: dt.date) -> TimeAway | None:
    """The one that runs on `today` or is to come."""
    ahead = TimeAway.objects.not_over(today).filter(member=member).select_related("by__member", "by__staff")
    return ahead.order_by("from_on", "pk").first()


def _facts(away: TimeAway) -> dict:
    return {"place": away.place or None, "from_on": away.from_on, "until_on": away.until_on}
