"""Whom we have not seen, and whom to think of today: asked here, stored nowhere. docs/decisions/0043.

The page, the digest and the cards are skins over it. Eight queries, however many people the house has: one looks up
the last visit of each member on the roll in an index, one reads the last ten days of whoever may have a rhythm of
their own. No count of days leaves this module: what people read is when somebody was last here.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from statistics import median_low

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery, TextChoices
from django.utils.translation import gettext_lazy as _

from activities.models import Unit
from attendance.models import ReachOut, ReachOutClaim, TimeAway, Visit
from attendance.search import told_apart
from members.models import House, Member

DAY, YEAR = dt.timedelta(days=1), dt.timedelta(days=365)
RHYTHM_OF, RHYTHM_FROM = 10, 3  # days: the last ten make a rhythm; fewer than three make none
TRIES = 3  # so many calls that nobody answered count as a contact
REST_AFTER_TRY = 2  # days: not again today, and not tomorrow


class Why(TextChoices):
    """Why somebody is on the list: the first of these that holds. The labels are headings of the page."""

    HOSPITAL = "hospital", _("In hospital")
    HOME = "home", _("Mostly at home")
    EVENING = "evening", _("Working by day: a call in the evening")
    NOT_SEEN = "not_seen", _("Not seen lately")


@dataclass(frozen=True)
class Row:
    """One person to think of. Days are days in house time; `claimed_by` names the colleague who calls today."""

    pk: int
    name: str
    why: Why
    enrolled_on: dt.date
    last_here_on: dt.date | None  # None: not once in the book
    units: tuple[Unit, ...] = ()  # home bases, by name
    tried_on: dt.date | None = None  # nobody answered then, and they have not heard from us since
    claimed_by: str = ""
    claimed_by_user: int | None = None

    @property
    def unit(self) -> Unit | None:
        """Under which the person stands on the page: under one, also with two home bases."""
        return self.units[0] if self.units else None


@dataclass(frozen=True)
class Whom:
    """The list of `day`, by name. `no_way`: whom no channel may reach, to be asked in person."""

    day: dt.date
    rows: tuple[Row, ...] = ()
    no_way: tuple[Row, ...] = ()

    def of_unit(self, unit: Unit | None) -> "Whom":
        """Only whose home base `unit` is; everybody for None."""
        if unit is None:
            return self
        return Whom(self.day, *(tuple(row for row in rows if unit in row.units) for rows in (self.rows, self.no_way)))

    def free_for(self, user_pk: int | None) -> list[Row]:
        """Whom no other colleague calls today."""
        return [row for row in self.rows if row.claimed_by_user in {None, user_pk}]


def wanted(today: dt.date) -> QuerySet:
    """Whom the house may get in touch with at all: on the roll, wanting it, and not in peace for a while."""
    return Member.objects.on_roll(today).filter(
        Q(quiet_until_on=None) | Q(quiet_until_on__lt=today), reach_out_wanted=True
    )


def whom(
    house: House, now: dt.datetime, *, longer_ago: bool = False, only: int | None = None, besides: int | None = None
) -> Whom:
    """Whom to be in touch with on the day of `now`.

    `longer_ago`: only those who were last here more than a year ago; the others otherwise. `only`: looks at the member
    with this id, seen whenever, and as if nobody had been in touch: somebody may call back. `besides`: id of a user,
    who does not call themselves.
    """
    today = house.day_of(now)
    members = wanted(today).filter(pk=only) if only else wanted(today)
    if besides:
        members = members.exclude(user=besides)
    contacts = {} if only else _contacts(house, today)
    away = dict(TimeAway.objects.on(today).order_by("place").values_list("member", "place"))
    candidates = [
        it
        for it in _facts(members, house, today, away)
        if (only or longer_ago == it.longer_ago(today))
        and not contacts.get(it.pk, NO_CONTACT).rests(today, house.reach_out_pause_days)
    ]
    rhythms = _rhythms([it.pk for it in candidates if it.may_have_a_rhythm(today)], today)
    due = [it for it in candidates if it.is_due(today, rhythms.get(it.pk), contacts.get(it.pk, NO_CONTACT).heard_on)]
    return _rows(due, contacts, today)


def usual_gap(days: Iterable[dt.date]) -> dt.timedelta | None:
    """The middle one of the gaps between the last ten of `days` (at most a year before the last of them).

    None for fewer than three days. Of two in the middle the smaller: in doubt we look for somebody earlier.
    """
    last = sorted(set(days), reverse=True)[:RHYTHM_OF]
    last = [day for day in last if last[0] - day <= YEAR]
    return median_low(later - day for later, day in pairwise(last)) if len(last) >= RHYTHM_FROM else None


@dataclass(frozen=True)
class _Contact:
    """When a member last heard from us, and what came to nothing since, in house days."""

    heard_on: dt.date | None = None
    tried_on: dt.date | None = None
    tries: int = 0  # lately

    def rests(self, today: dt.date, peace: int) -> bool:
        """Whether to leave the member in peace on `today`. A call that nobody answered counts less, until the third."""
        if self.tried_on and today - self.tried_on < dt.timedelta(
            days=peace if self.tries >= TRIES else REST_AFTER_TRY
        ):
            return True
        return self.heard_on is not None and today - self.heard_on < dt.timedelta(days=peace)


NO_CONTACT = _Contact()


def _contacts(house: House, today: dt.date) -> dict[int, _Contact]:
    """Of the last year, by member. The house's days of peace are the time in which tries add up."""
    lately = house.at(today - dt.timedelta(days=house.reach_out_pause_days - 1), dt.time())
    rows = (
        ReachOut.objects.filter(at__gte=house.at(today - YEAR, dt.time()))
        .order_by()
        .values_list("member")
        .annotate(
            heard=Max("at", filter=ReachOut.HEARD),
            tried=Max("at", filter=~ReachOut.HEARD),
            tries=Count("pk", filter=~ReachOut.HEARD & Q(at__gte=lately)),
        )
    )
    contacts = {}
    for member, heard, tried, tries in rows:
        tried = tried if tried and (not heard or tried > heard) else None
        contacts[member] = _Contact(heard and house.day_of(heard), tried and house.day_of(tried), tries)
    return contacts


