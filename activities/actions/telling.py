"""What changes here puts into the outbox, in the commit of its cause, and takes out of it again."""

import datetime as dt
from collections import defaultdict
from functools import partial
from typing import Any

from django.db.models import Min

from activities.models import UnitTask
from activities.models.places import OFF
from members import notices
from members.models import House, Member, Message, MessageWish, User
from members.models.messages import Reason
from members.notices.hours import is_open

TASK_REMINDER = "task_reminder"
PLACE_FREE = "place_free"
CHANGED = "changed"
WEEK_AHEAD = "week_ahead"

TAKEN_BACK_WITHIN = dt.timedelta(minutes=5)  # so long a change can be undone before anybody hears of it
ASKED_AGAIN_AFTER = dt.timedelta(seconds=30)
AT_ONCE_WITHIN = dt.timedelta(hours=1)
RULE_TELLS_AHEAD = dt.timedelta(days=14)  # who changes a rule changes weeks of days: later ones are seen on the board


def occurrence(offer: Any) -> str:
    """What a message says it is about: "task 7", "event 3"."""
    return f"{'task' if isinstance(offer, UnitTask) else 'event'} {offer.pk}"


# -- Reminders and places ----------------------------------------------------------------------------------------------


def reminder_due_at(offer: Any, member: Member, *, house: House, now: dt.datetime) -> dt.datetime | None:
    """As `Offer.reminder_due_at`, for what this member likes and the hours in which they may be written to."""
    return offer.reminder_due_at(
        house,
        now,
        that_morning=member.reminder_time == Member.ReminderTime.MORNING,
        may_leave=partial(is_open, member, house),
    )


def queue_reminder(offer: Any, member: Member, *, house: House, now: dt.datetime) -> None:
    """A row in the outbox for each way in which the member wishes it; whether they still do is asked at sending."""
    due_at = reminder_due_at(offer, member, house=house, now=now)
    if due_at is None:
        drop_reminder(offer, member, now=now, reason="too late for a reminder")
        return
    notices.queue(
        person=member,
        kind=TASK_REMINDER,
        occurrence=occurrence(offer),
        due_at=due_at,
        expires_at=offer.begins_at(house),
    )


def drop_reminder(offer: Any, member: Member, *, now: dt.datetime, reason: str) -> None:
    notices.drop(person=member, kind=TASK_REMINDER, occurrence=occurrence(offer), now=now, reason=reason)


def drop_reminders(offer: Any, *, now: dt.datetime) -> None:
    """Nobody is reminded of what was called off."""
    rows = Message.objects.filter(kind=TASK_REMINDER, member__in=offer.sign_ups.values("member"))
    rows.filter(occurrence=occurrence(offer), state__in=Message.NOT_GONE).update(
        state=Message.State.DROPPED, reason=Reason.UNTRUE, settled_at=now
    )


def tell_of_place(offer: Any, member: Member, *, house: House, now: dt.datetime) -> None:
    """For who moved up, as they wish it."""
    begins_at = offer.begins_at(house)
    if now < begins_at:
        notices.queue(
            person=member, kind=PLACE_FREE, occurrence=occurrence(offer), due_at=now, expires_at=begins_at
        )  # fmt: skip


def forget_messages(offer: Any, member: Member) -> None:
    """The place was given back before they left: no row stays that somebody could count."""
    for kind in (TASK_REMINDER, PLACE_FREE):
        notices.forget(person=member, kind=kind, occurrence=occurrence(offer))
    not_sent = Message.objects.filter(member=member, state__in=[*Message.NOT_GONE, Message.State.DROPPED])
    not_sent.filter(kind=CHANGED, occurrence__startswith=f"{occurrence(offer)} ").delete()
    not_sent.filter(kind=WEEK_AHEAD).delete()  # made anew for what is left of the week


# -- Changes -----------------------------------------------------------------------------------------------------------


