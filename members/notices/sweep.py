"""The sweep: sends what is due now. Run by the beat, twice at once or after a day off with the same result.

A row is claimed by a conditional UPDATE, and everything is asked at that moment: the wish, the address, quiet hours,
the caps, and whether it is still true. Nothing is locked while the mail server is spoken to.
"""

import datetime as dt
import logging
import smtplib
from collections import Counter

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, Min, Q, QuerySet
from django.utils import timezone

from members.models import House, Member, Message, MessageWish, Staff
from members.models.messages import Reason, whose
from members.notices import letter
from members.notices.kinds import KINDS

logger = logging.getLogger(__name__)

State = Message.State
LEASE = dt.timedelta(minutes=10)  # longer than any mail server is waited for
TOGETHER = dt.timedelta(hours=2)  # what is due this soon goes into the same letter
A_WEEK = 3  # letters in seven days, and one a day
Person = tuple[type[Member] | type[Staff], int]  # before their row is locked and read
LONGEST_PAUSE = dt.timedelta(hours=1)
# After these the mail server surely did not take the letter; after anything else nobody knows.
SURELY_NOT_SENT = (smtplib.SMTPResponseException, smtplib.SMTPRecipientsRefused, smtplib.SMTPNotSupportedError)


class MailServerAway(Exception):
    """No connection: the rest of the sweep would wait in vain."""


def send_due(now: dt.datetime | None = None) -> Counter:
    """Send what is due; counts by outcome. `now` stops the clock, for tests."""
    house = House.objects.current()
    counts: Counter = Counter()
    at = now or timezone.now()
    for kind in KINDS.values():
        if kind.prepare:
            counts["prepared"] += kind.prepare(house, at)
    settle_interrupted(at)
    counts["dropped"] += drop_expired(at)
    for person, channel in whose_turn(at):
        at = now or timezone.now()
        if house.is_quiet(at):
            postpone(at, quiet_ends_at(house, at))
            break
        claimed = claim(person, channel, house, at, counts)
        if claimed:
            try:
                send(claimed, house, at, counts)
            except MailServerAway:
                break
    return +counts


def waiting(now: dt.datetime) -> QuerySet[Message]:
    """Waiting, and not pausing after a failure. (`due_at` stays, so that /healthz tells how long it has been.)"""
    return Message.objects.filter(state=State.WAITING).filter(Q(claimed_until=None) | Q(claimed_until__lte=now))


def whose_turn(now: dt.datetime) -> list[tuple[Person, str]]:
    turns = waiting(now).filter(due_at__lte=now).values_list("member", "staff", "channel").annotate(first=Min("due_at"))
    return [
        ((Member, member) if member else (Staff, staff), channel)
        for member, staff, channel, _first in turns.order_by("first", "member", "staff")
    ]


# -- Before ------------------------------------------------------------------------------------------------------------


def settle_interrupted(now: dt.datetime) -> None:
    """Letters whose sender stopped half way: sent again where a second one does no harm, else shown to people."""
    for message in Message.objects.filter(state=State.SENDING, claimed_until__lte=now):
        again = message.kind in KINDS and not KINDS[message.kind].at_most_once and now < message.expires_at
        if again:
            fields: dict = {"state": State.WAITING, "claimed_until": None}
        else:
            started_at = message.claimed_until - LEASE if message.claimed_until else now
            fields = {"state": State.UNKNOWN, "reason": Reason.INTERRUPTED, "settled_at": started_at}
        settled = Message.objects.filter(pk=message.pk, state=State.SENDING, attempts=message.attempts).update(**fields)
        if settled:
            logger.warning("message %s was interrupted: %s", message.pk, fields["state"])


def drop_expired(now: dt.datetime) -> int:
    late = Message.objects.filter(state=State.WAITING, due_at__lte=now, expires_at__lte=now)
    late.exclude(attempts=0).update(state=State.FAILED, settled_at=now)
    return late.filter(attempts=0).update(state=State.DROPPED, reason=Reason.EXPIRED, settled_at=now)


def quiet_ends_at(house: House, now: dt.datetime) -> dt.datetime:
    """The next moment that is not quiet. It walks: then it is right also on the nights when the clock changes."""
    minute = now.replace(second=0, microsecond=0)
    minutes = (minute + dt.timedelta(minutes=count) for count in range(1, 26 * 60))
    return next(at for at in minutes if not house.is_quiet(at))


def postpone(now: dt.datetime, until: dt.datetime) -> None:
    """Quiet hours are a hard limit: what is due waits for their end, if it is still of use then."""
    due = Message.objects.filter(state=State.WAITING, due_at__lte=now)
    due.filter(expires_at__lte=until).update(state=State.DROPPED, reason=Reason.EXPIRED, settled_at=now)
    due.update(due_at=until)


# -- The moment of sending ---------------------------------------------------------------------------------------------


