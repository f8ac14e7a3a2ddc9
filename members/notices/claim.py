"""Which letters leave now: claimed by a conditional UPDATE, with everything asked at that moment.

The wish, the address, the person's hours, the caps, and whether it is still true. A batch of people at once, in a
number of queries that does not grow with it.
"""

import datetime as dt
import logging
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, Q, QuerySet

from members.models import House, Member, Message, MessageWish, Staff
from members.models.messages import Reason
from members.notices.channels import WAYS, ringing
from members.notices.hours import openings
from members.notices.kinds import KINDS
from members.notices.letter import Letter

logger = logging.getLogger(__name__)

State = Message.State
BATCH = 200  # people
LEASE = dt.timedelta(minutes=10)  # longer than any mail server is waited for
TOGETHER = dt.timedelta(hours=2)  # what is due this soon goes into the same letter
A_WEEK = 3  # days with a letter in seven days, and one letter a day
Whose = tuple[int | None, int | None]  # (member, staff)
Wish = tuple[Whose, str]  # and the kind
OUT_OF_HAND = {"claim": None, "claimed_until": None}


@dataclass
class Theirs:
    """One person's rows of this batch."""

    person: Member | Staff
    rows: list[Message] = field(default_factory=list)
    facts: dict[int, dict] = field(default_factory=dict)


def waiting(now: dt.datetime) -> QuerySet[Message]:
    """Waiting, and not pausing after a failure. (`due_at` stays, so that /healthz tells how long it has been.)"""
    return Message.objects.filter(state=State.WAITING).filter(Q(claimed_until=None) | Q(claimed_until__lte=now))


def in_hand() -> QuerySet[Message]:
    return Message.objects.filter(state__in=[State.CLAIMED, State.SENDING])


def whose_turn(channel: str, now: dt.datetime) -> list[Whose]:
    """The people whose messages have waited longest. Whoever has a letter under way waits for its end: two side by
    side could pass the caps.
    """
    under_way = in_hand().filter(Q(member=OuterRef("member")) | Q(staff=OuterRef("staff")))
    turns = waiting(now).filter(channel=channel, due_at__lte=now).exclude(Exists(under_way))
    first = turns.values_list("member", "staff").annotate(first=Min("due_at")).order_by("first", "member", "staff")
    return [(member, staff) for member, staff, _first in first[:BATCH]]


@transaction.atomic
def claim(channel: str, house: House, now: dt.datetime, counts: Counter) -> tuple[bool, list[Letter]]:
    """(whether there was anybody, letters that are now ours alone). All others of these people get their reason."""
    everybody = lock(whose_turn(channel, now))
    if not everybody:
        return False, []
    of = theirs(everybody)
    for row in waiting(now).filter(of, channel=channel, due_at__lte=now + TOGETHER).order_by("due_at", "pk"):
        mine = everybody[row.member_id, row.staff_id]
        row.member, row.staff = (mine.person, None) if isinstance(mine.person, Member) else (None, mine.person)
        mine.rows.append(row)
    refused = Refused(now)
    later: dict[dt.datetime, list[int]] = defaultdict(list)
    for whose in in_hand().filter(of).values_list("member", "staff"):  # since we looked
        everybody.pop(whose, None)
    refused.ask(everybody, wished(of, channel), channel, house)
    refused.ask_what_is_true(everybody, house)
    opens_for = openings(house, now)
    for mine in everybody.values():
        opens = opens_for(mine.person)
        if opens is None:
            refused.all_of(mine, Reason.QUIET)
        elif opens > now:
            later[opens] += [row.pk for row in mine.rows if row.due_at <= now]
            mine.rows = []
    hold = over_the_caps(everybody, of, channel, house, now) if WAYS[channel].rings else {}
    counts["dropped"] += refused.write_down()
    for until, pks in later.items():
        Message.objects.filter(pk__in=pks, state=State.WAITING).update(due_at=until)
    for cap, pks in hold.items():
        counts["held"] += settle(pks, State.HELD, cap, now)
    ready = [mine for mine in everybody.values() if any(row.due_at <= now for row in mine.rows)]
    taken = take([row.pk for mine in ready for row in mine.rows], now)
    letters = []
    for mine in ready:
        rows = [row for row in mine.rows if row.pk in taken]
        for row in rows:
            row.claim = taken[row.pk]
        if rows:
            letters.append(Letter(mine.person, channel, rows, mine.facts))
    return True, letters


def lock(turns: Iterable[Whose]) -> dict[Whose, Theirs]:
    """These people, each row locked until the transaction ends, in the order of their numbers."""
    members = [member for member, _staff in turns if member]
    staff = [pk for _member, pk in turns if pk]
    of_self: dict = {"no_key": True, "of": ("self",)}
    found: dict[Whose, Theirs] = {}
    if members:
        rows = Member.objects.filter(pk__in=members).select_related("user").order_by("pk")
        found |= {(each.pk, None): Theirs(each) for each in rows.select_for_update(**of_self)}
    if staff:
        people = Staff.objects.filter(pk__in=staff).select_related("user").order_by("pk")
        found |= {(None, each.pk): Theirs(each) for each in people.select_for_update(**of_self)}
    return {whose: found[whose] for whose in turns if whose in found}