def changed(offer: Any, was: str, *, by: User | None, now: dt.datetime, by_rule: bool = False) -> None:
    """The locked `offer` was as `was` says (`Offer.counted_on`) and may be another: reminders follow, people hear.

    `by_rule`: one of many days that a rule changed.
    """
    if offer.counted_on == was:
        return
    house = House.objects.current()
    if offer.counted_on == OFF:
        drop_reminders(offer, now=now)
    else:
        for sign_up in offer.sign_ups.select_related("member"):
            queue_reminder(offer, sign_up.member, house=house, now=now)
    is_far = by_rule and offer.day > house.day_of(now) + RULE_TELLS_AHEAD
    if now < offer.begins_at(house) and not is_far:
        tell_of_change(offer, was, by=by, house=house, now=now)


def tell_of_change(offer: Any, was: str, *, by: User | None, house: House, now: dt.datetime) -> None:
    """A row for who is on it or waits, and wishes to know; not for who changed it.

    The row names what they counted on, and what is true is asked when it leaves: several changes before then are told
    as one, and none when it is as it was (docs/decisions/0040).
    """
    people = {*offer.sign_ups.values_list("member", flat=True), *offer.waiting.values_list("member", flat=True)}
    if by is not None and isinstance(by.person, Member):
        people.discard(by.person.pk)
    if not people:
        return
    begins_at = offer.begins_at(house)
    number, hear_of_it = _already_told(offer, people, begins_at=begins_at, now=now)
    wishes = [
        wish
        for wish in notices.wishing(CHANGED, house.day_of(now)).filter(member__in=people)
        if (wish.member_id, wish.channel) not in hear_of_it
    ]
    for due_at, theirs in _due(offer, wishes, house=house, now=now).items():
        notices.queue_for(
            theirs,
            kind=CHANGED,
            occurrence=f"{occurrence(offer)} {number} {was}",
            due_at=due_at,
            expires_at=begins_at,
        )


def _already_told(
    offer: Any, people: set[int], *, begins_at: dt.datetime, now: dt.datetime
) -> tuple[int, set[tuple[int | None, str]]]:
    """(the number of this change, who has a row that waits): that one will say what is true now, or goes."""
    rows = Message.objects.filter(kind=CHANGED, member__in=people, occurrence__startswith=f"{occurrence(offer)} ")
    number, hear_of_it = 1, set()
    waiting: list[int] = []
    as_it_was: list[int] = []
    for row in rows.select_for_update(no_key=True).order_by("pk"):
        _kind, _pk, count, was = row.occurrence.split(maxsplit=3)
        number = max(number, int(count) + 1)
        if row.state == Message.State.WAITING:
            (as_it_was if was == offer.counted_on else waiting).append(row.pk)
            hear_of_it.add((row.member_id, row.channel))
    if as_it_was:
        rows.filter(pk__in=as_it_was).delete()
    if waiting:
        still = rows.filter(pk__in=waiting)
        still.filter(due_at__gte=begins_at).update(due_at=now)
        # A sweep that has just read what was true must not take it now: it comes back and reads again.
        still.update(expires_at=begins_at, claimed_until=now + ASKED_AGAIN_AFTER)
    return number, hear_of_it


def _due(offer: Any, wishes: list[MessageWish], *, house: House, now: dt.datetime) -> dict:
    """The wishes by when their rows leave: soon, but not while somebody may still think better of it.

    What is for another day goes with the letter that leaves today anyway: one a day is all there is.
    """
    soon = now if offer.begins_at(house) - now <= AT_ONCE_WITHIN else now + TAKEN_BACK_WITHIN
    with_others: dict[tuple[int | None, str], dt.datetime] = {}
    today = house.day_of(now)
    if wishes and offer.day > today:
        midnight = house.at(today + dt.timedelta(days=1), dt.time.min)
        others = Message.objects.filter(
            member__in=[wish.member_id for wish in wishes],
            state=Message.State.WAITING,
            due_at__gt=now,
            due_at__lt=midnight,
        )
        firsts = others.values_list("member", "channel").annotate(first=Min("due_at"))
        with_others = {(member, channel): first for member, channel, first in firsts}
    due = defaultdict(list)
    for wish in wishes:
        due[with_others.get((wish.member_id, wish.channel), soon)].append(wish)
    return due