@transaction.atomic
def claim(who: Person, channel: str, house: House, now: dt.datetime, counts: Counter) -> list[Message]:
    """The messages that leave for this person in one letter, now ours alone; the others get their reason."""
    model, pk = who
    # One sweep at a time per person, or two letters could pass the caps side by side.
    person = model._default_manager.select_for_update(no_key=True).get(pk=pk)
    theirs = Message.objects.filter(**whose(person), channel=channel)
    rows = list(
        waiting(now).filter(**whose(person), channel=channel, due_at__lte=now + TOGETHER).order_by("due_at", "pk")
    )
    if not any(row.due_at <= now for row in rows) or theirs.filter(state=State.SENDING).exists():
        return []
    wishes = set(MessageWish.objects.filter(**whose(person), channel=channel).values_list("kind", flat=True))
    for row in rows:
        row.member, row.staff = whose(person).get("member"), whose(person).get("staff")
    refused = {row.pk: why_not(row, wishes, house, now) for row in rows}
    for row in rows:
        if refused[row.pk] and row.due_at <= now:
            settle(row, State.DROPPED, refused[row.pk], now)
            counts["dropped"] += 1
    ready = [row for row in rows if not refused[row.pk]]
    if not any(row.due_at <= now for row in ready):
        return []
    cap = reached_cap(theirs, house, now)
    if cap:
        for row in ready:
            if row.due_at <= now:
                settle(row, State.HELD, cap, now)
                counts["held"] += 1
        return []
    return [row for row in ready if take(row, now)]


def why_not(message: Message, wishes: set[str], house: House, now: dt.datetime) -> str:
    """The reason to drop `message`, or an empty text."""
    person, kind = message.person, KINDS.get(message.kind)
    if kind is None or not kind.is_for(person) or message.kind not in wishes:
        return Reason.UNWISHED
    if not settings.MAIL_READY:
        return Reason.NO_MAIL
    if not person.email_to_use:
        return Reason.NO_ADDRESS
    gone = why_gone(person, house.day_of(now))
    if gone:
        return gone
    if message.expires_at <= now:
        return Reason.EXPIRED
    return "" if kind.still_true(message, now) else Reason.UNTRUE


def why_gone(person: Member | Staff, today: dt.date) -> str:
    """These days are the first ones without them."""
    if isinstance(person, Staff):
        return Reason.WORKS_NO_MORE if person.ended_on and person.ended_on <= today else ""
    off = any(day and day <= today for day in (person.deceased_on, person.withdrawn_on))
    return Reason.NOT_ON_ROLL if off else ""


def reached_cap(theirs: QuerySet[Message], house: House, now: dt.datetime) -> str:
    """Days in house time on which a letter left, or may have: one a day, so days are letters."""
    today = house.day_of(now)
    left = theirs.filter(state__in=[State.SENT, State.UNKNOWN], settled_at__gt=now - dt.timedelta(days=9))
    days = {house.day_of(at) for at in left.values_list("settled_at", flat=True) if at}
    if today in days:
        return Reason.DAY_CAP
    recent = {day for day in days if day > today - dt.timedelta(days=7)}
    return Reason.WEEK_CAP if len(recent) >= A_WEEK else ""


def take(message: Message, now: dt.datetime) -> bool:
    """Claim one row; False when somebody else was quicker."""
    message.claimed_until, message.attempts = now + LEASE, message.attempts + 1
    return bool(
        waiting(now)
        .filter(pk=message.pk)
        .update(state=State.SENDING, claimed_until=message.claimed_until, attempts=F("attempts") + 1)
    )


def settle(message: Message, state: str, reason: str, now: dt.datetime) -> None:
    Message.objects.filter(pk=message.pk, state=State.WAITING).update(state=state, reason=reason, settled_at=now)


# -- Sending -----------------------------------------------------------------------------------------------------------


def send(messages: list[Message], house: House, now: dt.datetime, counts: Counter) -> None:
    """Hand one letter to the mail server, and write down how it went. Raises `MailServerAway`."""
    pks = [message.pk for message in messages]
    try:
        email = letter.compose(messages, house, now)
    except Exception as error:  # a text that breaks must not keep the others from leaving
        logger.exception("messages %s could not be written", pks)
        return finish_all(messages, house, now, counts, error, known=True)
    try:
        deliver(email)
    except MailServerAway as error:
        logger.warning("messages %s wait: no connection to the mail server (%s)", pks, error)
        finish_all(messages, house, now, counts, error, known=True)
        raise
    except Exception as error:  # the name of the error only: its text may hold an address
        logger.warning("messages %s: %s", pks, type(error).__name__)
        return finish_all(messages, house, now, counts, error, known=isinstance(error, SURELY_NOT_SENT))
    logger.info("messages %s sent", pks)
    return finish_all(messages, house, now, counts)


def deliver(email: EmailMessage) -> None:
    connection = get_connection()
    try:
        connection.open()
    except Exception as error:
        raise MailServerAway(type(error).__name__) from error
    try:
        connection.send_messages([email])
    finally:
        connection.close()


def finish_all(
    messages: list[Message],
    house: House,
    now: dt.datetime,
    counts: Counter,
    error: Exception | None = None,
    *,
    known: bool = True,
) -> None:
    for message in messages:
        fields = outcome(message, now, error, known)
        counts[str(fields["state"])] += 1
        mine = Message.objects.filter(pk=message.pk, state=State.SENDING, attempts=message.attempts)
        if not mine.update(**fields):
            logger.warning("message %s was settled by somebody else meanwhile", message.pk)


def outcome(message: Message, now: dt.datetime, error: Exception | None, known: bool) -> dict:
    if error is None:
        return {"state": State.SENT, "settled_at": now, "reason": ""}
    reason = type(error).__name__[:120]
    if not known and KINDS[message.kind].at_most_once:
        return {"state": State.UNKNOWN, "settled_at": now, "reason": reason}
    pause_until = now + min(dt.timedelta(minutes=2 ** min(message.attempts - 1, 10)), LONGEST_PAUSE)
    if pause_until >= message.expires_at:
        return {"state": State.FAILED, "settled_at": now, "reason": reason}
    return {"state": State.WAITING, "claimed_until": pause_until, "reason": reason}