def theirs(everybody: dict[Whose, Theirs]) -> Q:
    return Q(member__in=[member for member, _ in everybody if member]) | Q(
        staff__in=[staff for _, staff in everybody if staff]
    )


def wished(of: Q, channel: str) -> set[Wish]:
    wishes = MessageWish.objects.filter(of, channel=channel).values_list("member", "staff", "kind")
    return {((member, staff), kind) for member, staff, kind in wishes}


class Refused:
    """Rows that do not leave, by their reason. Those that were not due yet stay as they are."""

    def __init__(self, now: dt.datetime) -> None:
        self.now = now
        self.by_reason: dict[str, list[int]] = defaultdict(list)

    def add(self, mine: Theirs, row: Message, reason: str) -> None:
        mine.rows.remove(row)
        if row.due_at <= self.now:
            self.by_reason[reason].append(row.pk)

    def all_of(self, mine: Theirs, reason: str) -> None:
        for row in list(mine.rows):
            self.add(mine, row, reason)

    def ask(self, everybody: dict[Whose, Theirs], wishes: set[Wish], channel: str, house: House) -> None:
        today = house.day_of(self.now)
        for whose, mine in everybody.items():
            for row in list(mine.rows):
                kind = KINDS.get(row.kind)
                if kind is None or (whose, row.kind) not in wishes or not kind.is_for_such(mine.person):
                    self.add(mine, row, Reason.UNWISHED)
                elif reason := WAYS[channel].why_not(mine.person, house) or why_gone(mine.person, today):
                    self.add(mine, row, reason)
                elif row.expires_at <= self.now:
                    self.add(mine, row, Reason.EXPIRED)
                elif not kind.is_allowed(mine.person):
                    self.add(mine, row, Reason.UNTRUE)

    def ask_what_is_true(self, everybody: dict[Whose, Theirs], house: House) -> None:
        by_kind: dict[str, list[tuple[Theirs, Message]]] = defaultdict(list)
        for mine in everybody.values():
            for row in mine.rows:
                by_kind[row.kind].append((mine, row))
        for name, rows in by_kind.items():
            try:
                with transaction.atomic():
                    facts = KINDS[name].facts([row for _mine, row in rows], house, self.now)
            except (
                Exception
            ):  # one kind that breaks must not keep the others from leaving: its letters fail by themselves
                logger.exception("facts of %s could not be found", name)
                continue
            for mine, row in rows:
                if row.pk in facts:
                    mine.facts[row.pk] = facts[row.pk]
                else:
                    self.add(mine, row, Reason.UNTRUE)

    def write_down(self) -> int:
        return sum(settle(pks, State.DROPPED, reason, self.now) for reason, pks in self.by_reason.items())


def why_gone(person: Member | Staff, today: dt.date) -> str:
    """These days are the first ones without them; the last day of the quiet that they asked for counts."""
    if isinstance(person, Staff):
        return Reason.WORKS_NO_MORE if person.ended_on and person.ended_on <= today else ""
    if any(day and day <= today for day in (person.deceased_on, person.withdrawn_on)):
        return Reason.NOT_ON_ROLL
    return Reason.QUIET if person.quiet_until_on and person.quiet_until_on >= today else ""


def over_the_caps(
    everybody: dict[Whose, Theirs], of: Q, channel: str, house: House, now: dt.datetime
) -> dict[str, list[int]]:
    """Rows to hold back, by the cap; they leave `everybody`.

    Days in house time on which a letter left, or may have: one a day, so days are letters. The same word on two
    channels that the person chose counts once.
    """
    today = house.day_of(now)
    left = Message.objects.filter(
        of,
        channel__in=ringing(),
        state__in=[State.SENT, State.UNKNOWN],
        settled_at__gt=now - dt.timedelta(days=9),
    )
    days: dict[Whose, set[dt.date]] = defaultdict(set)
    said_today: dict[Whose, set[tuple[str, str]]] = defaultdict(set)
    for member, staff, at, kind, occurrence in left.values_list("member", "staff", "settled_at", "kind", "occurrence"):
        day = house.day_of(at or now)
        days[member, staff].add(day)
        if day == today:
            said_today[member, staff].add((kind, occurrence))
    hold: dict[str, list[int]] = defaultdict(list)
    for whose, mine in everybody.items():
        recent = {day for day in days[whose] if day > today - dt.timedelta(days=7)}
        cap = Reason.DAY_CAP if today in recent else Reason.WEEK_CAP if len(recent) >= A_WEEK else ""
        if not cap:
            continue
        again = [row for row in mine.rows if (row.kind, row.occurrence) in said_today[whose]]
        hold[cap] += [row.pk for row in mine.rows if row not in again and row.due_at <= now]
        mine.rows = again
    return hold


def take(pks: list[int], now: dt.datetime) -> dict[int, uuid.UUID]:
    """Claim rows by a conditional UPDATE: those that are ours now, with the mark of the claim."""
    mark = uuid.uuid4()
    waiting(now).filter(pk__in=pks).update(state=State.CLAIMED, claim=mark, claimed_until=now + LEASE)
    return dict.fromkeys(Message.objects.filter(pk__in=pks, claim=mark).values_list("pk", flat=True), mark)


def settle(pks: list[int], state: str, reason: str, now: dt.datetime) -> int:
    return Message.objects.filter(pk__in=pks, state=State.WAITING).update(state=state, reason=reason, settled_at=now)