@dataclass(frozen=True)
class _Facts:
    """What the rules ask of a member."""

    pk: int
    enrolled_on: dt.date
    own_days: int | None
    house_days: int
    works_by_day: bool
    last_here_on: dt.date | None
    place: str | None  # where they are away

    @property
    def since(self) -> dt.date:
        return self.last_here_on or self.enrolled_on

    @property
    def after(self) -> dt.timedelta:
        return dt.timedelta(days=self.own_days or self.house_days)

    @property
    def why(self) -> Why:
        return Why(self.place) if self.place else Why.EVENING if self.works_by_day else Why.NOT_SEEN

    def longer_ago(self, today: dt.date) -> bool:
        return self.why == Why.NOT_SEEN and self.since < today - YEAR

    def may_have_a_rhythm(self, today: dt.date) -> bool:
        """Worth asking: whoever is looked for anyway, or not yet, needs none."""
        asks = self.why == Why.NOT_SEEN and self.own_days is None and self.last_here_on is not None
        return asks and self.after <= today - self.since <= YEAR

    def is_due(self, today: dt.date, rhythm: dt.timedelta | None, heard_on: dt.date | None) -> bool:
        if self.place:
            return True
        if self.works_by_day:
            return today - max(self.since, heard_on or self.since) >= self.after
        return today - self.since >= self.after and (rhythm is None or today - self.since > 2 * rhythm)


def _facts(members: QuerySet, house: House, today: dt.date, away: dict[int, str]) -> list[_Facts]:
    last = Visit.objects.filter(member=OuterRef("pk"), day__lte=today).order_by("-day").values("day")[:1]
    rows = members.order_by().values_list("pk", "enrolled_on", "reach_out_after_days", "works_by_day", Subquery(last))
    return [
        _Facts(pk, enrolled_on, own_days, house.reach_out_after_days, works, last_on, away.get(pk))
        for pk, enrolled_on, own_days, works, last_on in rows
    ]


def _rhythms(members: list[int], today: dt.date) -> dict[int, dt.timedelta | None]:
    """The usual gap of each of `members` (ids). One query, which looks up ten days of each in an index."""
    days = Visit.objects.filter(member=OuterRef("pk"), day__lte=today).order_by("-day").values("day").distinct()
    last = [Subquery(days[nth : nth + 1]) for nth in range(RHYTHM_OF)]
    rows = Member.objects.filter(pk__in=members).order_by().values_list("pk", *last)
    return {member: usual_gap(filter(None, their_days)) for member, *their_days in rows}


def _rows(due: list[_Facts], contacts: dict[int, _Contact], today: dt.date) -> Whom:
    """With names, home bases and claims: four queries."""
    facts = {it.pk: it for it in due}
    members = {
        member.pk: member
        for member in Member.objects.filter(pk__in=facts).only(
            "first_name",
            "last_name",
            "name_to_use",
            "member_no",
            "phone",
            "email",
            "address",
            "email_refused_at",
            "phone_allowed",
            "calls_allowed",
            "texts_allowed",
            "email_allowed",
            "post_allowed",
            "visits_allowed",
        )  # fmt: skip
    }
    names, units = told_apart(members.values()), {unit.pk: unit for unit in Unit.objects.all()}
    homes = defaultdict(list)
    for pk, unit in Unit.members.through.objects.filter(member__in=facts).values_list("member", "unit"):
        homes[pk].append(units[unit])
    claims = {
        claim.member_id: claim
        for claim in ReachOutClaim.objects.filter(day=today).select_related("by__member", "by__staff")
    }
    rows: list[Row] = []
    no_way: list[Row] = []
    for member in members.values():
        fact, claim = facts[member.pk], claims.get(member.pk)
        row = Row(
            pk=member.pk,
            name=names[member.pk],
            why=fact.why,
            enrolled_on=fact.enrolled_on,
            last_here_on=fact.last_here_on,
            units=tuple(sorted(homes[member.pk], key=lambda unit: unit.name.casefold())),
            tried_on=contacts.get(member.pk, NO_CONTACT).tried_on,
            claimed_by=claim.by.get_short_name() if claim else "",
            claimed_by_user=claim.by_id if claim else None,
        )
        (rows if has_a_way(member) else no_way).append(row)
    return Whom(today, tuple(rows), tuple(no_way))


def has_a_way(member: Member) -> bool:
    """Whether any channel is allowed, and there is something to use it with."""
    to_write = member.text_to_use or member.email_to_use or member.address_to_use
    return bool(member.phone_to_use or to_write or member.home_to_visit)
